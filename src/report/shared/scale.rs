//! Scales over many decades: logarithmic axes with room for marks, and the symmetric logarithm.

use super::number::number;
use super::plot::axis;
use plotly::common::ExponentFormat;
use plotly::layout::{Axis, AxisType};

/// Returns a log axis over a range, with a margin for marks at both edges.
pub fn log_axis(title: &str, extent: (f64, f64)) -> Axis {
    let (low, high) = log_range(extent);
    axis(title)
        .type_(AxisType::Log)
        .range(vec![low, high])
        .exponent_format(ExponentFormat::Power)
}

/// Returns the range of a log axis in decades, with a margin on both sides.
pub fn log_range((low, high): (f64, f64)) -> (f64, f64) {
    let (low, high) = (low.log10(), high.log10());
    let margin = (0.08 * (high - low)).max(0.15);
    (low - margin, high + margin)
}

/// Positions of marks near the top and the bottom on [`edges`].
pub const TOP: f64 = 0.97;
/// Position near the bottom.
pub const BOTTOM: f64 = 0.03;

/// Returns an invisible second axis for marks at the edges of a figure, whatever range the first one shows.
pub fn edges() -> Axis {
    Axis::new()
        .overlaying("y")
        .range(vec![0.0, 1.0])
        .visible(false)
        .fixed_range(true)
}

/// Returns the position of marks near the top edge of [`log_axis`], for values that are not finite.
pub fn top_edge(extent: (f64, f64)) -> f64 {
    let (low, high) = log_range(extent);
    10f64.powf(high - 0.03 * (high - low))
}

/// Returns the position of marks near the bottom edge, for values of zero or less.
pub fn bottom_edge(extent: (f64, f64)) -> f64 {
    let (low, high) = log_range(extent);
    10f64.powf(low + 0.03 * (high - low))
}

/// A scale that is linear near zero and logarithmic away from it, on both sides.
pub struct Symlog {
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
