//! Losses of one weight, which show local minima.

use super::init;
use super::parameters::{Parameter, Role, parameter};
use crate::config::Settings;
use crate::config::settings::OneWeightRisk;
use candle_core::{Result, Tensor, Var};

/// Name of the only layer.
pub const LAYER: &str = "weight";

/// A loss R(w) with its weight.
#[derive(Debug)]
pub struct OneWeight {
    risk: OneWeightRisk,
    weight: Var,
}

impl OneWeight {
    /// Returns the loss with its initial weight.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn new(risk: OneWeightRisk, settings: &Settings, seed: u64) -> Result<OneWeight> {
        let start = init::draw(settings.init, seed, LAYER, 1, 1).weight;
        let weight = parameter(start, (1, 1), settings.precision)?;
        Ok(OneWeight { risk, weight })
    }

    /// Returns the weight, 1 × 1.
    pub fn weight(&self) -> &Tensor {
        &self.weight
    }

    /// Returns the weight as a parameter.
    pub fn parameter(&self) -> Parameter {
        Parameter {
            layer: LAYER.to_owned(),
            role: Role::Weight,
            var: self.weight.clone(),
        }
    }

    /// Returns R(w).
    ///
    /// # Errors
    /// Errors of candle.
    pub fn risk(&self) -> Result<Tensor> {
        let w = self.weight.as_tensor();
        let square = w.sqr()?;
        match self.risk {
            OneWeightRisk::Ripples => {
                let ripple = (1.0 - (w * 4.0)?.cos()?)?;
                ((square * 0.5)? + (ripple * 0.3)?)?.sum_all()
            }
            OneWeightRisk::DoubleWell => {
                let well = ((square.sqr()? - (square * 2.0)?)? + (w * 0.5)?)?;
                (well - lowest(self.risk))?.sum_all()
            }
        }
    }
}

/// Returns R(w) as a number.
pub fn value(risk: OneWeightRisk, w: f64) -> f64 {
    raw(risk, w) - lowest(risk)
}

/// Returns a range of w with all minima of a loss.
pub fn range(risk: OneWeightRisk) -> [f64; 2] {
    match risk {
        OneWeightRisk::Ripples => [-5.0, 5.0],
        OneWeightRisk::DoubleWell => [-2.5, 2.5],
    }
}

/// Returns R at the highest local minimum, where a stuck run ends.
pub fn highest_minimum(risk: OneWeightRisk) -> f64 {
    minima(risk)
        .into_iter()
        .map(|w| value(risk, w))
        .fold(0.0, f64::max)
}

/// Returns the loss before its minimum is subtracted.
fn raw(risk: OneWeightRisk, w: f64) -> f64 {
    match risk {
        OneWeightRisk::Ripples => 0.5 * w * w + 0.3 * (1.0 - (4.0 * w).cos()),
        OneWeightRisk::DoubleWell => w.powi(4) - 2.0 * w * w + 0.5 * w,
    }
}

/// Returns dR/dw.
fn slope(risk: OneWeightRisk, w: f64) -> f64 {
    match risk {
        OneWeightRisk::Ripples => w + 1.2 * (4.0 * w).sin(),
        OneWeightRisk::DoubleWell => 4.0 * w.powi(3) - 4.0 * w + 0.5,
    }
}

/// Returns the lowest value of the loss before it is subtracted.
fn lowest(risk: OneWeightRisk) -> f64 {
    match risk {
        OneWeightRisk::Ripples => 0.0,
        OneWeightRisk::DoubleWell => DOUBLE_WELL_LOWEST,
    }
}

/// w⁴ − 2w² + w/2 at the negative root of its derivative 4w³ − 4w + 1/2.
const DOUBLE_WELL_LOWEST: f64 = -1.514_753_641_275_705_6;

/// Returns every local minimum: where the slope changes from negative to positive, by a fine grid and bisection to
/// full precision.
fn minima(risk: OneWeightRisk) -> Vec<f64> {
    const STEPS: i32 = 10_000;
    let [low, high] = range(risk);
    let at = |i: i32| low + (high - low) * f64::from(i) / f64::from(STEPS);
    (0..STEPS)
        .map(|i| (at(i), at(i + 1)))
        .filter(|(a, b)| slope(risk, *a) < 0.0 && slope(risk, *b) >= 0.0)
        .map(|(mut a, mut b)| {
            for _ in 0..60 {
                let middle = 0.5 * (a + b);
                if slope(risk, middle) < 0.0 {
                    a = middle
                } else {
                    b = middle
                }
            }
            b
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_losses_have_a_minimum_of_zero_and_a_higher_one() {
        for risk in [OneWeightRisk::Ripples, OneWeightRisk::DoubleWell] {
            let values: Vec<f64> = minima(risk).iter().map(|w| value(risk, *w)).collect();
            let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
            assert!(lowest.abs() < 1e-15, "{risk:?}: {values:?}");
            assert!(highest_minimum(risk) > 0.5, "{risk:?}: {values:?}");
        }
        assert_eq!(minima(OneWeightRisk::Ripples).len(), 3);
        assert_eq!(minima(OneWeightRisk::DoubleWell).len(), 2);
    }
}
