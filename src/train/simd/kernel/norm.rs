//! Common parts of both normalizations over lanes: moments in f64, as in the autograd executor, and the map from z to
//! γ ẑ + β.

use super::float::Float;
use super::{MOST_LANES, PerLane, load, store};

/// The parameters of a normalization, 1 × n each.
#[derive(Debug, Clone, Copy)]
pub struct GammaBeta<'a, T> {
    /// γ.
    pub gamma: &'a [T],
    /// β.
    pub beta: &'a [T],
}

pub(super) const ZEROS: PerLane<f64> = [0.0; MOST_LANES];

/// Returns mean and biased variance of numbers per lane.
#[inline(always)]
pub(super) fn moments<'z, T: Float>(
    z: impl Iterator<Item = &'z [T]> + Clone,
    count: f64,
) -> [PerLane<f64>; 2] {
    let (mut mean, mut variance) = (ZEROS, ZEROS);
    for z in z.clone() {
        let z = load(z);
        for lane in 0..T::LANES {
            mean[lane] += z[lane].wide();
        }
    }
    for lane in 0..T::LANES {
        mean[lane] /= count;
    }
    for z in z {
        let z = load(z);
        for lane in 0..T::LANES {
            let off = z[lane].wide() - mean[lane];
            variance[lane] = off.mul_add(off, variance[lane]);
        }
    }
    for lane in 0..T::LANES {
        variance[lane] /= count;
    }
    [mean, variance]
}

/// Returns 1/√(variance + ε).
#[inline(always)]
pub(super) fn over_sd<T: Float>(variance: &PerLane<f64>, epsilon: f64) -> PerLane<f64> {
    let mut over_sd = ZEROS;
    for lane in 0..T::LANES {
        over_sd[lane] = 1.0 / (variance[lane] + epsilon).sqrt();
    }
    over_sd
}

/// Computes z ← γ ẑ + β for one neuron and row, with ẑ = (z − mean)/sd; stores ẑ.
#[inline(always)]
pub(super) fn standardize<T: Float>(
    z: &mut [T],
    standard: &mut [T],
    [mean, over_sd]: [&PerLane<f64>; 2],
    [gamma, beta]: [&PerLane<T>; 2],
) {
    let (mut lanes, mut kept) = (load(z), [T::of(0.0); MOST_LANES]);
    for lane in 0..T::LANES {
        kept[lane] = T::of((lanes[lane].wide() - mean[lane]) * over_sd[lane]);
        lanes[lane] = kept[lane].fused(gamma[lane], beta[lane]);
    }
    store(&kept, standard);
    store(&lanes, z);
}

/// Converts the numbers of every lane to the precision of training.
#[inline(always)]
pub(super) fn rounded<T: Float>(numbers: &PerLane<f64>) -> PerLane<T> {
    let mut rounded = [T::of(0.0); MOST_LANES];
    for lane in 0..T::LANES {
        rounded[lane] = T::of(numbers[lane]);
    }
    rounded
}
