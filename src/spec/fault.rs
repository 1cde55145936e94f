//! Faults of a sweep file: what is wrong, where, what was expected, and the nearest valid thing.

use super::frame::{Frame, frame};
use super::place::Place;
use crate::escape;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most faults of one kind that are shown in full; the others are counted.
pub const SHOWN: usize = 50;
/// Most kinds that are told apart.
const KINDS: usize = 200;
/// Most characters of a message, a label or a help.
const LONGEST: usize = 4_000;

/// One fault of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The file at fault: the sweep file, a data file that it names, or `command line`.
    pub path: PathBuf,
    /// The text of that file, or some lines of it, where it can be shown.
    pub text: Option<Arc<str>>,
    /// The line of the file on which that text starts, from 1.
    pub line: usize,
    /// Bytes of the text that are at fault; empty where there is no text.
    pub span: Range<usize>,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What is said at the place itself: what was expected there.
    pub label: String,
    /// What to do: the nearest valid name, how to raise a cap.
    pub help: Option<String>,
    /// Lines to paste, below the help.
    pub code: Option<String>,
    /// The kind of the fault, where its message does not tell it: messages that name a file are all different.
    pub kind: Option<Cow<'static, str>>,
    /// How many faults of its kind it only counts; 0 of a fault that is shown itself.
    pub counts: usize,
}

/// All faults of one file, in the order in which they stand there; never empty.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("failed to read {}: {}", .0[0].path.display(), crate::number::count(self.count(), "fault"))]
pub struct Faults(pub Vec<Fault>);

/// Faults as they are found: the first [`SHOWN`] of each kind, and how many more there are.
#[derive(Debug, Clone, Default)]
pub struct FaultList {
    shown: Vec<Fault>,
    kinds: BTreeMap<String, Kind>,
    count: usize,
}

/// How many faults there are of a kind.
#[derive(Debug, Clone)]
struct Kind {
    shown: usize,
    more: usize,
    /// Where the first of those stands that are not shown.
    path: PathBuf,
}

impl Fault {
    /// A fault at a place of a text.
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
        }
    }

    /// A fault of a file as a whole.
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
        }
    }

    /// The same with a word on what to do.
    pub fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }
}

impl Fault {
    /// The same with a name of its kind.
    pub(crate) fn of_kind(mut self, kind: &'static str) -> Fault {
        self.kind = Some(kind.into());
        self
    }

    /// What it has in common with others: its message without what it names or counts.
    fn kind(&self) -> Cow<'_, str> {
        if let Some(kind) = &self.kind {
            return kind.as_ref().into();
        }
        kind_of(&self.message).into()
    }
}

/// What a message has in common with others of its kind: all but what it quotes or counts.
pub(crate) fn kind_of(message: &str) -> String {
    let varies =
        |c: char| matches!(c, '`' | '"' | '\'' | '(' | ')' | '[' | ']') || c.is_ascii_digit();
    match (message.find(varies), message.rfind(varies)) {
        (Some(start), Some(end)) => format!("{}…{}", &message[..start], &message[end + 1..]),
        _ => message.to_owned(),
    }
}

impl FaultList {
    /// Adds a fault; one of a kind of which enough are shown is only counted.
    pub fn push(&mut self, fault: Fault) {
        self.count += fault.counts.max(1);
        let mut kind = fault.kind();
        if self.kinds.len() >= KINDS && !self.kinds.contains_key(kind.as_ref()) {
            kind = "of other kinds".into();
        }
        if !self.kinds.contains_key(kind.as_ref()) {
            let new = Kind {
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
        kind.more += fault.counts.max(1);
    }

    /// Whether a fault of the kind of this one would only be counted, so that what to do about it need not be found.
    pub(crate) fn is_full(&self, message: &str) -> bool {
        let kind = self.kinds.get(&kind_of(message));
        kind.is_some_and(|kind| kind.shown >= SHOWN)
    }

    /// How many there are, those included that are only counted.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All that are shown, in the order in which they were found, and one for every kind that has more.
    pub fn into_vec(self) -> Vec<Fault> {
        let mut faults = self.shown;
        for (name, Kind { more, path, .. }) in self.kinds {
            if more > 0 {
                let mut rest = Fault::of(&path, format!("… and {} more: {name}", grouped(more)));
                rest.kind = Some(name.into());
                rest.counts = more;
                // After all others.
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

/// A count with commas between thousands: `7,950`.
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
    /// Puts faults in the order of their places, those of the sweep file `first` before others;
    /// `None` where there are none.
    pub fn sorted(faults: impl Into<FaultList>, first: &Path) -> Option<Faults> {
        fn place<'a>(fault: &'a Fault, first: &Path) -> (bool, &'a Path, usize, usize) {
            let Fault {
                path, line, span, ..
            } = fault;
            (path != first, path, *line, span.start)
        }
        let mut faults = faults.into().into_vec();
        faults.sort_by(|a, b| place(a, first).cmp(&place(b, first)));
        faults.dedup();
        (!faults.is_empty()).then_some(Faults(faults))
    }

    /// How many there are, those included that are only counted.
    pub fn count(&self) -> usize {
        self.0.iter().map(|fault| fault.counts.max(1)).sum()
    }
}

/// Faults as text for people, a blank line between them.
pub fn render(faults: &Faults, colour: bool) -> String {
    let drawn: Vec<String> = faults.0.iter().map(|fault| draw(fault, colour)).collect();
    drawn.join("\n")
}

/// One fault as a person reads it: message, place, source line, what was expected there, what to
/// do. What it quotes is escaped, so that the only escape sequences are those of the colours.
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
    let group = Level::ERROR.primary_title(message.as_str());
    let group = match &frame {
        Some(Frame::Lines { text, line, span }) => group.element(
            Snippet::source(text.as_str())
                .path(path)
                .line_start(*line)
                .annotation(
                    AnnotationKind::Primary
                        .span(span.clone())
                        .label(label.as_str()),
                ),
        ),
        Some(Frame::Place { line, column }) => {
            let origin = Origin::path(path).line(*line).char_column(*column);
            noted(group.element(origin), &label)
        }
        None => noted(group.element(Origin::path(path)), &label),
    };
    let group = match &help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    };
    // Help of several lines comes out padded.
    let drawn = renderer.render(&[group]);
    let lines: Vec<&str> = drawn.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// What was expected, where no source line shows it.
fn noted<'a>(group: Group<'a>, label: &'a str) -> Group<'a> {
    match label {
        "" => group,
        label => group.element(Level::NOTE.message(label)),
    }
}
