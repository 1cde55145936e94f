//! Figures as typed plotly: data, layout and texts, and the rounding and escaping of what they show.
//!
//! Pure functions build figures from data. Colors are names (see [`super::theme`]).

use super::theme::Colouring;
use crate::diagnose::expectations::count;
use crate::format::rounded;
use plotly::common::{Anchor, Orientation, Title};
use plotly::layout::{Axis, HoverMode, Legend, Margin};
use plotly::{Layout, Trace};
use serde::Serialize;

/// A figure with its texts, which templates show. Its script reads the rest.
#[derive(Serialize)]
pub struct Figure {
    /// Name on its page, in lower case.
    pub id: String,
    /// Title.
    #[serde(skip)]
    pub title: String,
    /// Caption: how to read the figure.
    #[serde(skip)]
    pub caption: String,
    /// Notes about thinned, omitted or marked data.
    #[serde(skip)]
    pub notes: Vec<String>,
    /// Height in pixels.
    pub height: u32,
    /// Whether the x axis can switch to a log scale.
    pub log_x: bool,
    /// Alternative colorings; empty for fixed colors.
    pub colourings: Vec<Colouring>,
    /// Data and layout.
    pub plot: Plot,
}

/// Data and layout of a figure, as plotly.js reads them. The `Plot` of the plotly crate would add a copy of
/// the whole script to every figure.
#[derive(Serialize, Default)]
pub struct Plot {
    data: Vec<Box<dyn Trace>>,
    layout: Layout,
}

impl Plot {
    /// Returns a plot without data.
    pub fn new() -> Plot {
        Plot::default()
    }

    /// Adds a trace.
    pub fn add_trace(&mut self, trace: Box<dyn Trace>) {
        self.data.push(trace);
    }

    /// Sets the layout.
    pub fn set_layout(&mut self, layout: Layout) {
        self.layout = layout;
    }
}

/// Escapes text for plotly, which interprets some HTML and placeholders after a percent sign.
pub fn plain(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace("%{", "% {")
}

/// Shortens a text for ticks and titles, where a long one would leave no room for the figure. Legends and
/// hover labels show the full text.
pub fn brief(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return plain(text);
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    plain(&format!("{}…", start.trim_end()))
}

/// Rounds a number for JSON to four digits, as many as labels show; `None` if it is not finite.
pub fn point(value: f64) -> Option<f64> {
    value.is_finite().then(|| rounded(value, 4))
}

/// Rounds a number to three digits, finer than a pixel, for figures of every run.
pub fn coarse_point(value: f64) -> Option<f64> {
    value.is_finite().then(|| rounded(value, 3))
}

/// Rounds numbers to three digits.
pub fn coarse(values: impl IntoIterator<Item = f64>) -> Vec<Option<f64>> {
    values.into_iter().map(coarse_point).collect()
}

/// Rounds numbers to four digits.
pub fn points(values: impl IntoIterator<Item = f64>) -> Vec<Option<f64>> {
    values.into_iter().map(point).collect()
}

/// Returns a layout with an x and a y axis and the margins of all figures.
pub fn layout(x: Axis, y: Axis) -> Layout {
    Layout::new()
        .x_axis(x)
        .y_axis(y)
        .auto_size(true)
        .show_legend(false)
        .hover_mode(HoverMode::Closest)
        .margin(Margin::new().left(56).right(12).top(12).bottom(48))
}

/// Returns a legend above the figure.
pub fn legend() -> Legend {
    Legend::new()
        .orientation(Orientation::Horizontal)
        .x(0.0)
        .y(1.02)
        .x_anchor(Anchor::Left)
        .y_anchor(Anchor::Bottom)
}

/// Returns an axis with a title.
pub fn axis(title: &str) -> Axis {
    Axis::new()
        .title(Title::with_text(brief(title, 44)))
        .auto_margin(true)
        .zero_line(false)
}

/// Returns text such as `1 value is` or `3 values are`.
pub fn are(n: usize, thing: &str) -> String {
    let are = if n == 1 { "is" } else { "are" };
    format!("{} {are}", count(n, thing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_a_few_digits() {
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
