//! Colors by name. The page's script replaces names by the colors of the light or dark theme, and redraws when the
//! theme changes.
//!
//! The style sheet has the colors, as variables for both themes; colors of diagnoses and hues come from here.
//!
//! A name is `@ink`, `@c0`, `@s0.25` (a position on the sequential scale) or `@d-dead-relu` (a diagnosis), with an
//! optional opacity after a slash.

use super::axes::AxisView;
use crate::codes::Code;
use serde::Serialize;

/// Colors on light and dark pages for things without an order, safe for color-blind readers. More things repeat them.
pub const HUES: [[&str; 2]; 6] = [
    ["#0072b2", "#5ab4f0"],
    ["#d55e00", "#ff9a57"],
    ["#00795a", "#3fcf9f"],
    ["#a8487f", "#e39cc5"],
    ["#b07800", "#f0b93a"],
    ["#2b8cc4", "#9bd5f5"],
];

/// A coloring of the traces of a figure by the points of an axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Colouring {
    /// Name of the axis.
    pub axis: String,
    /// Labels and colors of its points.
    pub entries: Vec<(String, String)>,
    /// The color of every trace; empty text for those with a fixed color.
    pub traces: Vec<String>,
}

/// Returns the color of a point of an axis: from a sequential scale for numbers, otherwise from a palette
/// that is safe for color-blind readers.
pub fn colour(axis: &AxisView, point: usize) -> String {
    let n = axis.labels.len();
    match &axis.numbers {
        Some(numbers) => {
            // By rank, so that distances do not depend on the scale of the axis.
            let own = numbers.get(point).copied().unwrap_or(0.0);
            let rank = numbers.iter().filter(|v| **v < own).count();
            format!("@s{:.3}", rank as f64 / n.saturating_sub(1).max(1) as f64)
        }
        None if n <= HUES.len() => format!("@c{point}"),
        None => format!("@s{:.3}", point as f64 / n.saturating_sub(1).max(1) as f64),
    }
}

/// Returns labels and colors for the legend of an axis; for many points and for sampled values, five of
/// them.
pub fn entries(axis: &AxisView) -> Vec<(String, String)> {
    let last = axis.labels.len().saturating_sub(1);
    let labeled: Vec<usize> = (0..5).map(|i| i * last / 4).collect();
    let labels = axis.labels.iter().enumerate();
    labels
        .filter(|(i, _)| (last < 12 && !axis.drawn) || labeled.contains(i))
        .map(|(i, label)| (label.clone(), colour(axis, i)))
        .collect()
}

/// Returns the style sheet's hues, `--c0` and so on, and their number, which the page's script reads.
pub fn hue_css() -> String {
    let of =
        |(i, [light, dark]): (usize, &[&str; 2])| format!(" --c{i}: light-dark({light}, {dark});");
    let hues: String = HUES.iter().enumerate().map(of).collect();
    format!(":root {{ --hues: {};{hues} }}\n", HUES.len())
}

/// Returns the style sheet's colors of all diagnoses: `--d-dead-relu` for maps and figures, `.d-dead-relu` for what has
/// `--d`. A page never shows a color without its words.
pub fn diagnosis_css() -> String {
    let of = |code: Code| {
        let (name, [light, dark]) = (code.name(), code.colors());
        format!(
            ":root {{ --d-{name}: light-dark({light}, {dark}); }}\n.d-{name} {{ --d: var(--d-{name}); }}\n"
        )
    };
    Code::ALL.map(of).concat()
}
