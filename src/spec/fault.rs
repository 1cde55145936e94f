//! Faults of a sweep file: what is wrong, where, what was expected, and the nearest valid thing.

use super::place::Place;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
}

/// All faults of one file, in the order in which they stand there; never empty.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("failed to read {}: {} fault{}", .0[0].path.display(), .0.len(), if .0.len() == 1 { "" } else { "s" })]
pub struct Faults(pub Vec<Fault>);

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
        }
    }

    /// The same with a word on what to do.
    pub fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }
}

impl Faults {
    /// Puts faults in the order of their places, those of the sweep file `first` before others;
    /// `None` where there are none.
    pub fn sorted(mut faults: Vec<Fault>, first: &Path) -> Option<Faults> {
        fn place<'a>(fault: &'a Fault, first: &Path) -> (bool, &'a Path, usize, usize) {
            let Fault {
                path, line, span, ..
            } = fault;
            (path != first, path, *line, span.start)
        }
        faults.sort_by(|a, b| place(a, first).cmp(&place(b, first)));
        faults.dedup();
        (!faults.is_empty()).then_some(Faults(faults))
    }
}

/// Faults as text for people, a blank line between them.
pub fn render(faults: &Faults, colour: bool) -> String {
    let drawn: Vec<String> = faults.0.iter().map(|fault| draw(fault, colour)).collect();
    drawn.join("\n")
}

/// One fault as a person reads it: message, place, source line, what was expected there, what to
/// do.
pub fn draw(fault: &Fault, colour: bool) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    // Help of several lines comes out padded.
    let drawn = renderer.render(&[group(fault)]);
    let lines: Vec<&str> = drawn.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

fn group(fault: &Fault) -> Group<'_> {
    let path = fault.path.to_string_lossy();
    let title = Level::ERROR.primary_title(fault.message.as_str());
    let group = match &fault.text {
        Some(text) => {
            let end = fault.span.end.min(text.len());
            let span = fault.span.start.min(end)..end;
            title.element(
                Snippet::source(&**text)
                    .path(path)
                    .line_start(fault.line)
                    .annotation(
                        AnnotationKind::Primary
                            .span(span)
                            .label(fault.label.as_str()),
                    ),
            )
        }
        None if fault.label.is_empty() => title.element(Origin::path(path)),
        None => title
            .element(Origin::path(path))
            .element(Level::NOTE.message(fault.label.as_str())),
    };
    match &fault.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}
