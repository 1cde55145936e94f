//! The results of a sweep as text.

use super::cells::cells;
use super::output::{BOLD, DIM, Output, painted};
use super::text::Text;
use crate::config::Sweep;
use crate::diagnose::fixes::propose::REFERENCE;
use crate::diagnose::references;
use crate::execute::Summary;
use crate::format::count;
use crate::report::number::duration;
use crate::results::Results;
use crate::study::Studied;
use crate::trace::Trace;

/// Returns the title and the cells of a sweep.
pub fn results(sweep: &Sweep, studied: &Studied) -> Text {
    let (cells, left_out) = cells(&studied.results, &studied.diagnoses);
    let mut text = Text::default();
    text.line(painted(&sweep.title, BOLD));
    text.add(cells);
    for sentence in references(&studied.results) {
        text.line(format_args!("  {sentence}. Network: {REFERENCE}"));
    }
    if left_out > 0 {
        text.line(format_args!(
            "  … sorted by training loss; the report shows {left_out} more"
        ));
    }
    text
}

/// Returns the counts of a training, and why it is incomplete: `18 runs trained, 12 cached, 4.2 s`.
pub fn summary(summary: &Summary, why_incomplete: Option<String>) -> String {
    let mut parts = vec![format!("{} trained", count(summary.trained, "run"))];
    if summary.cached > 0 {
        parts.push(format!("{} cached", summary.cached));
    }
    parts.extend(why_incomplete);
    painted(
        format!("{}, {}", parts.join(", "), duration(summary.wall)),
        DIM,
    )
}

/// Prints how many runs of a sweep are not trained yet, if any.
pub fn report_missing(sweep: &Sweep, results: &Results, output: &Output) {
    let runs = || results.cells.iter().flat_map(|cell| &cell.runs);
    let has_result = |trace: &Trace| !trace.outcome.is_too_large();
    let missing = runs()
        .filter(|run| !run.trace().is_some_and(has_result))
        .count();
    if missing > 0 {
        output.message(format_args!(
            "{}: {missing} of {} not trained yet",
            sweep.path.display(),
            count(runs().count(), "run"),
        ));
    }
}
