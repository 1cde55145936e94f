//! Batch normalization over lanes, forward and backward. Like the autograd executor, it sums over a batch in f64.

use super::float::Float;
use super::map::on;
use super::norm::{self, GammaBeta, ZEROS};
use super::{MOST_LANES, load, store};
use pulp::Arch;

/// Added to the variance before the root (PyTorch's default).
const EPSILON: f64 = crate::train::components::batch_norm::EPSILON;

/// Values of a batch for the backward pass and the running estimates, 1 × n each.
#[derive(Debug)]
pub struct Moments<'a, T> {
    /// Mean of every column.
    pub mean: &'a mut [T],
    /// Biased variance of every column.
    pub variance: &'a mut [T],
    /// 1/√(variance + ε).
    pub over_sd: &'a mut [T],
}

/// Computes z (m × n) ← γ ẑ + β, with ẑ = (z − mean)/√(variance + ε) and the moments of the batch; stores ẑ.
pub fn forward<T: Float>(
    arch: Arch,
    z: &mut [T],
    standard: &mut [T],
    scale: GammaBeta<T>,
    moments: Moments<T>,
) {
    let n = scale.gamma.len() / T::LANES;
    let m = (z.len() / T::LANES / n) as f64;
    on(
        arch,
        (z, standard, moments),
        #[inline(always)]
        |(z, standard, moments): (&mut [T], &mut [T], Moments<T>)| {
            for j in 0..n {
                let column = j * T::LANES..(j + 1) * T::LANES;
                let rows = z.chunks_exact(n * T::LANES);
                let [mean, variance] = norm::moments(rows.map(|row| &row[column.clone()]), m);
                let over_sd = norm::over_sd::<T>(&variance, EPSILON);
                store(&norm::rounded(&mean), &mut moments.mean[column.clone()]);
                store(
                    &norm::rounded(&variance),
                    &mut moments.variance[column.clone()],
                );
                store(
                    &norm::rounded(&over_sd),
                    &mut moments.over_sd[column.clone()],
                );
                let gamma = load(&scale.gamma[column.clone()]);
                let beta = load(&scale.beta[column.clone()]);
                let rows = z.chunks_exact_mut(n * T::LANES);
                for (z, standard) in rows.zip(standard.chunks_exact_mut(n * T::LANES)) {
                    let (z, standard) = (&mut z[column.clone()], &mut standard[column.clone()]);
                    norm::standardize(z, standard, [&mean, &over_sd], [&gamma, &beta]);
                }
            }
        },
    );
}

/// Computes z (m × n) ← γ (z − mean)/√(variance + ε) + β with the running estimates.
pub fn evaluate<T: Float>(
    arch: Arch,
    z: &mut [T],
    scale: GammaBeta<T>,
    running_mean: &[T],
    running_variance: &[T],
) {
    on(
        arch,
        z,
        #[inline(always)]
        |z: &mut [T]| {
            let width = scale.gamma.len();
            for (at, gamma) in scale.gamma.chunks_exact(T::LANES).enumerate() {
                let column = at * T::LANES..(at + 1) * T::LANES;
                let (mean, beta) = (
                    load(&running_mean[column.clone()]),
                    load(&scale.beta[column.clone()]),
                );
                let variance = load(&running_variance[column.clone()]);
                let mut factor = [T::of(0.0); MOST_LANES];
                for lane in 0..T::LANES {
                    factor[lane] = gamma[lane] / (variance[lane] + T::of(EPSILON)).root();
                }
                for row in z.chunks_exact_mut(width) {
                    let mut z = load(&row[column.clone()]);
                    for lane in 0..T::LANES {
                        z[lane] = (z[lane] - mean[lane]).fused(factor[lane], beta[lane]);
                    }
                    store(&z, &mut row[column.clone()]);
                }
            }
        },
    );
}

/// Computes derivatives from the gradient g with respect to the normalized z (m × n): Σ g ẑ for γ, Σ g for β, and
/// γ/sd · (g − mean of g − ẑ · mean of g ẑ) for z, which overwrites ẑ.
pub fn backward<T: Float>(
    arch: Arch,
    g: &[T],
    standard: &mut [T],
    gamma: &[T],
    over_sd: &[T],
    by_gamma: &mut [T],
    by_beta: &mut [T],
) {
    let n = gamma.len() / T::LANES;
    let m = (g.len() / T::LANES / n) as f64;
    on(
        arch,
        (standard, by_gamma, by_beta),
        #[inline(always)]
        |(standard, by_gamma, by_beta): (&mut [T], &mut [T], &mut [T])| {
            for j in 0..n {
                let column = j * T::LANES..(j + 1) * T::LANES;
                let (mut sum, mut with_standard) = (ZEROS, ZEROS);
                let rows = g.chunks_exact(n * T::LANES);
                for (g, standard) in rows.zip(standard.chunks_exact(n * T::LANES)) {
                    let (g, standard) = (load(&g[column.clone()]), load(&standard[column.clone()]));
                    for lane in 0..T::LANES {
                        let g = g[lane].wide();
                        sum[lane] += g;
                        with_standard[lane] = g.mul_add(standard[lane].wide(), with_standard[lane]);
                    }
                }
                let (mut mean, mut slope, mut factor) = (ZEROS, ZEROS, ZEROS);
                let (gamma, over_sd) =
                    (load(&gamma[column.clone()]), load(&over_sd[column.clone()]));
                let mut kept = [[T::of(0.0); MOST_LANES]; 2];
                for lane in 0..T::LANES {
                    kept[0][lane] = T::of(with_standard[lane]);
                    kept[1][lane] = T::of(sum[lane]);
                    mean[lane] = sum[lane] / m;
                    slope[lane] = with_standard[lane] / m;
                    factor[lane] = gamma[lane].wide() * over_sd[lane].wide();
                }
                store(&kept[0], &mut by_gamma[column.clone()]);
                store(&kept[1], &mut by_beta[column.clone()]);
                let rows = g.chunks_exact(n * T::LANES);
                for (g, standard) in rows.zip(standard.chunks_exact_mut(n * T::LANES)) {
                    let (g, standard) = (load(&g[column.clone()]), &mut standard[column.clone()]);
                    let mut kept = load(standard);
                    for lane in 0..T::LANES {
                        let rest = g[lane].wide() - mean[lane] - kept[lane].wide() * slope[lane];
                        kept[lane] = T::of(factor[lane] * rest);
                    }
                    store(&kept, standard);
                }
            }
        },
    );
}

/// Updates the running estimates with a batch of m rows. They use the unbiased variance (over m − 1), which is
/// undefined for one row.
pub fn remember<T: Float>(
    m: usize,
    momentum: f64,
    [running_mean, running_variance]: [&mut [T]; 2],
    [mean, variance]: [&[T]; 2],
) {
    let mix = |estimates: &mut [T], values: &[T], factor: f64| {
        let (kept, taken) = (T::of(1.0 - momentum), T::of(momentum * factor));
        for (estimate, value) in estimates.iter_mut().zip(values) {
            *estimate = *estimate * kept + *value * taken;
        }
    };
    mix(running_mean, mean, 1.0);
    if m > 1 {
        mix(running_variance, variance, m as f64 / (m - 1) as f64);
    }
}
