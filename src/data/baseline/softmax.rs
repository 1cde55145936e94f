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

/// The weights (p × classes) that minimise the cross-entropy of softmax to labels smoothed by ε, plus the ridge,
/// where the rows of each class count for what `of_class` says, or all the same where that is empty. None
/// where no number can tell them.
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
    // The risk bends as much more as a row counts for.
    let most = of_class.iter().copied().fold(0.0, f64::max);
    let descent = Descent {
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

/// The weights of classes so that the rows count for 1 in the mean.
fn in_the_mean_one(design: &Design, of_class: &[f64]) -> Vec<f64> {
    let of_row = |y: &f64| of_class.get(*y as usize).copied().unwrap_or(1.0);
    let mean = design.y.iter().map(of_row).sum::<f64>() / design.n as f64;
    of_class.iter().map(|weight| weight / mean).collect()
}

/// The gradient of the mean cross-entropy plus the ridge, p × classes.
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

/// From the probabilities p of a row to T p − t: t is its smoothed label, each part times the weight of its class,
/// and T their sum.
fn weigh(row: &mut [f64], class: usize, smoothing: f64, of_class: &[f64]) {
    let others = smoothing / row.len() as f64;
    let own = (1.0 - smoothing) * of_class[class];
    let all = own + others * of_class.iter().sum::<f64>();
    let parts = row.iter_mut().zip(of_class);
    parts.for_each(|(p, weight)| *p = *p * all - others * weight);
    row[class] -= own;
}

/// e^z over the sum of e^z, in place.
pub(super) fn softmax(z: &mut [f64]) {
    let highest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    z.iter_mut().for_each(|z| *z = (*z - highest).exp());
    let sum: f64 = z.iter().sum();
    z.iter_mut().for_each(|z| *z /= sum);
}
