//! Loss curves of a cell, seed by seed, before and after a change.
//!
//! They are training losses, or validation losses if the failure is overfitting: a fix of overfitting
//! makes the training loss worse. If a change gives the cell another loss or target, the losses have
//! different units, and are shown as shares of the best constant's loss.

use crate::format::rounded;
use crate::results::CellResults;
use crate::trace::{Curve, Outcome, Trace, median};
use serde::{Deserialize, Serialize};

/// Approximate number of points of a stored curve.
const POINTS: usize = 48;

/// Which losses the curves show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownLosses {
    /// Validation losses; otherwise training losses.
    pub validation: bool,
    /// As shares of the best constant's loss, 1 − skill; otherwise unscaled.
    pub relative: bool,
}

/// The loss curves of a cell.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LossCurves {
    /// One per trained seed, in the order of the seeds.
    pub seeds: Vec<SeedCurve>,
    /// Their median.
    pub median: Curve,
}

/// The loss curve of one seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeedCurve {
    /// The seed.
    pub seed: u64,
    /// Losses by epoch, thinned without losing extremes.
    pub losses: Curve,
    /// Whether the run diverged at the end of the curve.
    pub diverged: bool,
}

/// Returns the loss curves of a cell.
pub fn cell_curves(cell: &CellResults, shown: ShownLosses) -> LossCurves {
    let runs = cell.runs.iter().filter_map(|run| {
        let trace = run.trace()?;
        let diverged = matches!(trace.outcome, Outcome::Diverged { .. });
        Some((run.run.seed, losses(trace, shown), diverged))
    });
    let runs: Vec<(u64, Curve, bool)> = runs.collect();
    let curves: Vec<(&Curve, bool)> = runs.iter().map(|(_, curve, lost)| (curve, *lost)).collect();
    LossCurves {
        median: short(&median(&curves)),
        seeds: runs
            .iter()
            .map(|(seed, curve, diverged)| SeedCurve {
                seed: *seed,
                losses: short(curve),
                diverged: *diverged,
            })
            .collect(),
    }
}

/// Returns whether the losses of two cells have the same unit: equal losses of the best constant.
pub(super) fn same_unit(cell: &CellResults, other: &CellResults) -> bool {
    let constants = |cell: &CellResults| -> Vec<f64> {
        cell.traces()
            .map(|trace| trace.data.constant_train_loss.0)
            .collect()
    };
    let (own, others) = (constants(cell), constants(other));
    let same = own
        .iter()
        .zip(&others)
        .all(|(a, b)| (a - b).abs() <= 1e-6 * a.abs() || (a.is_nan() && b.is_nan()));
    let (own, others) = (&cell.cell.settings, &other.cell.settings);
    same && (own.loss, &own.labels) == (others.loss, &others.labels)
}

/// Returns the full curve of a run.
fn losses(trace: &Trace, shown: ShownLosses) -> Curve {
    let data = &trace.data;
    let mut curve = match shown.validation {
        true => validation(trace),
        false => trace.curve_by_epoch(),
    };
    if shown.relative {
        let left = |loss: f64| match shown.validation {
            true => data.validation_left(loss).unwrap_or(f64::NAN),
            false => data.left(loss),
        };
        curve
            .values
            .iter_mut()
            .for_each(|loss| loss.0 = left(loss.0));
    }
    curve
}

/// Returns the last exact validation loss of every epoch, from before training on.
fn validation(trace: &Trace) -> Curve {
    let mut curve = Curve::default();
    for evaluation in &trace.evaluations {
        let Some(validation) = evaluation.validation else {
            continue;
        };
        let epoch = trace.epoch_of(evaluation.step);
        if curve.at.last() == Some(&epoch) {
            curve.at.pop();
            curve.values.pop();
        }
        curve.at.push(epoch);
        curve.values.push(validation.loss);
    }
    curve.of = curve.at.len() as u64;
    curve
}

/// Thins a curve to as many points and digits as a figure shows.
fn short(curve: &Curve) -> Curve {
    let mut curve = curve.thinned(POINTS);
    for value in curve.values.iter_mut().filter(|value| value.0.is_finite()) {
        value.0 = rounded(value.0, 4);
    }
    curve
}
