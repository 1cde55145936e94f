//! The loss of rows from the linear outputs z of the last layer, and its gradient by them, lane by
//! lane. A loss that is added here is added to the stacked engine.
//!
//! As in the reference engine, cross-entropies are taken from z itself, where no logarithm of a
//! rounded 0 can arise, and the largest z of a row is subtracted before its softmax.

use super::map::on;
use super::math::{exp, ln, ln_1p, sigmoid};
use super::real::Real;
use super::weighted::weighted;
use super::{MOST_LANES, PerLane, load, store};
use crate::spec::settings::{Loss, OutputActivation};
use pulp::Arch;

/// Some rows of a batch.
#[derive(Debug)]
pub struct LossOf<'a, T> {
    /// z, rows × columns; becomes what the call makes of it.
    pub z: &'a mut [T],
    /// y, rows × columns.
    pub y: &'a [T],
    /// Outputs.
    pub columns: usize,
    /// The loss of one row.
    pub loss: Loss,
    /// σ of the output layer.
    pub output: OutputActivation,
    /// What the rows of each class count for, classes × 1; empty where all count the same.
    pub weights: &'a [T],
}

impl<T: Real> LossOf<'_, T> {
    /// Adds the rows' losses to `sums`, whose quotient by `total` is the batch's risk, and puts the gradient of
    /// that risk in the place of z.
    pub fn gradient(self, arch: Arch, total: &PerLane<f64>, sums: &mut PerLane<f64>) {
        if !self.weights.is_empty() {
            let over = total.map(|total| T::of(1.0 / total));
            return on(
                arch,
                (self, sums),
                #[inline(always)]
                |(rows, sums): (Self, &mut PerLane<f64>)| weighted(rows, sums, Some(&over)),
            );
        }
        let over = T::of(1.0 / total[0]);
        on(
            arch,
            (self, sums),
            #[inline(always)]
            |(rows, sums): (Self, &mut PerLane<f64>)| rows.rows(sums, Then::Gradient(over)),
        );
    }

    /// Adds the rows' losses to `sums`, and puts σ(z) in the place of z.
    pub fn outputs(self, arch: Arch, sums: &mut PerLane<f64>) {
        if !self.weights.is_empty() {
            return on(
                arch,
                (self, sums),
                #[inline(always)]
                |(rows, sums): (Self, &mut PerLane<f64>)| weighted(rows, sums, None),
            );
        }
        on(
            arch,
            (self, sums),
            #[inline(always)]
            |(rows, sums): (Self, &mut PerLane<f64>)| rows.rows(sums, Then::Outputs),
        );
    }

    #[inline(always)]
    fn rows(self, sums: &mut PerLane<f64>, then: Then<T>) {
        let LossOf {
            z,
            y,
            columns,
            loss,
            output,
            ..
        } = self;
        match output {
            OutputActivation::Softmax => {
                let width = columns * T::LANES;
                for (z, y) in z.chunks_exact_mut(width).zip(y.chunks_exact(width)) {
                    softmax_row(z, y, loss, sums, then);
                }
            }
            OutputActivation::Sigmoid => each_entry(z, y, loss, true, sums, then),
            OutputActivation::Linear => each_entry(z, y, loss, false, sums, then),
        }
    }
}

/// What a mean loss is the sum over rows divided by: all but the cross-entropy of a softmax are means over
/// outputs too.
pub fn entries_per_mean(loss: Loss, rows: usize, columns: usize) -> f64 {
    match loss {
        Loss::CrossEntropy => rows as f64,
        Loss::Mse | Loss::Mae | Loss::Huber { .. } | Loss::Bce => (rows * columns) as f64,
    }
}

/// The losses that look at one output at a time.
#[inline(always)]
fn each_entry<T: Real>(
    z: &mut [T],
    y: &[T],
    loss: Loss,
    bounded: bool,
    sums: &mut PerLane<f64>,
    then: Then<T>,
) {
    let (z, y) = (z.chunks_exact_mut(T::LANES), y.chunks_exact(T::LANES));
    for (z, y) in z.zip(y) {
        match loss {
            Loss::Mse => of_residual((z, y), bounded, sums, then, square),
            Loss::Mae => of_residual((z, y), bounded, sums, then, absolute),
            Loss::Huber { delta } => {
                let delta = T::of(delta);
                of_residual((z, y), bounded, sums, then, |r| huber(r, delta));
            }
            Loss::Bce | Loss::CrossEntropy => cross_entropy(z, y, sums, then),
        }
    }
}

/// What becomes of z.
#[derive(Debug, Clone, Copy)]
enum Then<T> {
    /// The gradient of the mean, which is the sum times this.
    Gradient(T),
    /// σ(z).
    Outputs,
}

/// A loss of r = a − y, where a is σ(z) if the output is `bounded`, else z itself: `of` gives it and its
/// derivative.
#[inline(always)]
fn of_residual<T: Real>(
    (z, y): (&mut [T], &[T]),
    bounded: bool,
    sums: &mut PerLane<f64>,
    then: Then<T>,
    of: impl Fn(T) -> [T; 2],
) {
    let (mut lanes, y) = (load(z), load(y));
    for lane in 0..T::LANES {
        let a = if bounded {
            sigmoid(lanes[lane])
        } else {
            lanes[lane]
        };
        let [loss, slope] = of(a - y[lane]);
        sums[lane] += loss.wide();
        lanes[lane] = match then {
            Then::Gradient(over) if bounded => slope * over * (a * (T::of(1.0) - a)),
            Then::Gradient(over) => slope * over,
            Then::Outputs => a,
        };
    }
    store(&lanes, z);
}

