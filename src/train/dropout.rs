//! Which activations a step drops: the same for every engine, and the same again whenever a step is.
//!
//! Every activation of a hidden layer has a number of its own, by seed, layer, step, row of the batch and
//! neuron, and is dropped where that is less than p. So of two runs with one seed the one with the smaller p
//! drops a part of what the other does: comparisons are paired.

use crate::nn::dtype;
use crate::nn::layers::layers;
use crate::seed;
use crate::seed::philox::philox;
use crate::spec::Settings;
use crate::spec::settings::Precision;
use candle_core::{Device, Result, Tensor};
use rand::RngExt;

/// Inverted dropout (Srivastava et al. 2014), as PyTorch's `Dropout`: what is kept is divided by 1 − p, so
/// that nothing need be done in evaluation.
#[derive(Debug)]
pub struct Dropout {
    p: f64,
    precision: Precision,
    /// Every hidden layer's key and width; none where nothing is dropped.
    layers: Vec<([u32; 2], usize)>,
}

impl Dropout {
    /// As the settings say.
    pub fn new(settings: &Settings, seed: u64) -> Dropout {
        // Hidden layers are called the same whatever the data.
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

    /// What the activations of each hidden layer are multiplied by in a step, from 0, on a batch of so many
    /// rows; rows × neurons.
    ///
    /// # Errors
    /// Those of candle.
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

/// The key of a layer's numbers.
pub fn key(seed: u64, layer: &str) -> [u32; 2] {
    let mut stream = seed::stream(seed, &format!("dropout/{layer}"));
    [stream.random(), stream.random()]
}

/// Dropped are numbers less than this: a share p of all 2³².
pub fn threshold(p: f64) -> u32 {
    // Where it rounds to 2³², the largest that there is.
    (p * 2.0_f64.powi(32)).round() as u32
}

/// What an activation that is kept is multiplied by.
pub fn kept(p: f64) -> f64 {
    1.0 / (1.0 - p)
}

/// The two last words of a place: the step.
pub fn of_step(step: u64) -> [u32; 2] {
    [step as u32, (step >> 32) as u32]
}

/// The numbers of a row, one for each neuron: four by four, in places (four, row, step).
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

    /// Numbers of so many steps of 32 rows and 10 neurons as 1 where kept under p = 0.3, one step after the
    /// other.
    fn kept_in(key: [u32; 2], steps: u64) -> Vec<f64> {
        let rows = (0..steps).flat_map(|step| (0..32).map(move |row| (step, row)));
        let numbers = rows.flat_map(|(step, row)| drawn(key, step, row, 10));
        let least = threshold(0.3);
        numbers.map(|x| f64::from(u8::from(x >= least))).collect()
    }

    /// Mean of the products of numbers with others, each less 0.7.
    fn correlation(one: &[f64], other: &[f64]) -> f64 {
        let products = one.iter().zip(other).map(|(a, b)| (a - 0.7) * (b - 0.7));
        products.sum::<f64>() / one.len().min(other.len()) as f64 / (0.7 * 0.3)
    }

    #[test]
    fn a_share_of_p_is_dropped_whatever_is_dropped_beside_it() {
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
        // And every neuron in its turn.
        for neuron in 0..10 {
            let own = one.iter().skip(neuron).step_by(10).sum::<f64>() / 3200.0;
            assert!((own - 0.7).abs() < 0.035, "{neuron}: {own}");
        }
    }

    #[test]
    fn what_is_kept_makes_up_for_what_is_dropped() {
        assert_eq!((threshold(0.0), threshold(0.5)), (0, 1 << 31));
        assert_eq!((kept(0.0), kept(0.5), kept(0.75)), (1.0, 2.0, 4.0));
        assert_eq!(threshold(1.0 - 1e-12), u32::MAX);
    }

    /// Other numbers here are other runs: they ask for a higher `identity::NUMERICS_VERSION`.
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
