//! How weights start.
//!
//! Draws are standard (normal, or uniform from 0 to 1) and scaled afterwards, in f64, from a
//! stream per layer: layers of the same name and shape start from the same draws in every cell of
//! a seed, whatever their initialiser's scale.

use crate::seed;
use crate::spec::settings::Init;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// The start of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// n_in × n_out, row after row.
    pub weight: Vec<f64>,
    /// n_out.
    pub bias: Vec<f64>,
}

/// Draws the weights and biases of one layer.
pub fn draw(init: Init, seed: u64, layer: &str, n_in: usize, n_out: usize) -> Start {
    let mut stream = seed::stream(seed, &format!("weights/{layer}"));
    let (n, entries) = (n_in as f64, n_in * n_out);
    let weight = match init {
        Init::Constant(c) => vec![c; entries],
        Init::Normal(sd) => normal(&mut stream, entries, sd),
        Init::Xavier => normal(&mut stream, entries, (1.0 / n).sqrt()),
        Init::He => normal(&mut stream, entries, (2.0 / n).sqrt()),
        Init::Uniform(low, high) => uniform(&mut stream, entries, low, high),
        Init::Torch => uniform(&mut stream, entries, -1.0 / n.sqrt(), 1.0 / n.sqrt()),
    };
    let bias = match init {
        Init::Torch => uniform(&mut stream, n_out, -1.0 / n.sqrt(), 1.0 / n.sqrt()),
        _ => vec![0.0; n_out],
    };
    Start { weight, bias }
}

/// `count` draws with mean 0 and standard deviation `sd`.
pub fn normal(stream: &mut impl Rng, count: usize, sd: f64) -> Vec<f64> {
    let draw = |_| {
        let x: f64 = StandardNormal.sample(stream);
        sd * x
    };
    (0..count).map(draw).collect()
}

/// `count` draws between two bounds.
fn uniform(stream: &mut impl Rng, count: usize, low: f64, high: f64) -> Vec<f64> {
    let draw = |_| low + (high - low) * stream.random::<f64>();
    (0..count).map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and standard deviation of many draws, against the formulas; five standard errors.
    #[test]
    fn draws_have_the_moments_of_their_initialiser() {
        let (n_in, n_out) = (50, 4000);
        let count = (n_in * n_out) as f64;
        let third = 1.0_f64 / 3.0;
        for (init, mean, sd) in [
            (Init::Constant(0.7), 0.7, 0.0),
            (Init::Normal(0.3), 0.0, 0.3),
            (Init::Uniform(-1.0, 3.0), 1.0, 4.0 / 12.0_f64.sqrt()),
            (Init::Xavier, 0.0, (1.0_f64 / 50.0).sqrt()),
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
    fn only_torch_gives_biases() {
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
    fn layers_of_a_seed_are_paired_across_initialisers_and_differ_by_name() {
        let he = draw(Init::He, 4, "hidden 2", 8, 8).weight;
        let xavier = draw(Init::Xavier, 4, "hidden 2", 8, 8).weight;
        let paired = |(a, b): (&f64, &f64)| (a - b * 2.0_f64.sqrt()).abs() < 1e-12;
        assert!(he.iter().zip(&xavier).all(paired));
        assert_ne!(he, draw(Init::He, 4, "hidden 3", 8, 8).weight);
        assert_ne!(he, draw(Init::He, 5, "hidden 2", 8, 8).weight);
    }
}
