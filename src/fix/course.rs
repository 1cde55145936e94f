//! How the losses of a cell went, seed by seed: what is drawn before a change and after it.
//!
//! Training losses are followed, or the validation losses where overfitting is the failure: there the
//! training loss only gets worse by what helps. Where not all losses are of one unit, since a change
//! gives the cell another loss or another target, they are told as shares of the best constant's.

use crate::number::rounded;
use crate::results::CellResults;
use crate::trace::{Curve, Outcome, Real, Trace, median};
use serde::{Deserialize, Serialize};

/// About this many points of a curve are kept.
const POINTS: usize = 48;

/// What is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// The validation losses; else the training losses.
    pub validation: bool,
    /// As shares of the loss of the best constant, 1 − skill; else as they are.
    pub relative: bool,
}

/// The losses of a cell.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Courses {
    /// Of every seed that was trained, in the order of the seeds.
    pub seeds: Vec<Course>,
    /// The middle of them.
    pub median: Curve,
}

/// The losses of one seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// The seed.
    pub seed: u64,
    /// Losses by epoch, thinned so that extremes survive.
    pub losses: Curve,
    /// Whether it diverged where they end.
    pub diverged: bool,
}

/// The losses of a cell.
pub fn courses(cell: &CellResults, followed: Followed) -> Courses {
    let runs = cell.runs.iter().filter_map(|run| {
        let trace = run.trace()?;
        let diverged = matches!(trace.outcome, Outcome::Diverged { .. });
        Some((run.run.seed, losses(trace, followed), diverged))
    });
    let runs: Vec<(u64, Curve, bool)> = runs.collect();
    let curves: Vec<(&Curve, bool)> = runs.iter().map(|(_, curve, lost)| (curve, *lost)).collect();
    Courses {
        median: short(&median(&curves)),
        seeds: runs
            .iter()
            .map(|(seed, curve, diverged)| Course {
                seed: *seed,
                losses: short(curve),
                diverged: *diverged,
            })
            .collect(),
    }
}

/// Whether all losses of both cells are of the same unit: their best constants lose the same.
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

/// The whole curve of a run.
fn losses(trace: &Trace, followed: Followed) -> Curve {
    let data = &trace.data;
    let mut curve = match followed.validation {
        true => validation(trace),
        false => trace.curve.clone(),
    };
    if followed.relative {
        let left = |loss: f64| match followed.validation {
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

/// The exact risks of the validation rows, from before training on.
fn validation(trace: &Trace) -> Curve {
    let risks = trace.risks.iter();
    let points = risks.filter_map(|point| Some((point.epoch, point.validation?.loss)));
    let (epochs, values): (Vec<u64>, Vec<Real>) = points.unzip();
    Curve {
        of: epochs.len() as u64,
        epochs,
        values,
    }
}

/// Few points of a curve, of four digits each: as many as a figure shows.
fn short(curve: &Curve) -> Curve {
    let mut curve = curve.thinned(POINTS);
    for value in curve.values.iter_mut().filter(|value| value.0.is_finite()) {
        value.0 = rounded(value.0, 4);
    }
    curve
}
