//! Numbers over the seeds of a cell. NaN and the infinities are worse than every number: ordered
//! last, never averaged away.

use crate::results::{CellResults, RunResult};
use crate::trace::{Outcome, Trace};
use serde::Serialize;

/// A median with its spread.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Middle value; `None` where it is not finite.
    pub median: Option<f64>,
    /// Lowest finite value.
    pub low: Option<f64>,
    /// Highest finite value.
    pub high: Option<f64>,
    /// How many values there are, not finite ones included.
    pub of: usize,
    /// How many of them are not finite.
    pub not_finite: usize,
}

/// Whether large or small values are the bad ones, beside which those that are not finite stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worse {
    /// Losses.
    High,
    /// Skills and accuracies.
    Low,
}

/// Median and spread of some values; `None` where there are none.
pub fn spread(values: &[f64], worse: Worse) -> Option<Spread> {
    let mut finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    finite.sort_by(f64::total_cmp);
    let not_finite = values.len() - finite.len();
    let mut ordered: Vec<Option<f64>> = finite.iter().copied().map(Some).collect();
    match worse {
        Worse::High => ordered.extend(vec![None; not_finite]),
        Worse::Low => ordered.splice(0..0, vec![None; not_finite]).for_each(drop),
    }
    let upper = *ordered.get(values.len() / 2)?;
    let lower = ordered[(values.len() - 1) / 2];
    Some(Spread {
        median: lower.zip(upper).map(|(a, b)| a.midpoint(b)),
        low: finite.first().copied(),
        high: finite.last().copied(),
        of: values.len(),
        not_finite,
    })
}

/// The traces of a cell's runs that are results: those that ended by themselves.
pub fn complete(cell: &CellResults) -> impl Iterator<Item = &Trace> {
    cell.runs
        .iter()
        .filter_map(trace)
        .filter(|trace| trace.outcome.is_complete())
}

/// The trace of a run, where it was trained.
pub fn trace(run: &RunResult) -> Option<&Trace> {
    run.trained.as_ref().map(|(trace, _)| trace)
}

/// Exact risk of the training rows at the end; NaN for a run that diverged, whatever was measured
/// last before.
pub fn final_loss(trace: &Trace) -> Option<f64> {
    let last = trace.risks.last()?.train.loss.0;
    Some(if diverged(trace) { f64::NAN } else { last })
}

/// Skill at the end, NaN for a run that diverged; none where no constant predictor can be beaten.
pub fn final_skill(trace: &Trace) -> Option<f64> {
    let against = trace.data.constant_train_loss.0;
    if !(against.is_finite() && against > 0.0) {
        return None;
    }
    if diverged(trace) {
        return Some(f64::NAN);
    }
    trace.skill()
}

/// Whether the run ended in NaN or infinity.
pub fn diverged(trace: &Trace) -> bool {
    matches!(trace.outcome, Outcome::Diverged { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_not_finite_are_the_worst() {
        let losses = spread(&[3.0, f64::NAN, 1.0], Worse::High);
        assert_eq!(losses.and_then(|s| s.median), Some(3.0));
        let skills = spread(&[0.5, f64::NAN, 0.9], Worse::Low);
        assert_eq!(skills.and_then(|s| s.median), Some(0.5));
        let lost = spread(&[1.0, f64::INFINITY], Worse::High);
        assert_eq!(
            lost.map(|s| (s.median, s.low, s.not_finite)),
            Some((None, Some(1.0), 1))
        );
        assert_eq!(spread(&[], Worse::High), None);
    }
}
