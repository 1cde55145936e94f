//! Statistics over the runs of a cell and of a sweep, with the same definitions as in `sweep check`.

use crate::config::Quantity;
use crate::diagnose::expectations::{Measured, Spread, last, measure, over_seeds};
use crate::results::{CellResults, Results};
use crate::trace::Trace;
use std::time::Duration;

/// Statistics of values that need not be finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeedStats {
    /// Median of all values, including infinite ones; `None` if it is not finite.
    pub median: Option<f64>,
    /// Spread of the finite values.
    pub finite: Option<Spread>,
    /// Number of all values.
    pub of: usize,
}

/// Returns the statistics of some values; `None` without values.
pub fn seed_stats(values: &[f64]) -> Option<SeedStats> {
    let all = Spread::of(values.iter().copied())?;
    Some(SeedStats {
        median: Some(all.median).filter(|median| median.is_finite()),
        finite: Spread::of(values.iter().copied().filter(|v| v.is_finite())),
        of: all.n,
    })
}

/// Returns the median of a quantity over the runs of a cell that have it, if it is finite.
pub fn median(cell: &CellResults, quantity: Quantity) -> Option<f64> {
    seed_stats(&over_seeds(cell, quantity))?.median
}

/// Returns a quantity of a run, as `sweep check` measures it; for an incomplete run, its last value.
pub fn reached(trace: &Trace, quantity: Quantity) -> Option<f64> {
    match measure(trace, quantity) {
        Measured::Value(value) => Some(value),
        Measured::Absent(_) => None,
        Measured::Unfinished => last(trace, quantity).ok(),
    }
}

/// Returns the total time of all runs.
pub fn total_time(results: &Results) -> Duration {
    let runs = results.cells.iter().flat_map(|cell| &cell.runs);
    runs.filter_map(|run| run.trained.as_ref().map(|(_, timing)| timing.wall))
        .sum()
}

/// Returns whether the time of the runs is known: imported traces have none.
pub fn is_timed(results: &Results) -> bool {
    !results.are_imported || !total_time(results).is_zero()
}

/// Returns the unit of positions for all runs together: `step` if no run has epochs, otherwise `epoch`.
pub fn unit(results: &Results) -> &'static str {
    let mut traces = results.traces().peekable();
    match traces.peek().is_some() && traces.all(|trace| trace.unit() == "step") {
        true => "step",
        false => "epoch",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_not_finite_count_in_the_median_and_not_in_the_range() {
        let range = |values: &[f64]| {
            let stats = seed_stats(values)?;
            let finite = stats.finite?;
            Some((stats.median, finite.low, finite.high, stats.of - finite.n))
        };
        let (lost, worst) = (f64::INFINITY, f64::NEG_INFINITY);
        assert_eq!(range(&[3.0, lost, 1.0]), Some((Some(3.0), 1.0, 3.0, 1)));
        assert_eq!(range(&[0.5, worst, 0.9]), Some((Some(0.5), 0.5, 0.9, 1)));
        assert_eq!(range(&[1.0, lost]), Some((None, 1.0, 1.0, 1)));
        assert_eq!(seed_stats(&[]), None);
    }
}
