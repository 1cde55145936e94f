//! The activations that a step drops: equal for all executors, and reproducible for every step.
//!
//! Every activation of a hidden layer has a random number, determined by seed, layer, step, row of the batch and
//! neuron. It is dropped if the number is less than p. With equal seeds, the run with the smaller p drops a subset of
//! the other's activations, so comparisons are paired.

use crate::config::Settings;
use crate::config::settings::Precision;
use crate::seed;
use crate::seed::philox::philox;
use crate::train::components::dtype;
use crate::train::components::layers::layers;
use candle_core::{Device, Result, Tensor};
use rand::RngExt;

/// Inverted dropout (Srivastava et al. 2014), as PyTorch's `Dropout`: activations that are kept are divided by 1 − p,
/// so that evaluation needs no scaling.
#[derive(Debug)]
pub struct Dropout {
    p: f64,
    precision: Precision,
    /// The key and width of every hidden layer; empty without dropout.
    layers: Vec<([u32; 2], usize)>,
}

impl Dropout {
    /// Returns the dropout of these settings.
    pub fn new(settings: &Settings, seed: u64) -> Dropout {
        // The names of hidden layers do not depend on the data.
        let mut plans = layers(settings, 1, 1);
        plans.pop();
        if settings.dropout == 0.0 {
            plans.clear();
        }
        let layers = plans
            .iter()
            .map(|plan| (key(seed, &plan.name), plan.outputs));
        Dropout {
            p: settings.dropout,
            precision: settings.precision,
            layers: layers.collect(),
        }
    }

    /// Returns the masks of the activations of each hidden layer in a step, from 0, for a batch with this number of
    /// rows; rows × neurons.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn masks(&self, step: u64, rows: usize) -> Result<Vec<Tensor>> {
        let (least, kept) = (threshold(self.p), kept(self.p));
        let of_layer = |(key, width): &([u32; 2], usize)| {
            let rows = (0..rows).flat_map(|row| drawn(*key, step, row, *width));
            let mask: Vec<f64> = rows
                .map(|number| if number < least { 0.0 } else { kept })
                .collect();
            Tensor::from_vec(mask, ((), *width), &Device::Cpu)?.to_dtype(dtype(self.precision))
        };
        self.layers.iter().map(of_layer).collect()
    }
}

/// Returns the key of a layer's random numbers.
pub fn key(seed: u64, layer: &str) -> [u32; 2] {
    let mut stream = seed::stream(seed, &format!("dropout/{layer}"));
    [stream.random(), stream.random()]
}

/// Returns the threshold below which numbers are dropped: a share p of all 2³².
pub fn threshold(p: f64) -> u32 {
    // The cast saturates if it rounds to 2³².
    (p * 2.0_f64.powi(32)).round() as u32
}

/// Returns the factor of an activation that is kept.
pub fn kept(p: f64) -> f64 {
    1.0 / (1.0 - p)
}

/// Returns the last two words of a counter: the step.
pub fn of_step(step: u64) -> [u32; 2] {
    [step as u32, (step >> 32) as u32]
}

/// Returns the numbers of a row, one per neuron, in groups of four with the counter (group, row, step).
fn drawn(key: [u32; 2], step: u64, row: usize, width: usize) -> impl Iterator<Item = u32> {
    let [low, high] = of_step(step);
    let fours = (0..width.div_ceil(4)).flat_map(move |four| {
        let place = [four as u32, row as u32, low, high];
        philox(place.map(|word| [word]), key.map(|word| [word]))
    });
    fours.take(width).map(|[number]| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns 1 for kept and 0 for dropped activations under p = 0.3, for steps of 32 rows and 10 neurons.
    fn kept_in(key: [u32; 2], steps: u64) -> Vec<f64> {
        let rows = (0..steps).flat_map(|step| (0..32).map(move |row| (step, row)));
        let numbers = rows.flat_map(|(step, row)| drawn(key, step, row, 10));
        let least = threshold(0.3);
        numbers.map(|x| f64::from(u8::from(x >= least))).collect()
    }

    /// Returns the mean of the products of numbers with others, each minus 0.7.
    fn correlation(one: &[f64], other: &[f64]) -> f64 {
        let products = one.iter().zip(other).map(|(a, b)| (a - 0.7) * (b - 0.7));
        products.sum::<f64>() / one.len().min(other.len()) as f64 / (0.7 * 0.3)
    }

    #[test]
    fn a_share_of_p_is_dropped_independently() {
        let one = kept_in(key(3, "hidden 1"), 100);
        // 32,000 numbers: the share has a standard deviation of 0.0026, correlations one of 0.0056.
        let share = one.iter().sum::<f64>() / one.len() as f64;
        assert!((share - 0.7).abs() < 0.01, "{share}");
        let others = [
            ("the next neuron", one[1..].to_vec()),
            ("the next row", one[10..].to_vec()),
            ("the next step", one[320..].to_vec()),
            ("the next layer", kept_in(key(3, "hidden 2"), 100)),
            ("the next seed", kept_in(key(4, "hidden 1"), 100)),
        ];
        for (which, other) in others {
            let found = correlation(&one, &other);
            assert!(found.abs() < 0.025, "{which}: {found}");
        }
        // Every neuron separately.
        for neuron in 0..10 {
            let own = one.iter().skip(neuron).step_by(10).sum::<f64>() / 3200.0;
            assert!((own - 0.7).abs() < 0.035, "{neuron}: {own}");
        }
    }

    #[test]
    fn kept_activations_are_scaled_by_the_inverse_of_their_share() {
        assert_eq!((threshold(0.0), threshold(0.5)), (0, 1 << 31));
        assert_eq!((kept(0.0), kept(0.5), kept(0.75)), (1.0, 2.0, 4.0));
        assert_eq!(threshold(1.0 - 1e-12), u32::MAX);
    }

    /// A change of these numbers changes runs, and requires a higher `identity::NUMERICS_VERSION`.
    #[test]
    fn numbers_are_the_same_in_every_version() {
        let numbers: Vec<u32> = drawn(key(7, "hidden 1"), 1 << 33, 5, 6).collect();
        assert_eq!(
            numbers,
            [
                4117819796, 1010132983, 2662061850, 4241518416, 3104187385, 1037416580
            ]
        );
    }
}
