//! Layer normalisation over lanes, forward and backward. As in the reference engine, what is summed over
//! the features of a row is summed in f64.

use super::batch_norm::Scale;
use super::map::on;
use super::real::Real;
use super::{MOST_LANES, PerLane, load, store};
use pulp::Arch;

/// Added to the variance before its root (PyTorch's default).
const EPSILON: f64 = crate::nn::layer_norm::EPSILON;

const ZEROS: PerLane<f64> = [0.0; MOST_LANES];

/// z (m × n) ← γ ẑ + β, with ẑ = (z − mean)/√(variance + ε) by every row's own moments; ẑ and, for each
/// row, 1/√(variance + ε) are kept.
pub fn forward<T: Real>(
    arch: Arch,
    z: &mut [T],
    standard: &mut [T],
    scale: Scale<T>,
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
                let (mut sum, mut squares) = (ZEROS, ZEROS);
                for z in z.chunks_exact(T::LANES) {
                    let z = load(z);
                    for lane in 0..T::LANES {
                        sum[lane] += z[lane].wide();
                    }
                }
                let mut mean = ZEROS;
                for lane in 0..T::LANES {
                    mean[lane] = sum[lane] / n;
                }
                for z in z.chunks_exact(T::LANES) {
                    let z = load(z);
                    for lane in 0..T::LANES {
                        let off = z[lane].wide() - mean[lane];
                        squares[lane] = off.mul_add(off, squares[lane]);
                    }
                }
                let mut over_sd = ZEROS;
                let mut rounded = [T::of(0.0); MOST_LANES];
                for lane in 0..T::LANES {
                    over_sd[lane] = 1.0 / (squares[lane] / n + EPSILON).sqrt();
                    rounded[lane] = T::of(over_sd[lane]);
                }
                store(&rounded, kept);
                let affine = scale.gamma.chunks_exact(T::LANES);
                let affine = affine.zip(scale.beta.chunks_exact(T::LANES));
                let columns = z.chunks_exact_mut(T::LANES);
                let columns = columns.zip(standard.chunks_exact_mut(T::LANES));
                for ((z, standard), (gamma, beta)) in columns.zip(affine) {
                    let (gamma, beta) = (load(gamma), load(beta));
                    let (mut lanes, mut kept) = (load(z), [T::of(0.0); MOST_LANES]);
                    for lane in 0..T::LANES {
                        kept[lane] = T::of((lanes[lane].wide() - mean[lane]) * over_sd[lane]);
                        lanes[lane] = kept[lane].fused(gamma[lane], beta[lane]);
                    }
                    store(&kept, standard);
                    store(&lanes, z);
                }
            }
        },
    );
}

/// From the gradient g by the normalised z (m × n): that by γ, Σ g ẑ, and that by β, Σ g, each added to
/// what is there, one row after the other; and that by z, with h = g γ row by row
/// (h − mean of h − ẑ · mean of h ẑ)/√(variance + ε), which takes the place of ẑ.
pub fn backward<T: Real>(
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
