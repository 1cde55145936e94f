//! The errors of one data file with line and column, limited to the first ten.

use crate::config::error::kind_of;
use crate::config::files::Named;
use crate::config::readable::Unreadable;
use crate::config::settings::{Delimiter, Source};
use crate::config::{Fault, quoted, suggestion};
use crate::train::datasets::snippet::{RecordPart, excerpt};
use std::fmt::Display;
use std::io;
use std::path::Path;

/// Maximum number of reported errors of one file. Often every row has an error.
pub(super) const MOST: usize = 10;

/// What to do about a quote that spans lines.
pub(super) const CLOSE: &str =
    "close the quote on its line; a quote within a quoted value is written twice";

/// What to do if a file does not fit into memory.
pub(super) const ROOM: &str = "free memory, or raise SWEEP_MEMORY if it is set; save fewer rows, or save X as \
                               float64 with `numpy.save`, which solvers read in place";

/// A line of a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileLine {
    /// The byte offset of its start.
    pub start: u64,
    /// The line number, from 1.
    pub number: usize,
}

/// Collects the errors of one data file.
pub(super) struct FileFaults<'a> {
    path: &'a Path,
    uses: &'a [&'a Named],
    shown: Vec<(Option<(FileLine, RecordPart)>, Fault)>,
    more: usize,
}

impl<'a> FileFaults<'a> {
    /// Returns an empty list for a file with these uses in the sweep.
    pub fn new(path: &'a Path, uses: &'a [&'a Named]) -> Self {
        FileFaults {
            path,
            uses,
            shown: Vec::new(),
            more: 0,
        }
    }

    /// Adds an error of a record that starts on this line.
    pub fn add(
        &mut self,
        line: FileLine,
        part: RecordPart,
        message: String,
        label: &str,
        help: &str,
    ) {
        let mut fault = Fault::of(self.path, message).help(help);
        fault.label = label.to_owned();
        self.push(Some((line, part)), fault);
    }

    /// Adds an error of the whole file.
    pub fn of_all(&mut self, message: &str, help: &str) {
        let fault = Fault::of(self.path, message).help(help);
        self.push(None, fault);
    }

    /// Adds an error of a column, at its name in the sweep file.
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

    /// Adds the error of a record that starts on this line and is too long. A quote may be open since another line.
    pub fn too_long(&mut self, line: FileLine, open_quote: Option<usize>) {
        match open_quote {
            Some(opened) => {
                let message =
                    format!("the quote that opens on line {opened} is not closed in 16 MB");
                self.of_all(&message, CLOSE);
            }
            None => {
                let message = format!("line {} of the data file has more than 16 MB", line.number);
                let help = "check the line endings: unusual ones merge many rows into one";
                self.of_all(&message, help);
            }
        }
    }

    /// Adds the error of a quote that is never closed. It opens the value of this column of a record.
    pub fn unclosed(&mut self, record: FileLine, column: usize, opened: usize) {
        let message = format!("the quote that opens on line {opened} is never closed");
        self.add(
            record,
            RecordPart::Quote(column),
            message,
            "opens here",
            CLOSE,
        );
    }

    /// Counts errors that were found but are not reported.
    pub fn untold(&mut self, more: usize) {
        self.more += more;
    }

    fn push(&mut self, at: Option<(FileLine, RecordPart)>, mut fault: Fault) {
        // The same error of many files is one kind, regardless of the path.
        let path = self.path.to_string_lossy();
        if fault.message.contains(path.as_ref()) {
            fault.kind = Some(kind_of(&fault.message.replace(path.as_ref(), "`…`")).into());
        }
        match self.shown.len() < MOST {
            true => self.shown.push((at, fault)),
            false => self.more += 1,
        }
    }

    /// Adds the error of a file that cannot be opened, at its name in the sweep file.
    pub fn refused(&mut self, error: &Unreadable) {
        if let Unreadable::Empty = error {
            let message = format!("the data file {} is empty", self.path.display());
            return self.at_name(message, "named here", "save the array again");
        }
        self.unreadable(error, error.kind());
    }

    /// Adds the error of a file that cannot be opened or read, at its name in the sweep file.
    pub fn unreadable(&mut self, error: &dyn Display, kind: Option<io::ErrorKind>) {
        let path = self.path.display();
        let (message, help) = match kind {
            Some(io::ErrorKind::NotFound) => (
                format!("data file not found: {path}"),
                "check the path; it is relative to the folder of the sweep file",
            ),
            _ => (
                format!("failed to read the data file {path}: {error}"),
                "check the file and its permissions",
            ),
        };
        self.at_name(message, "named here", help);
    }

    /// Adds an error of the whole file, at its name in the sweep file.
    pub fn at_name(&mut self, message: String, label: &str, help: &str) {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        self.at_word(&name.to_string_lossy(), message, label, help);
    }

    /// Adds an error at another word of its source in the sweep file.
    pub fn at_word(&mut self, word: &str, message: String, label: &str, help: &str) {
        let fault = match self.uses.first() {
            Some(named) => at_word(named, word, message, label),
            None => Fault::of(self.path, message),
        };
        self.push(None, fault.help(help));
    }

    /// Adds the error of an unknown column.
    pub fn no_column(&mut self, name: &str, columns: &[String]) {
        if self.shown.len() >= MOST {
            return self.untold(1);
        }
        let help = suggestion(name, columns.iter().map(String::as_str), quoted)
            .unwrap_or_else(|| format!("the columns are {}", listed(columns)));
        let message = format!("{} has no column `{name}`", self.path.display());
        self.of_column(name, message, "no such column", &help);
    }

    /// Returns whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Returns the reported errors with their lines. The last one may count the others.
    pub fn into_vec(self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Vec::new();
        let delimiter = match self.uses.first().map(|named| &named.source) {
            Some(Source::Csv { reading, .. }) => reading.delimiter,
            _ => Delimiter::default(),
        };
        for (at, mut fault) in self.shown {
            if let Some((line, part)) = at {
                fault.line = line.number;
                // If the file cannot be read again, the message is enough.
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
                format!("and {} more error{s} in {}", self.more, self.path.display()),
            );
            // Sort it after all others.
            rest.line = usize::MAX;
            rest.kind = Some("more in a data file".into());
            rest.counts = self.more;
            faults.push(rest);
        }
        faults
    }
}

/// Maximum distance in bytes of a word from the start of its `data.source`.
const NEAR: usize = 1 << 14;

/// Returns an error at a word of `data.source`, which may be the end of a path. If the word is not found, such as a
/// word with an escape, the error is at the whole value.
fn at_word(named: &Named, word: &str, message: String, label: &str) -> Fault {
    let mut place = named.place.clone();
    let from = place.span.start;
    let text = &place.document.text;
    // The word is near the start. Searching a long text for every error would be slow.
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

/// Lists the first few names in backticks.
pub(super) fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(8)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if names.len() > 8 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
