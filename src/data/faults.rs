//! Faults of one data file, each with its line and column, and the first ten of them only.

use crate::spec::{Fault, Sweep};
use std::io;
use std::ops::Range;
use std::path::Path;

/// Most faults that are told of one file, one fault a row being common.
const MOST: usize = 10;

/// The faults of one data file, as they are found.
pub(super) struct FileFaults<'a> {
    sweep: &'a Sweep,
    path: &'a Path,
    told: Vec<Fault>,
    more: usize,
}

impl<'a> FileFaults<'a> {
    pub fn new(sweep: &'a Sweep, path: &'a Path) -> Self {
        FileFaults {
            sweep,
            path,
            told: Vec::new(),
            more: 0,
        }
    }

    /// Adds one; no help where it is empty.
    pub fn add(&mut self, line: Option<u64>, column: Option<&str>, message: String, help: &str) {
        if self.told.len() == MOST {
            self.more += 1;
            return;
        }
        let line = line.map_or(String::new(), |line| format!(", line {line}"));
        let column = column.map_or(String::new(), |column| format!(", column `{column}`"));
        let message = format!("{}{line}{column}: {message}", self.path.display());
        self.told.push(Fault {
            path: self.path.to_owned(),
            text: None,
            span: 0..0,
            message,
            label: String::new(),
            help: Some(help.to_owned()).filter(|help| !help.is_empty()),
        });
    }

    /// Adds the fault of a file that can't be opened.
    pub fn unreadable(&mut self, error: &io::Error) {
        let (message, help) = match error.kind() {
            io::ErrorKind::NotFound => (
                "there is no such data file".to_owned(),
                "check the path that `csv` gives",
            ),
            _ => (
                format!("the data file can't be opened ({error})"),
                "check the file and who may read it",
            ),
        };
        self.add(None, None, message, help);
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        self.place_in_sweep("csv", &name.to_string_lossy(), "named here");
    }

    /// Adds the fault of a target that is none of the columns.
    pub fn no_target(&mut self, target: &str, columns: &[String]) {
        let nearest = columns
            .iter()
            .map(|name| (strsim::damerau_levenshtein(name, target), name))
            .filter(|(steps, name)| *steps <= 2.max(name.chars().count() / 3))
            .min_by_key(|(steps, _)| *steps);
        let help = match nearest {
            Some((_, name)) => format!("did you mean `{name}`?"),
            None => format!("its columns are {}", listed(columns)),
        };
        let message = format!("there is no column `{target}` to predict");
        self.add(None, None, message, &help);
        self.place_in_sweep("target", target, "not in the file");
    }

    /// Shows the last fault at the quoted word of the sweep file that it is about, on a line with
    /// this key; where the word is not there (it may come from the command line), nothing changes.
    fn place_in_sweep(&mut self, key: &str, word: &str, label: &str) {
        if self.more > 0 {
            return;
        }
        if let (Some(fault), Some(span)) = (self.told.last_mut(), find(self.sweep, key, word)) {
            fault.path.clone_from(&self.sweep.path);
            fault.text = Some(self.sweep.text.as_str().into());
            fault.span = span;
            fault.label = label.to_owned();
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// All that are told, the last of which may say how many are not.
    pub fn into_vec(mut self) -> Vec<Fault> {
        if self.more > 0 {
            let message = format!("{}: and {} more faults", self.path.display(), self.more);
            self.told.push(Fault {
                path: self.path.to_owned(),
                text: None,
                span: 0..0,
                message,
                label: String::new(),
                help: None,
            });
        }
        self.told
    }
}

/// Where a sweep file says `word"` or `word'` on a line that has the key.
fn find(sweep: &Sweep, key: &str, word: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for line in sweep.text.split_inclusive('\n') {
        let has_key = line.contains(key) && !line.trim_start().starts_with('#');
        for quote in ['"', '\''] {
            if let Some(at) = line.find(&format!("{word}{quote}")).filter(|_| has_key) {
                return Some(start + at..start + at + word.len());
            }
        }
        start += line.len();
    }
    None
}

/// The first few names, in backticks.
fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(8)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if names.len() > 8 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
