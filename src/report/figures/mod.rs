//! Figures: typed plotly, built by pure functions from view models.
//!
//! Colours are names, such as `@ink`, `@c0` or `@s0.25` (a place on the sequential scale), with an
//! opacity behind a slash where one is wanted. The page's script puts in the colours of the light
//! or the dark scheme and draws anew when the scheme changes.

pub mod bowl;
pub mod confusion;
pub mod cure;
pub mod curves;
pub mod excess;
pub mod final_loss;
pub mod gradients;
pub mod inspect;
pub mod landscape;
mod layer_map;
pub mod layers;
pub mod maps;
pub mod outputs;
pub mod parallel;
mod symlog;
pub mod training;

use crate::expect::count;
use crate::number::rounded;
use crate::report::view::axes::AxisView;
use plotly::common::{Anchor, Orientation, Title};
use plotly::layout::{Axis, AxisType, HoverMode, Legend, Margin};
use plotly::{Layout, Trace};
use serde::Serialize;

/// A figure with the words around it.
#[derive(Serialize)]
pub struct Figure {
    /// Name on its page, a word in lower case.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// How to read it.
    pub caption: String,
    /// What was thinned, left out or marked.
    pub notes: Vec<String>,
    /// Height in pixels.
    pub height: u32,
    /// Whether a button may put its x axis on a log scale.
    pub log_x: bool,
    /// Ways to colour it; empty where the colours are fixed.
    pub colourings: Vec<Colouring>,
    /// Data and layout.
    pub plot: Plot,
}

/// Data and layout of a figure, as plotly.js takes them. Plotly's own type would carry a copy of that
/// whole script in every figure.
#[derive(Serialize, Default)]
pub struct Plot {
    data: Vec<Box<dyn Trace>>,
    layout: Layout,
}

impl Plot {
    /// An empty one.
    pub fn new() -> Plot {
        Plot::default()
    }

    /// Adds data.
    pub fn add_trace(&mut self, trace: Box<dyn Trace>) {
        self.data.push(trace);
    }

    /// Says how it is laid out.
    pub fn set_layout(&mut self, layout: Layout) {
        self.layout = layout;
    }
}

/// One way to colour the traces of a figure: by the points of an axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Colouring {
    /// Name of the axis.
    pub axis: String,
    /// Labels of its points with their colours.
    pub entries: Vec<(String, String)>,
    /// The colour of every trace; empty for those that keep their own.
    pub traces: Vec<String>,
}

/// The colour of a point of an axis: on a sequential scale where the axis is numeric, from a set
/// that colour-blind people can tell apart where it is not.
pub fn colour(axis: &AxisView, point: usize) -> String {
    let n = axis.labels.len();
    match &axis.numbers {
        Some(numbers) => {
            // By rank, so that points on a log scale are as far apart as on a linear one.
            let own = numbers.get(point).copied().unwrap_or(0.0);
            let rank = numbers.iter().filter(|v| **v < own).count();
            format!("@s{:.3}", rank as f64 / n.saturating_sub(1).max(1) as f64)
        }
        None if n <= 6 => format!("@c{point}"),
        None => format!("@s{:.3}", point as f64 / n.saturating_sub(1).max(1) as f64),
    }
}

/// Labels and colours of an axis; of more points than a legend has room for, and of those that were
/// drawn, the first, the last and three between.
pub fn entries(axis: &AxisView) -> Vec<(String, String)> {
    let last = axis.labels.len().saturating_sub(1);
    let told: Vec<usize> = (0..5).map(|i| i * last / 4).collect();
    let labels = axis.labels.iter().enumerate();
    labels
        .filter(|(i, _)| (last < 12 && !axis.drawn) || told.contains(i))
        .map(|(i, label)| (label.clone(), colour(axis, i)))
        .collect()
}

/// Text for plotly, which reads some HTML in it and fills in what stands after a percent sign.
pub fn plain(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace("%{", "% {")
}

