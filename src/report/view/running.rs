//! The line at the top of a page that is written while its sweep is trained.

use super::rerun;
use crate::report::{Page, Running};
use serde::Serialize;

/// What the line says, and what its script goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunningView {
    /// `Training: 120 of 300 runs are there.`
    pub sentence: String,
    /// What holds as long as runs are missing.
    pub note: &'static str,
    /// What goes on with the training, where it has ended unseen.
    pub command: String,
    /// When the page was written, in milliseconds since 1970.
    pub written: u64,
    /// Seconds between two loadings.
    pub every: u64,
    /// Seconds after which a page as old as this is no longer written.
    pub stale: u64,
}

/// The line of a page; none where its sweep is not being trained.
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
            true => format!("All {of} runs are there; now comes what is trained beside the grid."),
            false => format!("Training: {there} of {of} runs are there."),
        },
        note: match page.sweep.expectations.is_empty() {
            true => "Every run is diagnosed by what is there so far.",
            false => {
                "Every run is diagnosed by what is there so far; expectations are judged at the end."
            }
        },
        command: rerun::rest(page.sweep),
        written,
        every,
        stale,
    })
}

/// Runs that have a trace, and runs.
fn counts(page: &Page) -> (usize, usize) {
    let runs = page.results.cells.iter().flat_map(|cell| &cell.runs);
    (page.results.traces().count(), runs.count())
}
