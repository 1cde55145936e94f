//! The best linear model under the Huber loss, and under the absolute loss, which is its limit for small δ.
//!
//! The second derivative of the Huber loss is at most 1, so its Hessian is at most that of half the squared error.
//! The fit starts from least squares. A smaller δ needs shorter steps, so δ decreases in stages from the mean
//! absolute residual, by a factor of 10 each.

use super::descent::MetricDescent;
use super::design::Design;
use super::least_squares::{RIDGE, least_squares};
use crate::train::datasets::matrix::Matrix;
use candle_core::Result;

/// δ that replaces the absolute loss, relative to the mean absolute residual of least squares. The loss exceeds the
/// minimum by at most half of it.
const LEAST: f64 = 1e-3;
/// A stage ends when no weight changes by more than this share of δ.
const DONE: f64 = 1e-4;

/// Returns the weights (p × columns) that minimize the Huber loss, or the absolute loss if δ is 0. Returns `None` if
/// the moments have no finite inverse.
pub(super) fn fit(design: &Design, columns: usize, delta: f64) -> Result<Option<Vec<f64>>> {
    let both = (design.metric(RIDGE)?, least_squares(design, columns)?);
    let (Some(metric), Some(mut weights)) = both else {
        return Ok(None);
    };
    let off = residuals(design, &weights, columns)?;
    // Targets may have different units.
    for k in 0..columns {
        let sizes = off.iter().skip(k).step_by(columns).map(|r| r.abs());
        let scale = sizes.sum::<f64>() / design.n as f64;
        let mut own: Vec<f64> = weights.iter().skip(k).step_by(columns).copied().collect();
        let y: Vec<f64> = design.y.iter().skip(k).step_by(columns).copied().collect();
        descend(design, &metric, (&mut own, &y), stages(scale, delta))?;
        let column = weights.iter_mut().skip(k).step_by(columns);
        column.zip(own).for_each(|(w, own)| *w = own);
    }
    Ok(Some(weights))
}

/// Runs the descent of the weights (p) of one column through all stages.
fn descend(
    design: &Design,
    metric: &Matrix,
    (weights, y): (&mut [f64], &[f64]),
    stages: Vec<f64>,
) -> Result<()> {
    for delta in &stages {
        let descent = MetricDescent {
            metric,
            columns: 1,
            rate: 1.0,
            steps: design.steps / stages.len(),
            done: DONE * delta,
        };
        descent.go(weights, |at| {
            let mut pull = design.x.times(at, 1)?;
            let both = pull.iter_mut().zip(y);
            both.for_each(|(z, y)| *z = (*z - y).clamp(-delta, *delta));
            design.with(&pull, 1)
        })?;
    }
    Ok(())
}

/// Returns δ of each stage; none if least squares fit exactly.
fn stages(scale: f64, delta: f64) -> Vec<f64> {
    if scale.is_nan() || scale <= 0.0 || scale.is_infinite() {
        return Vec::new();
    }
    let last = delta.max(LEAST * scale);
    let tenths = std::iter::successors(Some(scale), |delta| Some(delta / 10.0));
    let above = tenths.take_while(|delta| *delta > 2.0 * last);
    above.chain([last]).collect()
}

/// Returns the residuals XW − Y.
fn residuals(design: &Design, weights: &[f64], columns: usize) -> Result<Vec<f64>> {
    let mut off = design.x.times(weights, columns)?;
    off.iter_mut().zip(&design.y).for_each(|(z, y)| *z -= y);
    Ok(off)
}