/// The start of a text, for ticks and titles, where a long one would leave no room for the figure;
/// legends and hover labels have it whole.
pub fn brief(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return plain(text);
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    plain(&format!("{}…", start.trim_end()))
}

/// A number for JSON: `None` where it is not finite; four digits are as many as labels tell, and more
/// than a screen shows.
pub fn point(value: f64) -> Option<f64> {
    value.is_finite().then(|| rounded(value, 4))
}

/// The same with three digits: finer than a pixel, for figures that every run has.
pub fn coarse_point(value: f64) -> Option<f64> {
    value.is_finite().then(|| rounded(value, 3))
}

/// Such numbers for JSON.
pub fn coarse(values: impl IntoIterator<Item = f64>) -> Vec<Option<f64>> {
    values.into_iter().map(coarse_point).collect()
}

/// Numbers for JSON.
pub fn points(values: impl IntoIterator<Item = f64>) -> Vec<Option<f64>> {
    values.into_iter().map(point).collect()
}

/// A layout with an x and a y axis and the margins that all figures share.
pub fn layout(x: Axis, y: Axis) -> Layout {
    Layout::new()
        .x_axis(x)
        .y_axis(y)
        .auto_size(true)
        .show_legend(false)
        .hover_mode(HoverMode::Closest)
        .margin(Margin::new().left(56).right(12).top(12).bottom(48))
}

/// A legend that lies above the figure, where it takes no width.
pub fn legend() -> Legend {
    Legend::new()
        .orientation(Orientation::Horizontal)
        .x(0.0)
        .y(1.02)
        .x_anchor(Anchor::Left)
        .y_anchor(Anchor::Bottom)
}

/// An axis with a title.
pub fn axis(title: &str) -> Axis {
    Axis::new()
        .title(Title::with_text(brief(title, 44)))
        .auto_margin(true)
        .zero_line(false)
}

/// A log axis over an extent with a margin of its own, on which marks have a place at both edges.
pub fn log_axis(title: &str, extent: (f64, f64)) -> Axis {
    let (low, high) = log_range(extent);
    axis(title)
        .type_(AxisType::Log)
        .range(vec![low, high])
        .exponent_format(plotly::common::ExponentFormat::Power)
}

/// Decades that a log axis shows of an extent: a little more on both sides, and never nothing.
pub fn log_range((low, high): (f64, f64)) -> (f64, f64) {
    let (low, high) = (low.log10(), high.log10());
    let margin = (0.08 * (high - low)).max(0.15);
    (low - margin, high + margin)
}

/// The place near the top edge of [`log_axis`] where marks of lost values stand.
pub fn top_edge(extent: (f64, f64)) -> f64 {
    let (low, high) = log_range(extent);
    10f64.powf(high - 0.03 * (high - low))
}

/// The place near the bottom edge, for values of zero or less.
pub fn bottom_edge(extent: (f64, f64)) -> f64 {
    let (low, high) = log_range(extent);
    10f64.powf(low + 0.03 * (high - low))
}

/// `1 value is` or `3 values are`.
pub fn are(n: usize, thing: &str) -> String {
    let are = if n == 1 { "is" } else { "are" };
    format!("{} {are}", count(n, thing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_first_digits_and_are_short() {
        let cases = [
            (0.0, "0.0"),
            (-0.123_456, "-0.123"),
            (12_345.6, "12300.0"),
            (9.999_9, "10.0"),
            (1e-7 / 3.0, "3.33e-8"),
            (2.0e300 / 3.0, "6.67e+299"),
            (-5e-324, "-5e-324"),
        ];
        for (value, text) in cases {
            let json = serde_json::to_string(&coarse_point(value));
            assert_eq!(json.ok().as_deref(), Some(text));
        }
        assert_eq!(point(0.123_456), Some(0.1235));
        assert_eq!(point(f64::NAN), None);
    }
}
