//! The loss of rows from the linear outputs z of the output layer, and its gradient with respect to z, lane by lane.
//! A loss that is added here is available in the stacked executor.
//!
//! Like in the autograd executor, cross-entropies are computed from z, which avoids the logarithm of a rounded 0. The
//! largest z of a row is subtracted before its softmax.

use super::float::Float;
use super::map::on;
use super::math::{exp, ln, ln_1p, sigmoid};
use super::weighted::weighted;
use super::{MOST_LANES, PerLane, load, store};
use crate::config::settings::{Loss, OutputActivation};
use pulp::Arch;

/// Rows of a batch with their targets and loss.
#[derive(Debug)]
pub struct LossOf<'a, T> {
    /// z, rows × columns; overwritten by the result of the call.
    pub z: &'a mut [T],
    /// y, rows × columns.
    pub y: &'a [T],
    /// Number of outputs.
    pub columns: usize,
    /// The loss of one row.
    pub loss: Loss,
    /// Activation of the output layer.
    pub output: OutputActivation,
    /// Class weights, classes × 1; empty for equal weights.
    pub weights: &'a [T],
}

impl<T: Float> LossOf<'_, T> {
    /// Adds the losses of the rows to `sums`. The batch loss is the sum divided by `total`. Replaces z by the
    /// gradient of the batch loss.
    pub fn gradient(self, arch: Arch, total: &PerLane<f64>, sums: &mut PerLane<f64>) {
        if !self.weights.is_empty() {
            let over = total.map(|total| T::of(1.0 / total));
            return on(
                arch,
                (self, sums),
                #[inline(always)]
                |(rows, sums): (Self, &mut PerLane<f64>)| rows.weighted(sums, Some(&over)),
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

    /// Adds the losses of the rows to `sums`, and replaces z by σ(z).
    pub fn outputs(self, arch: Arch, sums: &mut PerLane<f64>) {
        if !self.weights.is_empty() {
            return on(
                arch,
                (self, sums),
                #[inline(always)]
                |(rows, sums): (Self, &mut PerLane<f64>)| rows.weighted(sums, None),
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
    fn weighted(self, sums: &mut PerLane<f64>, over: Option<&PerLane<T>>) {
        weighted((self.z, self.y), self.columns, self.weights, sums, over);
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

/// Returns the divisor of the sum over rows in the mean loss. All losses except the cross-entropy of a softmax are
/// means over outputs too.
pub fn entries_per_mean(loss: Loss, rows: usize, columns: usize) -> f64 {
    match loss {
        Loss::CrossEntropy => rows as f64,
        Loss::Mse | Loss::Mae | Loss::Huber { .. } | Loss::Bce => (rows * columns) as f64,
    }
}

/// Computes the losses that consider one output at a time.
#[inline(always)]
fn each_entry<T: Float>(
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

/// What replaces z.
#[derive(Debug, Clone, Copy)]
enum Then<T> {
    /// The gradient of the mean loss: the gradient of the sum times this factor.
    Gradient(T),
    /// σ(z).
    Outputs,
}

/// Computes a loss of the residual r = a − y, where a is σ(z) if the output is `bounded`, else z. `of` returns the
/// loss and its derivative.
#[inline(always)]
fn of_residual<T: Float>(
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

/// Returns r² with its derivative 2r.
#[inline(always)]
fn square<T: Float>(r: T) -> [T; 2] {
    [r * r, r + r]
}

/// Returns |r| with its derivative, which is 0 at 0.
#[inline(always)]
fn absolute<T: Float>(r: T) -> [T; 2] {
    let one = T::of(1.0);
    let sign = if r > T::of(0.0) { one } else { r };
    [r.size(), if r < T::of(0.0) { -one } else { sign }]
}

/// Returns c (r − ½c) with its derivative c = max(−δ, min(δ, r)).
#[inline(always)]
fn huber<T: Float>(r: T, delta: T) -> [T; 2] {
    let c = if r > delta { delta } else { r };
    let c = if c < -delta { -delta } else { c };
    [c * (r - c * T::of(0.5)), c]
}

/// Computes max(z, 0) − z y + ln(1 + e^−|z|) with its derivative σ(z) − y.
#[inline(always)]
fn cross_entropy<T: Float>(z: &mut [T], y: &[T], sums: &mut PerLane<f64>, then: Then<T>) {
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

/// Computes a row of a softmax p. The cross-entropy −Σ y ln p has the derivative p − y. The squared error has the
/// derivative p (g − Σ p g) with g = 2 (p − y).
#[inline(always)]
fn softmax_row<T: Float>(z: &mut [T], y: &[T], loss: Loss, sums: &mut PerLane<f64>, then: Then<T>) {
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

/// Adds the number of correctly predicted rows to `counts`. A single output predicts class 1 above ½, several outputs
/// the largest. A row with a NaN predicts nothing.
pub fn count_correct<T: Float>(
    outputs: &[T],
    y: &[T],
    columns: usize,
    counts: &mut PerLane<usize>,
) {
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
