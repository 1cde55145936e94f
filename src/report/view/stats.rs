//! Numbers over the seeds of a cell, measured as expectations measure them: what a page shows is
//! what `sweep check` judges.

use crate::expect::{Measured, Spread, last, measure, over_seeds};
use crate::results::CellResults;
use crate::spec::Quantity;
use crate::trace::{Outcome, Trace};

/// Some values, with those that are not finite told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeedStats {
    /// Middle value, infinities among them; `None` where it is not finite.
    pub median: Option<f64>,
    /// The finite values.
    pub finite: Option<Spread>,
    /// How many values there are, not finite ones included.
    pub of: usize,
}

/// Median and spread of some values; `None` where there are none.
pub fn seed_stats(values: &[f64]) -> Option<SeedStats> {
    let all = Spread::of(values.iter().copied())?;
    Some(SeedStats {
        median: Some(all.median).filter(|median| median.is_finite()),
        finite: Spread::of(values.iter().copied().filter(|v| v.is_finite())),
        of: all.n,
    })
}

/// The middle of a quantity over the runs of a cell that have it, where it is finite.
pub fn median(cell: &CellResults, quantity: Quantity) -> Option<f64> {
    seed_stats(&over_seeds(cell, quantity))?.median
}

/// What a run reached, as `sweep check` measures it; of a run that was cut off, what it had reached
/// by then.
pub fn reached(trace: &Trace, quantity: Quantity) -> Option<f64> {
    match measure(trace, quantity) {
        Measured::Value(value) => Some(value),
        Measured::Absent(_) => None,
        Measured::Unfinished => last(trace, quantity).ok(),
    }
}

/// Whether the run ended in NaN or infinity.
pub fn diverged(trace: &Trace) -> bool {
    matches!(trace.outcome, Outcome::Diverged { .. })
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
