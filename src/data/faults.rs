//! Faults of one data file, each with its line and column, and the first ten of them only.

use super::excerpt::{Part, excerpt};
use crate::spec::fault::kind_of;
use crate::spec::files::Named;
use crate::spec::readable::Unreadable;
use crate::spec::settings::{Delimiter, Source};
use crate::spec::{Fault, nearest};
use std::fmt::Display;
use std::io;
use std::path::Path;

/// Most faults that are told of one file, one fault a row being common.
pub(super) const MOST: usize = 10;

/// A line of a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// The byte at which it starts.
    pub start: u64,
    /// Its number, from 1.
    pub number: usize,
}

/// The faults of one data file, as they are found.
pub(super) struct FileFaults<'a> {
    path: &'a Path,
    uses: &'a [&'a Named],
    told: Vec<(Option<(Line, Part)>, Fault)>,
    more: usize,
}

impl<'a> FileFaults<'a> {
    /// None yet, of a file that a sweep makes use of in these ways.
    pub fn new(path: &'a Path, uses: &'a [&'a Named]) -> Self {
        FileFaults {
            path,
            uses,
            told: Vec::new(),
            more: 0,
        }
    }

    /// Adds one of a record that starts on this line.
    pub fn add(&mut self, line: Line, part: Part, message: String, label: &str, help: &str) {
        let mut fault = Fault::of(self.path, message).help(help);
        fault.label = label.to_owned();
        self.push(Some((line, part)), fault);
    }

    /// Adds one of the file as a whole.
    pub fn of_all(&mut self, message: &str, help: &str) {
        let fault = Fault::of(self.path, message).help(help);
        self.push(None, fault);
    }

    /// Adds one of a column that the sweep names, at its name there.
    pub fn of_column(&mut self, name: &str, message: String, label: &str, help: &str) {
        let mut of = self.uses.iter().filter(|named| {
            let Source::Csv {
                target,
                others,
                reading,
                ..
            } = &named.source
            else {
                return false;
            };
            let mut columns = others.iter().chain(&reading.categories);
            target == name || columns.any(|column| column == name)
        });
        let fault = match of.next() {
            Some(named) => at_word(named, name, message, label),
            None => Fault::of(self.path, message),
        };
        self.push(None, fault.help(help));
    }

    /// Adds that of a record that starts on this line, and does not end.
    pub fn too_long(&mut self, line: Line) {
        let message = format!(
            "line {} of the data file has no end within 16 MB",
            line.number
        );
        let help = "a quote that is never closed, or other ends of lines, make one line of many: mend them there";
        self.of_all(&message, help);
    }

    /// Counts faults that are found, but not told.
    pub fn untold(&mut self, more: usize) {
        self.more += more;
    }

    fn push(&mut self, at: Option<(Line, Part)>, mut fault: Fault) {
        // What many files lack is one kind of fault, whatever they are called.
        let path = self.path.to_string_lossy();
        if fault.message.contains(path.as_ref()) {
            fault.kind = Some(kind_of(&fault.message.replace(path.as_ref(), "`…`")).into());
        }
        match self.told.len() < MOST {
            true => self.told.push((at, fault)),
            false => self.more += 1,
        }
    }

    /// Adds the fault of a file that can't be opened, at its name in the sweep.
    pub fn refused(&mut self, error: &Unreadable) {
        self.unreadable(error, error.kind());
    }

    /// Adds the fault of a file that can't be opened or read, at its name in the sweep.
    pub fn unreadable(&mut self, error: &dyn Display, kind: Option<io::ErrorKind>) {
        let path = self.path.display();
        let (message, help) = match kind {
            Some(io::ErrorKind::NotFound) => (
                format!("there is no data file {path}"),
                "check the path; it starts at the folder of the sweep file",
            ),
            _ => (
                format!("failed to read the data file {path}: {error}"),
                "check the file, and who may read it",
            ),
        };
        self.at_name(message, "named here", help);
    }

    /// Adds one of the file as a whole, at its name in the sweep.
    pub fn at_name(&mut self, message: String, label: &str, help: &str) {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        self.at_word(&name.to_string_lossy(), message, label, help);
    }

    /// The same at another word of what the sweep says of it.
    pub fn at_word(&mut self, word: &str, message: String, label: &str, help: &str) {
        let fault = match self.uses.first() {
            Some(named) => at_word(named, word, message, label),
            None => Fault::of(self.path, message),
        };
        self.push(None, fault.help(help));
    }

    /// Adds the fault of a name that is none of the columns.
    pub fn no_column(&mut self, name: &str, columns: &[String]) {
        if self.told.len() >= MOST {
            return self.untold(1);
        }
        let help = match nearest(name, columns.iter().map(String::as_str)) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None => format!("its columns are {}", listed(columns)),
        };
        let message = format!("{} has no column `{name}`", self.path.display());
        self.of_column(name, message, "no such column", &help);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// All that are told, with the lines that they are about, the last of which may say how many are
    /// not.
    pub fn into_vec(self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Vec::new();
        let delimiter = match self.uses.first().map(|named| &named.source) {
            Some(Source::Csv { reading, .. }) => reading.delimiter,
            _ => Delimiter::default(),
        };
        for (at, mut fault) in self.told {
            if let Some((line, part)) = at {
                fault.line = line.number;
                // Without the file there is nothing to show, and the message says enough.
                if let Some((text, span)) = excerpt(self.path, delimiter, line.start, part) {
                    (fault.text, fault.span) = (Some(text.into()), span);
                }
            }
            faults.push(fault);
        }
        if self.more > 0 {
            let s = if self.more == 1 { "" } else { "s" };
            let mut rest = Fault::of(
                self.path,
                format!("and {} more fault{s} in {}", self.more, self.path.display()),
            );
            // After all others, whatever the order in which they were found.
            rest.line = usize::MAX;
            rest.kind = Some("more in a data file".into());
            rest.counts = self.more;
            faults.push(rest);
        }
        faults
    }
}

/// How far behind the start of a `data.source` its words are looked for.
const NEAR: usize = 1 << 14;

/// A fault at a word of the sweep's `data.source`, which may be the end of a path; at all of it where
/// the word is not found: it may be written with an escape.
fn at_word(named: &Named, word: &str, message: String, label: &str) -> Fault {
    let mut place = named.place.clone();
    let from = place.span.start;
    let text = &place.document.text;
    // It stands near: what is looked for in all of a long file, for every fault, takes long.
    let end = text.len().min(from + NEAR);
    let end = (end..text.len()).find(|&at| text.is_char_boundary(at));
    let rest = text.get(from..end.unwrap_or(text.len())).unwrap_or("");
    let starts = |at: &usize| rest[..*at].ends_with(['"', '\'', '/', '\\']);
    let ends = |at: &usize| rest[at + word.len()..].starts_with(['"', '\'']);
    let mut found = rest.match_indices(word).map(|(at, _)| at);
    if let Some(at) = found.find(|at| starts(at) && ends(at)) {
        place.span = from + at..from + at + word.len();
    }
    Fault::at(&place, message, label)
}

/// The first few names, in backticks.
pub(super) fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(8)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if names.len() > 8 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
