//! Cross-entropies of rows with class weights, lane by lane.

use super::float::Float;
use super::math::{exp, ln, ln_1p, sigmoid};
use super::{MOST_LANES, PerLane};

/// Adds the losses of rows with this number of columns to `sums`. Replaces z by their gradient times `over`, or by
/// σ(z) if there is no `over`.
#[inline(always)]
pub(super) fn weighted<T: Float>(
    (z, y): (&mut [T], &[T]),
    columns: usize,
    weights: &[T],
    sums: &mut PerLane<f64>,
    over: Option<&PerLane<T>>,
) {
    let width = columns * T::LANES;
    for (z, y) in z.chunks_exact_mut(width).zip(y.chunks_exact(width)) {
        match columns {
            1 => sigmoid_row(z, y, weights, sums, over),
            _ => softmax_row(z, y, weights, sums, over),
        }
    }
}

/// Computes max(z, 0) − z y + ln(1 + e^−|z|) with its derivative σ(z) − y, both times the class weight of the row.
#[inline(always)]
fn sigmoid_row<T: Float>(
    z: &mut [T],
    y: &[T],
    weights: &[T],
    sums: &mut PerLane<f64>,
    over: Option<&PerLane<T>>,
) {
    for lane in 0..T::LANES {
        let (of_z, of_y) = (z[lane], y[lane]);
        let [zero, one] = [weights[lane], weights[T::LANES + lane]];
        let weight = if of_y > T::of(0.5) { one } else { zero };
        let positive = if of_z < T::of(0.0) { T::of(0.0) } else { of_z };
        let loss = (positive - of_z * of_y) + ln_1p(exp(-of_z.size()));
        sums[lane] += (weight * loss).wide();
        let a = sigmoid(of_z);
        z[lane] = match over {
            Some(over) => (a - of_y) * weight * over[lane],
            None => a,
        };
    }
}

/// Computes −Σ t ln p of a softmax p, where t is y times the class weights; the derivative is p Σ t − t.
#[inline(always)]
fn softmax_row<T: Float>(
    z: &mut [T],
    y: &[T],
    weights: &[T],
    sums: &mut PerLane<f64>,
    over: Option<&PerLane<T>>,
) {
    let zeros = [T::of(0.0); MOST_LANES];
    let mut most = [T::of(f64::NEG_INFINITY); MOST_LANES];
    for z in z.chunks_exact(T::LANES) {
        for (most, z) in most.iter_mut().zip(z) {
            *most = if *z < *most { *most } else { *z };
        }
    }
    let (mut of_row, mut total, mut counts) = (zeros, zeros, zeros);
    let columns = || y.chunks_exact(T::LANES).zip(weights.chunks_exact(T::LANES));
    for (z, (y, weights)) in z.chunks_exact_mut(T::LANES).zip(columns()) {
        for lane in 0..T::LANES {
            let shifted = z[lane] - most[lane];
            let t = y[lane] * weights[lane];
            // −Σ t (z − ln Σ e^z) = −Σ t z + Σ t ln Σ e^z.
            of_row[lane] = (-t).fused(shifted, of_row[lane]);
            counts[lane] = counts[lane] + t;
            z[lane] = exp(shifted);
            total[lane] = total[lane] + z[lane];
        }
    }
    for lane in 0..T::LANES {
        sums[lane] += (of_row[lane] + counts[lane] * ln(total[lane])).wide();
    }
    for (z, (y, weights)) in z.chunks_exact_mut(T::LANES).zip(columns()) {
        for lane in 0..T::LANES {
            let p = z[lane] / total[lane];
            z[lane] = match over {
                Some(over) => (p * counts[lane] - y[lane] * weights[lane]) * over[lane],
                None => p,
            };
        }
    }
}
