//! Verdicts of expectations as text.

use super::output::{BOLD, GREEN, RED, YELLOW, painted};
use super::text::Text;
use crate::diagnose::expectations::{Status, Verdict};
use crate::format::count;
use std::path::Path;

/// Returns the path of a sweep file and its verdicts.
pub fn verdicts(file: &Path, verdicts: &[Verdict]) -> Text {
    let path = file.display();
    let mut text = Text::default();
    text.line(painted(&path, BOLD));
    if verdicts.is_empty() {
        text.line("  no expectations");
    }
    for verdict in verdicts {
        let (word, style) = match verdict.status {
            Status::Pass => ("pass        ", GREEN),
            Status::Fail => ("FAIL        ", RED.bold()),
            Status::Inconclusive => ("inconclusive", YELLOW),
        };
        let Verdict { name, sentence, .. } = verdict;
        text.line(format_args!("  {}  {name}", painted(word, style)));
        let place = match verdict.status {
            Status::Pass => String::new(),
            Status::Fail | Status::Inconclusive => format!(" ({path}:{})", verdict.line),
        };
        text.line(format_args!("                {sentence}{place}"));
    }
    text
}

/// Returns `3 expectations: 2 passed, 1 failed`; `None` without expectations, which the sweeps say themselves.
pub fn tally<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Option<String> {
    let all: Vec<Status> = verdicts.map(|verdict| verdict.status).collect();
    let mut parts = Vec::new();
    for (status, word) in [
        (Status::Pass, "passed"),
        (Status::Fail, "failed"),
        (Status::Inconclusive, "inconclusive"),
    ] {
        let n = all.iter().filter(|s| **s == status).count();
        if n > 0 {
            parts.push(format!("{n} {word}"));
        }
    }
    match all.len() {
        0 => None,
        n => Some(format!("{}: {}", count(n, "expectation"), parts.join(", "))),
    }
}
