//! What is known of data files without reading them: what a sweep recorded of them at its last run. It is enough to find
//! the cells of the sweep and their stored runs, but not to train.

use super::Files;
use crate::spec::files::Named;
use crate::spec::settings::{Contents, DataSettings, Source};
use serde::{Deserialize, Serialize};

/// What a sweep records of a data file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Numbers of rows and columns.
    pub contents: Contents,
    /// The hash of the content.
    pub digest: String,
}

impl Files {
    /// Returns what to record of the data files that a sweep names, in their order; `None` if one was not read.
    pub fn recorded(&self, named: &[Named]) -> Option<Vec<Recorded>> {
        let record = |named: &Named| {
            let settings = DataSettings {
                source: named.source.clone(),
                ..DataSettings::default()
            };
            Some(Recorded {
                contents: self.contents(&named.source)?,
                digest: self.digest(&settings).to_owned(),
            })
        };
        named.iter().map(record).collect()
    }

    /// Returns the data files that a sweep names as it recorded them; `None` if it names others by now.
    pub fn recalled(named: &[Named], recorded: &[Recorded]) -> Option<Files> {
        let pairs = named.iter().zip(recorded);
        let recalled = pairs.map(|(named, recorded)| (named.source.clone(), recorded.clone()));
        let mut files = Files::default();
        files.recalled = recalled.collect();
        (named.len() == recorded.len()).then_some(files)
    }

    /// Returns what is recorded of a file that was not read.
    pub(super) fn recall(&self, source: &Source) -> Option<&Recorded> {
        let mut recalled = self.recalled.iter();
        let found = recalled.find(|(own, _)| is_same_use(own, source));
        found.map(|(_, recorded)| recorded)
    }
}

/// Returns whether two sources use the same columns of the same file. The kind of task can follow from the file.
fn is_same_use(one: &Source, other: &Source) -> bool {
    let without_task = |source: &Source| {
        let mut source = source.clone();
        if let Source::Csv { task, .. } = &mut source {
            *task = None;
        }
        source
    };
    without_task(one) == without_task(other)
}
