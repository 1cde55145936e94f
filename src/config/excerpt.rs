//! Cuts the lines of an error out of a text, and escapes them.
//!
//! A text may have megabytes, in one line or in many, so only the lines of the error are read.

use crate::escape;
use std::ops::Range;

/// Maximum number of bytes that are shown of a text.
const LONGEST: usize = 4_096;

/// The part of a text that is shown.
pub(super) enum Excerpt {
    /// The lines of the error.
    Lines {
        text: String,
        /// The number of the first line.
        line: usize,
        /// The part with the error.
        span: Range<usize>,
    },
    /// Only a place, if its line is too long to show.
    Place { line: usize, column: usize },
}

/// Cuts out the lines of a span of a text that starts on line `first`.
pub(super) fn frame(text: &str, first: usize, span: Range<usize>) -> Excerpt {
    let end = floor(text, span.end.min(text.len()));
    let start = floor(text, span.start.min(end));
    // After the last line break there is no further line.
    let anchor = match text[..start].strip_suffix('\n') {
        Some(before) if start == text.len() => before.len(),
        _ => start,
    };
    let from = text[..anchor].rfind('\n').map_or(0, |at| at + 1);
    let line = first
        + text.as_bytes()[..from]
            .iter()
            .filter(|&&b| b == b'\n')
            .count();
    let line_end = |at: usize| {
        text[at..]
            .find('\n')
            .map_or(text.len(), |length| at + length + 1)
    };
    let (mut end, mut to) = (end, line_end(end.max(anchor)));
    if to - from > LONGEST {
        // Show only the first of many lines.
        to = line_end(anchor);
        end = end.min(to);
    }
    if to - from > LONGEST {
        let column = text[from..start].chars().count() + 1;
        return Excerpt::Place { line, column };
    }
    let end = end.max(start);
    let before = escape::lines(&text[from..start]);
    let at_fault = escape::lines(&text[start..end]);
    let after = escape::lines(&text[end..to.max(end)]);
    let span = before.len()..before.len() + at_fault.len();
    Excerpt::Lines {
        text: format!("{before}{at_fault}{after}"),
        line,
        span,
    }
}

/// Returns the start of the character at a byte.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
