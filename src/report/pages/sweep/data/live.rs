//! The progress of training on a live page.

use crate::report::page::{Page, Running};
use crate::report::shared::commands;
use serde::Serialize;

/// The texts of the progress line, and the data for its script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunningView {
    /// `Training: 120 of 300 runs finished.`
    pub sentence: String,
    /// A note that applies while runs are missing.
    pub note: &'static str,
    /// The command that continues training after an interruption.
    pub command: String,
    /// Time of this version of the page, in milliseconds since 1970.
    pub written: u64,
    /// Seconds between two refreshes.
    pub every: u64,
    /// Seconds after which an unchanged page says that training may have ended.
    pub stale: u64,
}

/// Returns the progress line of a page; none if its sweep is not being trained.
pub fn running(page: &Page) -> Option<RunningView> {
    let Running {
        written,
        every,
        stale,
        is_trained,
    } = page.running?;
    let (there, of) = counts(page);
    Some(RunningView {
        sentence: match is_trained && there == of {
            true => format!("Training: all {of} runs finished. Reference runs and fixes are next."),
            false => format!("Training: {there} of {of} runs finished."),
        },
        note: match page.sweep.expectations.is_empty() {
            true => "Diagnoses are preliminary.",
            false => "Diagnoses are preliminary. Expectations are checked at the end.",
        },
        command: commands::rest(page.sweep),
        written,
        every,
        stale,
    })
}

/// Returns the number of finished runs, and of all runs.
fn counts(page: &Page) -> (usize, usize) {
    let runs = page.results.cells.iter().flat_map(|cell| &cell.runs);
    (page.results.traces().count(), runs.count())
}