/// r², with the derivative 2r.
#[inline(always)]
fn square<T: Real>(r: T) -> [T; 2] {
    [r * r, r + r]
}

/// |r|, with the derivative 0 at 0.
#[inline(always)]
fn absolute<T: Real>(r: T) -> [T; 2] {
    let one = T::of(1.0);
    let sign = if r > T::of(0.0) { one } else { r };
    [r.size(), if r < T::of(0.0) { -one } else { sign }]
}

/// c (r − ½c) with the derivative c = max(−δ, min(δ, r)).
#[inline(always)]
fn huber<T: Real>(r: T, delta: T) -> [T; 2] {
    let c = if r > delta { delta } else { r };
    let c = if c < -delta { -delta } else { c };
    [c * (r - c * T::of(0.5)), c]
}

/// max(z, 0) − z y + ln(1 + e^−|z|), with the derivative σ(z) − y.
#[inline(always)]
fn cross_entropy<T: Real>(z: &mut [T], y: &[T], sums: &mut PerLane<f64>, then: Then<T>) {
    let (mut lanes, y) = (load(z), load(y));
    for lane in 0..T::LANES {
        let (z, y) = (lanes[lane], y[lane]);
        let positive = if z < T::of(0.0) { T::of(0.0) } else { z };
        let loss = (positive - z * y) + ln_1p(exp(-z.size()));
        sums[lane] += loss.wide();
        let a = sigmoid(z);
        lanes[lane] = match then {
            Then::Gradient(over) => (a - y) * over,
            Then::Outputs => a,
        };
    }
    store(&lanes, z);
}

/// A row of a softmax p. The cross-entropy −Σ y ln p has the derivative p − y; the square loss
/// p (g − Σ p g) with g = 2 (p − y).
#[inline(always)]
fn softmax_row<T: Real>(z: &mut [T], y: &[T], loss: Loss, sums: &mut PerLane<f64>, then: Then<T>) {
    let zeros = [T::of(0.0); MOST_LANES];
    let (mut most, mut total) = ([T::of(f64::NEG_INFINITY); MOST_LANES], zeros);
    for z in z.chunks_exact(T::LANES) {
        for (most, z) in most.iter_mut().zip(z) {
            *most = if *z < *most { *most } else { *z };
        }
    }
    let (mut of_row, mut along) = (zeros, zeros);
    for (z, y) in z.chunks_exact_mut(T::LANES).zip(y.chunks_exact(T::LANES)) {
        for lane in 0..T::LANES {
            let shifted = z[lane] - most[lane];
            // −Σ y (z − ln Σ e^z) = −Σ y z + ln Σ e^z, since Σ y = 1.
            of_row[lane] = (-y[lane]).fused(shifted, of_row[lane]);
            z[lane] = exp(shifted);
            total[lane] = total[lane] + z[lane];
        }
    }
    let entropy = match loss {
        Loss::CrossEntropy => true,
        // A softmax takes no other loss than these two.
        Loss::Mse | Loss::Mae | Loss::Huber { .. } | Loss::Bce => false,
    };
    if entropy {
        for lane in 0..T::LANES {
            sums[lane] += (of_row[lane] + ln(total[lane])).wide();
        }
    }
    for (z, y) in z.chunks_exact_mut(T::LANES).zip(y.chunks_exact(T::LANES)) {
        for lane in 0..T::LANES {
            z[lane] = z[lane] / total[lane];
            let off = z[lane] - y[lane];
            along[lane] = z[lane].fused(off + off, along[lane]);
            if !entropy {
                sums[lane] += (off * off).wide();
            }
        }
    }
    let Then::Gradient(over) = then else { return };
    for (z, y) in z.chunks_exact_mut(T::LANES).zip(y.chunks_exact(T::LANES)) {
        for lane in 0..T::LANES {
            let off = z[lane] - y[lane];
            z[lane] = match entropy {
                true => off * over,
                false => z[lane] * ((off + off) - along[lane]) * over,
            };
        }
    }
}

/// Adds to `counts` how many rows have their class predicted: by the larger half of one output, or
/// by the largest of several. A row with a NaN predicts nothing.
pub fn count_correct<T: Real>(outputs: &[T], y: &[T], columns: usize, counts: &mut PerLane<usize>) {
    let width = columns * T::LANES;
    for (outputs, y) in outputs.chunks_exact(width).zip(y.chunks_exact(width)) {
        for lane in 0..T::LANES {
            let (mut best, mut class, mut nan) = (lane, lane, false);
            for place in (lane..width).step_by(T::LANES) {
                nan |= outputs[place].wide().is_nan();
                if outputs[place] > outputs[best] {
                    best = place;
                }
                if y[place] > y[class] {
                    class = place;
                }
            }
            let half = T::of(0.5);
            let right = match columns {
                1 => (outputs[lane] > half) == (y[lane] > half),
                _ => best == class,
            };
            counts[lane] += usize::from(right && !nan);
        }
    }
}
