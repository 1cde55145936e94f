//! The best linear model under Huber's loss, and under the absolute loss, which is its limit for small δ.
//!
//! Huber's loss has a second derivative of at most 1, so that its risk bends no more than that of half the
//! squares. Least squares are the start. The smaller δ, the shorter the steps; so it comes down from what
//! these are off by in the mean, a tenth at a time.

use super::descent::Descent;
use super::{Design, RIDGE, least_squares};
use candle_core::Result;

/// δ that stands for the absolute loss, as a share of what least squares are off by in the mean: the loss of
/// what it leads to is higher than the lowest by half of that at most.
const LEAST: f64 = 1e-3;
/// A stage is done when no weight moves by more than this share of δ.
const DONE: f64 = 1e-4;

/// The weights (p) that minimise Huber's loss, or the absolute loss for a δ of 0. None where no number can
/// tell them.
pub(super) fn fit(design: &Design, delta: f64) -> Result<Option<Vec<f64>>> {
    let (Some(metric), Some(mut weights)) = (design.metric(RIDGE)?, least_squares(design)?) else {
        return Ok(None);
    };
    let off = residuals(design, &weights)?;
    let scale = off.iter().map(|r| r.abs()).sum::<f64>() / design.n as f64;
    let least = LEAST * scale;
    let stages = stages(scale, delta.max(least));
    for delta in &stages {
        let descent = Descent {
            metric: &metric,
            columns: 1,
            rate: 1.0,
            steps: design.steps / stages.len(),
            done: DONE * delta,
        };
        descent.go(&mut weights, |at| {
            let clamped = residuals(design, at)?.into_iter();
            let clamped: Vec<f64> = clamped.map(|r| r.clamp(-delta, *delta)).collect();
            design.with(&clamped, 1)
        })?;
    }
    Ok(Some(weights))
}

/// δ of one stage after the other; none where least squares leave nothing.
fn stages(scale: f64, last: f64) -> Vec<f64> {
    if scale.is_nan() || scale <= 0.0 || scale.is_infinite() {
        return Vec::new();
    }
    let tenths = std::iter::successors(Some(scale), |delta| Some(delta / 10.0));
    let above = tenths.take_while(|delta| *delta > 2.0 * last);
    above.chain([last]).collect()
}

/// Xw − y.
fn residuals(design: &Design, weights: &[f64]) -> Result<Vec<f64>> {
    let mut off = design.x.times(weights, 1)?;
    off.iter_mut().zip(&design.y).for_each(|(z, y)| *z -= y);
    Ok(off)
}
