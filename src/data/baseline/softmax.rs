//! Softmax regression: the best linear model of classes.
//!
//! Its risk has a Hessian of at most half of the second moments (Böhning 1992, "Multinomial logistic
//! regression algorithm").

use super::Design;
use super::descent::Descent;
use candle_core::Result;

/// Its ridge, ½λ|w|²: bounds the weights of separable classes to about 10 per standard deviation, where
/// their loss is a thousandth of a constant's.
const RIDGE: f64 = 1e-4;
/// It is done when no weight moves by more than this.
const DONE: f64 = 1e-5;

/// The weights (p × classes) that minimise the cross-entropy of softmax to labels smoothed by ε, plus the ridge.
/// None where no number can tell them.
pub(super) fn fit(design: &Design, classes: usize, smoothing: f64) -> Result<Option<Vec<f64>>> {
    let Some(metric) = design.metric(2.0 * RIDGE)? else {
        return Ok(None);
    };
    let descent = Descent {
        metric: &metric,
        columns: classes,
        rate: 2.0,
        steps: design.steps,
        done: DONE,
    };
    let mut weights = vec![0.0; design.p * classes];
    descent.go(&mut weights, |at| gradient(design, at, classes, smoothing))?;
    Ok(Some(weights))
}

/// The gradient of the mean cross-entropy plus the ridge, p × classes.
fn gradient(design: &Design, weights: &[f64], classes: usize, smoothing: f64) -> Result<Vec<f64>> {
    let mut off = design.x.times(weights, classes)?;
    off.chunks_exact_mut(classes).for_each(softmax);
    for (row, y) in off.chunks_exact_mut(classes).zip(&design.y) {
        row[*y as usize] -= 1.0 - smoothing;
        row.iter_mut()
            .for_each(|p| *p -= smoothing / classes as f64);
    }
    let mut gradient = design.with(&off, classes)?;
    let entries = gradient.iter_mut().zip(weights);
    entries.for_each(|(g, w)| *g += RIDGE * w);
    Ok(gradient)
}

/// e^z over the sum of e^z, in place.
pub(super) fn softmax(z: &mut [f64]) {
    let highest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    z.iter_mut().for_each(|z| *z = (*z - highest).exp());
    let sum: f64 = z.iter().sum();
    z.iter_mut().for_each(|z| *z /= sum);
}
