//! Layer normalization over lanes, forward and backward. Like the autograd executor, it sums over the features of a
//! row in f64.

use super::float::Float;
use super::map::on;
use super::norm::{self, GammaBeta, ZEROS};
use super::{load, store};
use pulp::Arch;

/// Added to the variance before the root (PyTorch's default).
const EPSILON: f64 = crate::train::components::layer_norm::EPSILON;

/// Computes z (m × n) ← γ ẑ + β, with ẑ = (z − mean)/√(variance + ε) and the moments of every row. Stores ẑ, and
/// 1/√(variance + ε) for each row.
pub fn forward<T: Float>(
    arch: Arch,
    z: &mut [T],
    standard: &mut [T],
    scale: GammaBeta<T>,
    over_sd: &mut [T],
) {
    let n = (scale.gamma.len() / T::LANES) as f64;
    on(
        arch,
        (z, standard, over_sd),
        #[inline(always)]
        |(z, standard, over_sd): (&mut [T], &mut [T], &mut [T])| {
            let width = scale.gamma.len();
            let rows = z.chunks_exact_mut(width);
            let rows = rows.zip(standard.chunks_exact_mut(width));
            for ((z, standard), kept) in rows.zip(over_sd.chunks_exact_mut(T::LANES)) {
                let [mean, variance] = norm::moments(z.chunks_exact(T::LANES), n);
                let over_sd = norm::over_sd::<T>(&variance, EPSILON);
                store(&norm::rounded(&over_sd), kept);
                let affine = scale.gamma.chunks_exact(T::LANES);
                let affine = affine.zip(scale.beta.chunks_exact(T::LANES));
                let columns = z.chunks_exact_mut(T::LANES);
                let columns = columns.zip(standard.chunks_exact_mut(T::LANES));
                for ((z, standard), (gamma, beta)) in columns.zip(affine) {
                    let affine = [&load(gamma), &load(beta)];
                    norm::standardize(z, standard, [&mean, &over_sd], affine);
                }
            }
        },
    );
}

/// Computes derivatives from the gradient g with respect to the normalized z (m × n). Adds those for γ, Σ g ẑ, and
/// for β, Σ g, row by row. The derivative for z, with h = g γ by row, is (h − mean of h − ẑ · mean of h ẑ)/√(variance
/// + ε), and overwrites ẑ.
pub fn backward<T: Float>(
    arch: Arch,
    g: &[T],
    standard: &mut [T],
    gamma: &[T],
    over_sd: &[T],
    [by_gamma, by_beta]: [&mut [T]; 2],
) {
    let n = (gamma.len() / T::LANES) as f64;
    on(
        arch,
        (standard, by_gamma, by_beta),
        #[inline(always)]
        |(standard, by_gamma, by_beta): (&mut [T], &mut [T], &mut [T])| {
            let width = gamma.len();
            let rows = g.chunks_exact(width);
            let rows = rows.zip(standard.chunks_exact_mut(width));
            for ((g, standard), over_sd) in rows.zip(over_sd.chunks_exact(T::LANES)) {
                let (mut sum, mut with_standard) = (ZEROS, ZEROS);
                for at in (0..width).step_by(T::LANES) {
                    let column = at..at + T::LANES;
                    let (g, standard) = (load(&g[column.clone()]), load(&standard[column.clone()]));
                    let gamma = load(&gamma[column.clone()]);
                    let mut gammas = load(&by_gamma[column.clone()]);
                    let mut betas = load(&by_beta[column.clone()]);
                    for lane in 0..T::LANES {
                        let h = g[lane].wide() * gamma[lane].wide();
                        sum[lane] += h;
                        with_standard[lane] = h.mul_add(standard[lane].wide(), with_standard[lane]);
                        gammas[lane] = g[lane].fused(standard[lane], gammas[lane]);
                        betas[lane] = betas[lane] + g[lane];
                    }
                    store(&gammas, &mut by_gamma[column.clone()]);
                    store(&betas, &mut by_beta[column]);
                }
                let (mut mean, mut slope) = (ZEROS, ZEROS);
                for lane in 0..T::LANES {
                    mean[lane] = sum[lane] / n;
                    slope[lane] = with_standard[lane] / n;
                }
                let over_sd = load(over_sd);
                for at in (0..width).step_by(T::LANES) {
                    let column = at..at + T::LANES;
                    let (g, gamma) = (load(&g[column.clone()]), load(&gamma[column.clone()]));
                    let mut kept = load(&standard[column.clone()]);
                    for lane in 0..T::LANES {
                        let h = g[lane].wide() * gamma[lane].wide();
                        let rest = h - mean[lane] - kept[lane].wide() * slope[lane];
                        kept[lane] = T::of(over_sd[lane].wide() * rest);
                    }
                    store(&kept, &mut standard[column]);
                }
            }
        },
    );
}
