//! Softmax regression: the best linear model for classes.
//!
//! The Hessian of its loss is at most half of the second moments (Böhning 1992, "Multinomial logistic regression
//! algorithm").

use super::descent::MetricDescent;
use super::design::Design;
use candle_core::Result;

/// The ridge penalty ½λ|w|². It limits the weights of separable classes to about 10 per standard deviation, where
/// their loss is a thousandth of a constant's.
const RIDGE: f64 = 1e-4;
/// The descent ends when no weight changes by more than this.
const DONE: f64 = 1e-5;

/// Returns the weights (p × classes) that minimize the cross-entropy to labels smoothed by ε, plus the ridge penalty.
/// `of_class` has the class weights; empty for equal weights. Returns `None` if the moments have no finite inverse.
pub(super) fn fit(
    design: &Design,
    classes: usize,
    smoothing: f64,
    of_class: &[f64],
) -> Result<Option<Vec<f64>>> {
    let Some(metric) = design.metric(2.0 * RIDGE)? else {
        return Ok(None);
    };
    let of_class = in_the_mean_one(design, of_class);
    // The bound of the Hessian is proportional to the largest class weight.
    let most = of_class.iter().copied().fold(0.0, f64::max);
    let descent = MetricDescent {
        metric: &metric,
        columns: classes,
        rate: if of_class.is_empty() { 2.0 } else { 2.0 / most },
        steps: design.steps,
        done: DONE,
    };
    let mut weights = vec![0.0; design.p * classes];
    descent.go(&mut weights, |at| {
        gradient(design, at, (classes, smoothing), &of_class)
    })?;
    Ok(Some(weights))
}

/// Scales class weights to a mean of 1 over the rows.
fn in_the_mean_one(design: &Design, of_class: &[f64]) -> Vec<f64> {
    let of_row = |y: &f64| of_class.get(*y as usize).copied().unwrap_or(1.0);
    let mean = design.y.iter().map(of_row).sum::<f64>() / design.n as f64;
    of_class.iter().map(|weight| weight / mean).collect()
}

/// Returns the gradient of the mean cross-entropy plus the ridge penalty, p × classes.
fn gradient(
    design: &Design,
    weights: &[f64],
    (classes, smoothing): (usize, f64),
    of_class: &[f64],
) -> Result<Vec<f64>> {
    let mut off = design.x.times(weights, classes)?;
    off.chunks_exact_mut(classes).for_each(softmax);
    for (row, y) in off.chunks_exact_mut(classes).zip(&design.y) {
        if !of_class.is_empty() {
            weigh(row, *y as usize, smoothing, of_class);
            continue;
        }
        row[*y as usize] -= 1.0 - smoothing;
        row.iter_mut()
            .for_each(|p| *p -= smoothing / classes as f64);
    }
    let mut gradient = design.with(&off, classes)?;
    let entries = gradient.iter_mut().zip(weights);
    entries.for_each(|(g, w)| *g += RIDGE * w);
    Ok(gradient)
}

/// Replaces the probabilities p of a row by T p − t, where t is its smoothed label with each entry times its class
/// weight, and T the sum of t.
fn weigh(row: &mut [f64], class: usize, smoothing: f64, of_class: &[f64]) {
    let others = smoothing / row.len() as f64;
    let own = (1.0 - smoothing) * of_class[class];
    let all = own + others * of_class.iter().sum::<f64>();
    let parts = row.iter_mut().zip(of_class);
    parts.for_each(|(p, weight)| *p = *p * all - others * weight);
    row[class] -= own;
}

/// Computes the softmax in place.
pub(super) fn softmax(z: &mut [f64]) {
    let highest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    z.iter_mut().for_each(|z| *z = (*z - highest).exp());
    let sum: f64 = z.iter().sum();
    z.iter_mut().for_each(|z| *z /= sum);
}
