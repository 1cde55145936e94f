//! The data files of a sweep: read once, shared by its runs.

use super::arrays::{self, Arrays};
use super::faults::FileFaults;
use super::{DataError, Table, generate, read, target};
use crate::spec::Fault;
use crate::spec::files::Named;
use crate::spec::settings::{Contents, DataSettings, Source, TaskKind};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The data files that a sweep names, read once and shared by its runs.
#[derive(Debug, Default)]
pub struct Files {
    files: BTreeMap<PathBuf, Content>,
    arrays: Vec<(Source, Arrays)>,
}

/// One file of comma-separated values: its hash, and its rows for every way in which cells use them.
#[derive(Debug)]
struct Content {
    digest: String,
    tables: Vec<(Use, Table)>,
}

/// Target and task that settings give to a file.
type Use = (String, Option<TaskKind>);

impl Files {
    /// Reads every data file that a sweep names. Those without faults, and every fault of the
    /// others: missing, empty, ragged, not numeric, each with its place in the file or in the sweep.
    /// Arrays are mapped, and must not change while they are.
    pub fn read(named: &[Named]) -> (Files, Vec<Fault>) {
        let mut uses: BTreeMap<&Path, Vec<&Named>> = BTreeMap::new();
        for one in named {
            if let Source::Csv { path, .. } = &one.source {
                uses.entry(path).or_default().push(one);
            }
        }
        let (arrays, mut faults) = arrays::read(named);
        let mut files = BTreeMap::new();
        for (path, uses) in uses {
            match content(path, &uses) {
                Ok(content) => drop(files.insert(path.to_owned(), content)),
                Err(found) => faults.extend(found),
            }
        }
        (Files { files, arrays }, faults)
    }

    /// What the file holds for a source that was read; none for a generator.
    pub fn contents(&self, source: &Source) -> Option<Contents> {
        if let Some(arrays) = self.arrays(source) {
            return Some(arrays.contents());
        }
        let table = self.raw(source).ok()?;
        Some(Contents {
            rows: table.rows.len(),
            features: table.features.len(),
            classes: table.classes.len(),
        })
    }

    /// Hash of the content of the file, or the two, that these settings name; empty for a generator.
    pub fn digest(&self, settings: &DataSettings) -> &str {
        match &settings.source {
            Source::Csv { path, .. } => self.files.get(path).map_or("", |file| &file.digest),
            source => self.arrays(source).map_or("", |arrays| &arrays.digest),
        }
    }

    /// The arrays of a source that were read.
    pub(super) fn arrays(&self, source: &Source) -> Option<&Arrays> {
        let mut arrays = self.arrays.iter();
        arrays.find_map(|(of, arrays)| (of == source).then_some(arrays))
    }

    /// The table of the file that these settings name, scaled and shifted.
    pub(super) fn table(&self, settings: &DataSettings) -> Result<Cow<'_, Table>, DataError> {
        let table = self.raw(&settings.source)?;
        if !generate::is_moved(settings) {
            return Ok(Cow::Borrowed(table));
        }
        let mut table = table.clone();
        generate::rescale(settings, table.features.len(), table.rows.x.to_mut())?;
        Ok(Cow::Owned(table))
    }

    /// The same as they stand in the file.
    fn raw(&self, source: &Source) -> Result<&Table, DataError> {
        let (path, target, task) = match source {
            Source::Csv { path, target, task } => (path, target, task),
            Source::Npy { path, target, .. } => {
                return Err(DataError::Unread {
                    path: path.clone(),
                    target: target.display().to_string(),
                });
            }
            _ => return Err(DataError::None),
        };
        let tables = self.files.get(path).map_or(&[][..], |file| &file.tables);
        let found = tables.iter().find(|((t, k), _)| t == target && k == task);
        found
            .map(|(_, table)| table)
            .ok_or_else(|| DataError::Unread {
                path: path.clone(),
                target: target.clone(),
            })
    }
}

fn content(path: &Path, named: &[&Named]) -> Result<Content, Vec<Fault>> {
    let mut faults = FileFaults::new(path, named);
    let uses: Vec<Use> = named
        .iter()
        .filter_map(|named| match &named.source {
            Source::Csv { target, task, .. } => Some((target.clone(), *task)),
            _ => None,
        })
        .collect();
    let targets: BTreeSet<&str> = uses.iter().map(|(target, _)| target.as_str()).collect();
    let Some(columns) = read::columns(path, &targets, &mut faults) else {
        return Err(faults.into_vec());
    };
    for (target, task) in &uses {
        target::check(&columns, target, *task, &mut faults);
    }
    let mut tables = Vec::new();
    // With a fault somewhere, columns are not equally long.
    let whole = faults.is_empty();
    for (target, task) in uses.into_iter().filter(|_| whole) {
        if let Some(table) = target::table(&columns, &target, task, &mut faults) {
            tables.push(((target, task), table));
        }
    }
    match faults.is_empty() {
        true => Ok(Content {
            digest: columns.digest,
            tables,
        }),
        false => Err(faults.into_vec()),
    }
}
