//! What figures of predictions have in common: names, colors and symbols of outputs, and notes about lost ones.

use super::plot::are;
use super::theme::HUES;
use crate::trace::{PROBE_ROWS, Predictions, Real, Trace};
use plotly::common::MarkerSymbol;

/// Returns whether any column has values.
pub fn has_values(columns: &[Vec<Real>]) -> bool {
    columns.iter().any(|column| !column.is_empty())
}

/// Returns the color of a class or column.
pub fn class_colour(class: usize) -> String {
    format!("@c{}", class % HUES.len())
}

/// Returns the symbol of a class.
pub fn class_symbol(class: usize) -> MarkerSymbol {
    match class % 6 {
        0 => MarkerSymbol::Circle,
        1 => MarkerSymbol::Square,
        2 => MarkerSymbol::Diamond,
        3 => MarkerSymbol::TriangleUp,
        4 => MarkerSymbol::Cross,
        _ => MarkerSymbol::TriangleDown,
    }
}

/// Returns the name of an output column.
pub fn column_name(trace: &Trace, column: usize) -> String {
    let classes = &trace.data.classes;
    match (classes.len(), trace.predictions.end.len()) {
        (0, _) => trace.data.first_target().to_owned(),
        (2, 1) => format!("P({})", classes[1]),
        _ => classes
            .get(column)
            .map_or(format!("output {column}"), |class| format!("P({class})")),
    }
}

/// Returns a note about targets that are not shown, if there are any.
pub fn left_out(trace: &Trace) -> Option<String> {
    let (first, others) = trace.data.targets.split_first()?;
    Some(format!(
        "Shown is {first}, one of {} targets; not shown: {}.",
        others.len() + 1,
        others.join(", ")
    ))
}

/// Returns notes about outputs that are not finite.
pub fn lost(outputs: &Predictions) -> Vec<String> {
    let not_finite = |columns: &[Vec<Real>]| {
        columns
            .iter()
            .flatten()
            .filter(|value| !value.0.is_finite())
            .count()
    };
    let lattice = outputs.lattice.as_ref();
    let start = not_finite(&outputs.start) + lattice.map_or(0, |l| not_finite(&l.start));
    let end = not_finite(&outputs.end) + lattice.map_or(0, |l| not_finite(&l.end));
    let say = |n, when| format!("{} not finite {when}.", are(n, "output"));
    [(start, "before training"), (end, "after training")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, when)| say(n, when))
        .collect()
}

/// Returns the name of the probe rows, with an explanation for their first use on a page.
pub fn probe_rows() -> String {
    format!("probe rows (a fixed sample of at most {PROBE_ROWS} training rows)")
}
