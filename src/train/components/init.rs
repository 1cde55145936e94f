//! Initialization of weights.
//!
//! Random numbers are standard (normal, or uniform in [0, 1)) and scaled in f64 afterwards. Each layer has its own
//! random stream. Layers of equal name and shape use the same random numbers in every cell of a seed, with any scale.

use crate::config::settings::Init;
use crate::seed;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// The initial weights and biases of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct InitialParameters {
    /// n_in × n_out, row-major.
    pub weight: Vec<f64>,
    /// n_out entries.
    pub bias: Vec<f64>,
}

/// Samples the initial weights and biases of one layer.
pub fn draw(init: Init, seed: u64, layer: &str, n_in: usize, n_out: usize) -> InitialParameters {
    let mut stream = seed::stream(seed, &format!("weights/{layer}"));
    let (n, entries) = (n_in as f64, n_in * n_out);
    let weight = match init {
        Init::Constant(c) => vec![c; entries],
        Init::Normal(sd) => normal(&mut stream, entries, sd),
        Init::Xavier => normal(&mut stream, entries, (1.0 / n).sqrt()),
        Init::Glorot => normal(&mut stream, entries, (2.0 / (n + n_out as f64)).sqrt()),
        Init::Orthogonal => orthogonal(&mut stream, n_in, n_out),
        Init::He => normal(&mut stream, entries, (2.0 / n).sqrt()),
        Init::Uniform(low, high) => uniform(&mut stream, entries, low, high),
        Init::Torch => uniform(&mut stream, entries, -1.0 / n.sqrt(), 1.0 / n.sqrt()),
    };
    let bias = match init {
        Init::Torch => uniform(&mut stream, n_out, -1.0 / n.sqrt(), 1.0 / n.sqrt()),
        Init::Constant(_)
        | Init::Normal(_)
        | Init::Uniform(..)
        | Init::Xavier
        | Init::Glorot
        | Init::Orthogonal
        | Init::He => vec![0.0; n_out],
    };
    InitialParameters { weight, bias }
}

/// Returns `count` samples with mean 0 and standard deviation `sd`.
pub fn normal(stream: &mut impl Rng, count: usize, sd: f64) -> Vec<f64> {
    let draw = |_| {
        let x: f64 = StandardNormal.sample(stream);
        sd * x
    };
    (0..count).map(draw).collect()
}

/// Returns `count` samples between two bounds.
fn uniform(stream: &mut impl Rng, count: usize, low: f64, high: f64) -> Vec<f64> {
    let draw = |_| low + (high - low) * stream.random::<f64>();
    (0..count).map(draw).collect()
}

/// Returns an n_in × n_out matrix with orthonormal columns, or orthonormal rows if these are fewer, by Gram–Schmidt
/// on normal vectors. This is the Q of a QR factorization with a positive diagonal of R, which is uniformly
/// distributed (Mezzadri 2007).
fn orthogonal(stream: &mut impl Rng, n_in: usize, n_out: usize) -> Vec<f64> {
    let (few, long) = (n_in.min(n_out), n_in.max(n_out));
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let mut all: Vec<Vec<f64>> = Vec::with_capacity(few);
    for _ in 0..few {
        let mut own = normal(stream, long, 1.0);
        // A second pass removes the rounding errors of the first.
        for other in all.iter().chain(&all) {
            let shared = dot(&own, other);
            own.iter_mut()
                .zip(other)
                .for_each(|(own, other)| *own -= shared * other);
        }
        let length = dot(&own, &own).sqrt();
        own.iter_mut().for_each(|own| *own /= length);
        all.push(own);
    }
    let entry = |i: usize, o: usize| if n_in < n_out { all[i][o] } else { all[o][i] };
    (0..n_in)
        .flat_map(|i| (0..n_out).map(move |o| (i, o)))
        .map(|(i, o)| entry(i, o))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares mean and standard deviation of many samples with the formulas, within five standard errors.
    #[test]
    fn samples_have_the_moments_of_their_initialization() {
        let (n_in, n_out) = (50, 4000);
        let count = (n_in * n_out) as f64;
        let third = 1.0_f64 / 3.0;
        for (init, mean, sd) in [
            (Init::Constant(0.7), 0.7, 0.0),
            (Init::Normal(0.3), 0.0, 0.3),
            (Init::Uniform(-1.0, 3.0), 1.0, 4.0 / 12.0_f64.sqrt()),
            (Init::Xavier, 0.0, (1.0_f64 / 50.0).sqrt()),
            (Init::Glorot, 0.0, (2.0_f64 / 4050.0).sqrt()),
            (Init::He, 0.0, (2.0_f64 / 50.0).sqrt()),
            (Init::Torch, 0.0, (third / 50.0).sqrt()),
        ] {
            let weight = draw(init, 3, "hidden 1", n_in, n_out).weight;
            let got_mean = weight.iter().sum::<f64>() / count;
            let squares: f64 = weight.iter().map(|w| (w - got_mean).powi(2)).sum();
            let got_sd = (squares / count).sqrt();
            let error = 1e-9 + 5.0 * sd / count.sqrt();
            assert!((got_mean - mean).abs() < error, "{init:?}: mean {got_mean}");
            assert!((got_sd - sd).abs() < error, "{init:?}: sd {got_sd}");
        }
    }

    #[test]
    fn rows_or_columns_are_orthonormal_whichever_are_fewer() {
        for (n_in, n_out) in [(30, 7), (7, 30), (20, 20), (1, 5)] {
            let weight = draw(Init::Orthogonal, 2, "hidden 1", n_in, n_out).weight;
            let few = n_in.min(n_out);
            let entry = |k: usize, i: usize| match n_in < n_out {
                true => weight[k * n_out + i],
                false => weight[i * n_out + k],
            };
            for (a, b) in (0..few).flat_map(|a| (0..few).map(move |b| (a, b))) {
                let dot: f64 = (0..n_in.max(n_out))
                    .map(|i| entry(a, i) * entry(b, i))
                    .sum();
                assert!(
                    (dot - f64::from(a == b)).abs() < 1e-14,
                    "{n_in} × {n_out}: {dot}"
                );
            }
        }
    }

    #[test]
    fn only_torch_initializes_biases() {
        assert!(
            draw(Init::He, 0, "output", 9, 4)
                .bias
                .iter()
                .all(|b| *b == 0.0)
        );
        let bias = draw(Init::Torch, 0, "output", 9, 4000).bias;
        let largest = bias.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        assert!(largest < 1.0 / 3.0 && largest > 0.33);
    }

    #[test]
    fn layers_share_random_numbers_across_initializations_and_differ_by_name() {
        let he = draw(Init::He, 4, "hidden 2", 8, 8).weight;
        let xavier = draw(Init::Xavier, 4, "hidden 2", 8, 8).weight;
        let paired = |(a, b): (&f64, &f64)| (a - b * 2.0_f64.sqrt()).abs() < 1e-12;
        assert!(he.iter().zip(&xavier).all(paired));
        assert_ne!(he, draw(Init::He, 4, "hidden 3", 8, 8).weight);
        assert_ne!(he, draw(Init::He, 5, "hidden 2", 8, 8).weight);
    }
}
