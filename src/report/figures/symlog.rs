//! A scale for positive and negative numbers over many decades.

use crate::report::number::number;

/// A scale that is linear near zero and logarithmic away from it, on both sides.
pub(super) struct Symlog {
    /// Limit of the linear part, on both sides of zero.
    pub linear: f64,
}

impl Symlog {
    /// Returns the position of a value.
    pub fn place(&self, value: f64) -> f64 {
        (value / (2.0 * self.linear)).asinh() / std::f64::consts::LN_10
    }

    /// Returns ticks at zero and at powers of ten beyond the linear part.
    pub fn ticks(&self, largest: f64) -> (Vec<f64>, Vec<String>) {
        let low = self.linear.log10().ceil() as i32;
        let high = if largest > 0.0 {
            largest.log10().ceil() as i32
        } else {
            low
        };
        let powers: Vec<f64> = (low..=high).map(|power| 10f64.powi(power)).collect();
        let below = powers.iter().rev().map(|v| -v);
        let all: Vec<f64> = below.chain([0.0]).chain(powers.iter().copied()).collect();
        (
            all.iter().map(|v| self.place(*v)).collect(),
            all.into_iter().map(number).collect(),
        )
    }
}
