//! Errors of a sweep file: what is wrong, where, what was expected, and what to do.

use super::place::Place;
use crate::config::excerpt::{Excerpt, frame};
use crate::escape;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Maximum number of errors of one kind that are shown in full. The others are counted.
pub const SHOWN: usize = 50;
/// Maximum number of kinds.
const KINDS: usize = 200;
/// Maximum number of characters of a message, label or help.
const LONGEST: usize = 4_000;

/// One error or warning of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The file with the error: the sweep file, a data file, or `command line`.
    pub path: PathBuf,
    /// The text of that file, or some of its lines, if it can be shown.
    pub text: Option<Arc<str>>,
    /// The line number at which that text starts, from 1.
    pub line: usize,
    /// The bytes of the text with the error; empty without text.
    pub span: Range<usize>,
    /// What is wrong, in one sentence without a period.
    pub message: String,
    /// A note at the place: what was expected there.
    pub label: String,
    /// What to do, such as the nearest valid name.
    pub help: Option<String>,
    /// Lines to paste, below the help.
    pub code: Option<String>,
    /// The kind of the error, if the message does not determine it. Messages that name a file all differ.
    pub kind: Option<Cow<'static, str>>,
    /// The number of errors that it counts; 0 for an error that is shown itself.
    pub counts: usize,
    /// Whether it is a warning: the file is valid, but probably not what its author wants.
    pub is_warning: bool,
}

/// All errors and warnings of one file in file order, with at least one error.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("failed to read {}: {}", .0[0].path.display(), crate::format::count(self.count(), "error"))]
pub struct Faults(pub Vec<Fault>);

/// A list of errors: the first [`SHOWN`] of each kind, and the number of the others. Warnings are all kept.
#[derive(Debug, Clone, Default)]
pub struct FaultList {
    shown: Vec<Fault>,
    kinds: BTreeMap<String, FaultCount>,
    count: usize,
}

/// The numbers of errors of a kind.
#[derive(Debug, Clone)]
struct FaultCount {
    shown: usize,
    more: usize,
    /// The file of the first error that is not shown.
    path: PathBuf,
}

impl Fault {
    /// Returns an error at a place of a text.
    pub fn at(place: &Place, message: impl Into<String>, label: impl Into<String>) -> Fault {
        Fault {
            path: place.document.path.clone(),
            text: Some(place.document.text.clone()),
            line: 1,
            span: place.span.clone(),
            message: message.into(),
            label: label.into(),
            help: None,
            code: None,
            kind: None,
            counts: 0,
            is_warning: false,
        }
    }

    /// Returns an error of a whole file.
    pub fn of(path: &Path, message: impl Into<String>) -> Fault {
        Fault {
            path: path.to_owned(),
            text: None,
            line: 1,
            span: 0..0,
            message: message.into(),
            label: String::new(),
            help: None,
            code: None,
            kind: None,
            counts: 0,
            is_warning: false,
        }
    }

    /// Returns the error with help on what to do.
    pub fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }

    /// Returns it as a warning.
    pub(crate) fn into_warning(mut self) -> Fault {
        self.is_warning = true;
        self
    }

    /// Returns the number of errors that it stands for.
    fn errors(&self) -> usize {
        match self.is_warning {
            true => 0,
            false => self.counts.max(1),
        }
    }
}

impl Fault {
    /// Returns the error with a name for its kind.
    pub(crate) fn of_kind(mut self, kind: &'static str) -> Fault {
        self.kind = Some(kind.into());
        self
    }

    /// Returns what it has in common with other errors: its message without names and numbers.
    fn kind(&self) -> Cow<'_, str> {
        if let Some(kind) = &self.kind {
            return kind.as_ref().into();
        }
        kind_of(&self.message).into()
    }
}

/// Returns the kind of a message: the message without quoted parts and numbers.
pub(crate) fn kind_of(message: &str) -> String {
    let varies =
        |c: char| matches!(c, '`' | '"' | '\'' | '(' | ')' | '[' | ']') || c.is_ascii_digit();
    match (message.find(varies), message.rfind(varies)) {
        (Some(start), Some(end)) => format!("{}…{}", &message[..start], &message[end + 1..]),
        _ => message.to_owned(),
    }
}

impl FaultList {
    /// Adds an error. If enough errors of its kind are shown, it is only counted.
    pub fn push(&mut self, fault: Fault) {
        if fault.is_warning {
            return self.shown.push(fault);
        }
        let errors = fault.errors();
        self.count += errors;
        let mut kind = fault.kind();
        if self.kinds.len() >= KINDS && !self.kinds.contains_key(kind.as_ref()) {
            kind = "of other kinds".into();
        }
        if !self.kinds.contains_key(kind.as_ref()) {
            let new = FaultCount {
                shown: 0,
                more: 0,
                path: fault.path.clone(),
            };
            self.kinds.insert(kind.to_string(), new);
        }
        let Some(kind) = self.kinds.get_mut(kind.as_ref()) else {
            return;
        };
        if kind.shown < SHOWN {
            kind.shown += 1;
            return self.shown.push(fault);
        }
        if kind.more == 0 {
            kind.path = fault.path;
        }
        kind.more += errors;
    }

    /// Returns whether an error with this message would only be counted. Then its help need not be computed.
    pub(crate) fn is_full(&self, message: &str) -> bool {
        let kind = self.kinds.get(&kind_of(message));
        kind.is_some_and(|kind| kind.shown >= SHOWN)
    }

    /// Returns the number of errors, including those that are only counted.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Returns whether there are no errors; there may be warnings.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the shown errors in the order in which they were added, and one more for every kind with counted
    /// errors.
    pub fn into_vec(self) -> Vec<Fault> {
        let mut faults = self.shown;
        for (name, FaultCount { more, path, .. }) in self.kinds {
            if more > 0 {
                let mut rest = Fault::of(&path, format!("… and {} more: {name}", grouped(more)));
                rest.kind = Some(name.into());
                rest.counts = more;
                // Sort it after all others.
                rest.line = usize::MAX;
                faults.push(rest);
            }
        }
        faults
    }
}

impl From<Vec<Fault>> for FaultList {
    fn from(faults: Vec<Fault>) -> FaultList {
        let mut list = FaultList::default();
        list.extend(faults);
        list
    }
}

impl Extend<Fault> for FaultList {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }
}

/// Formats a count with commas between thousands: `7,950`.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

impl Faults {
    /// Sorts errors and warnings by place, those of the sweep file `first` before others. Returns `None` if there are no
    /// errors.
    pub fn sorted(faults: impl Into<FaultList>, first: &Path) -> Option<Faults> {
        fn place<'a>(fault: &'a Fault, first: &Path) -> (bool, &'a Path, usize, usize) {
            let Fault {
                path, line, span, ..
            } = fault;
            (path != first, path, *line, span.start)
        }
        let faults = faults.into();
        if faults.is_empty() {
            return None;
        }
        let mut faults = faults.into_vec();
        faults.sort_by(|a, b| place(a, first).cmp(&place(b, first)));
        faults.dedup();
        Some(Faults(faults))
    }

    /// Returns the number of errors, including those that are only counted.
    pub fn count(&self) -> usize {
        self.0.iter().map(Fault::errors).sum()
    }
}

/// Renders errors as text, with a blank line between them.
pub fn render(faults: &Faults, colour: bool) -> String {
    let drawn: Vec<String> = faults.0.iter().map(|fault| draw(fault, colour)).collect();
    drawn.join("\n")
}

/// Renders one error: message, place, source line, what was expected, what to do. Escapes everything that it quotes,
/// so that the only escape sequences are those of the colors.
pub fn draw(fault: &Fault, colour: bool) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let short = |text: &str| escape::brief(text, LONGEST).into_owned();
    let path = short(&fault.path.to_string_lossy());
    let (message, label) = (short(&fault.message), short(&fault.label));
    let help = fault.help.as_deref().map(short);
    let help = match (help, &fault.code) {
        (Some(help), Some(code)) => Some(format!("{help}:\n\n{}", escape::lines(code))),
        (help, _) => help,
    };
    let text = fault.text.as_deref();
    let frame = text.map(|text| frame(text, fault.line, fault.span.clone()));
    let level = match fault.is_warning {
        true => Level::WARNING,
        false => Level::ERROR,
    };
    let group = level.primary_title(message.as_str());
    let group = match &frame {
        Some(Excerpt::Lines { text, line, span }) => group.element(
            Snippet::source(text.as_str())
                .path(path)
                .line_start(*line)
                .annotation(
                    AnnotationKind::Primary
                        .span(span.clone())
                        .label(label.as_str()),
                ),
        ),
        Some(Excerpt::Place { line, column }) => {
            let origin = Origin::path(path).line(*line).char_column(*column);
            noted(group.element(origin), &label)
        }
        None => noted(group.element(Origin::path(path)), &label),
    };
    let group = match &help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    };
    // The renderer pads help of several lines.
    let drawn = renderer.render(&[group]);
    let lines: Vec<&str> = drawn.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// Adds what was expected, if no source line shows it.
fn noted<'a>(group: Group<'a>, label: &'a str) -> Group<'a> {
    match label {
        "" => group,
        label => group.element(Level::NOTE.message(label)),
    }
}
