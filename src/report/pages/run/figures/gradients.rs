//! Gradients by layer: mean and RMS of the entries.

use super::layers::{HeatScale, Statistic, heat, recorded, unrecorded};
use crate::report::shared::number::number;
use crate::report::shared::plot::{
    Figure, Plot, are, axis, brief, coarse, coarse_point, layout, legend, plain,
};
use crate::report::shared::scale::{Symlog, log_axis};
use crate::report::shared::series::extent;
use crate::trace::{Layer, Real, Trace};
use plotly::Scatter;
use plotly::common::{DashType, Line as Stroke, Marker, MarkerSymbol, Mode};
use plotly::layout::AxisType;

/// Maximum number of layers drawn as lines; more become a heat map.
pub const MOST_LINES: usize = 8;

const MEAN: Statistic = Statistic {
    id: "gradient-mean",
    title: "Gradient mean by layer",
    caption: "Absolute mean of the gradient entries, on a logarithmic color scale. Ring: exactly zero. Cross: not \
              finite.",
    column: |layer| &layer.gradient_mean,
    scale: HeatScale::Log,
};

const RMS: Statistic = Statistic {
    id: "gradient-rms",
    title: "Gradient RMS by layer",
    caption: "Root mean square of the gradient entries, on a logarithmic color scale. Ring: exactly zero. Cross: not \
              finite.",
    column: |layer| &layer.gradient_rms,
    scale: HeatScale::Log,
};

/// Returns the positions of the snapshots in the unit of the run: epochs, or steps.
pub fn positions(trace: &Trace) -> Vec<f64> {
    let rounded = |step: &u64| (trace.along(*step) * 100.0).round() / 100.0;
    trace.snapshots.iter().map(rounded).collect()
}

/// Returns the figures of a run's gradients that any layer has recorded; `x` has one position per snapshot.
pub fn figures(trace: &Trace, x: &[f64]) -> Vec<Figure> {
    if trace.layers.is_empty() || trace.snapshots.is_empty() {
        return Vec::new();
    }
    let has_lines = trace.layers.len() <= MOST_LINES;
    let mut figures = Vec::new();
    if recorded(trace, MEAN.column) > 0 {
        figures.push(match has_lines {
            true => means(trace, x),
            false => heat(trace, x, &MEAN),
        });
    }
    if recorded(trace, RMS.column) > 0 {
        figures.push(match has_lines {
            true => sizes(trace, x),
            false => heat(trace, x, &RMS),
        });
    }
    // A profile through a single layer shows nothing.
    if recorded(trace, RMS.column) > 1 {
        figures.push(profile(trace));
    }
    figures
}

fn finite(layers: &[Layer], column: fn(&Layer) -> &Vec<Real>) -> impl Iterator<Item = f64> {
    layers
        .iter()
        .flat_map(column)
        .map(|v| v.0)
        .filter(|v| v.is_finite())
}

/// Returns the layers that have recorded a column, with their places.
fn lines(trace: &Trace, column: fn(&Layer) -> &Vec<Real>) -> impl Iterator<Item = (usize, &Layer)> {
    let layers = trace.layers.iter().enumerate();
    layers.filter(move |(_, layer)| !column(layer).is_empty())
}

fn stroke(trace: &Trace, layer: usize) -> Stroke {
    let share = layer as f64 / (trace.layers.len() - 1).max(1) as f64;
    let dash = if layer + 1 == trace.layers.len() {
        DashType::Dash
    } else {
        DashType::Solid
    };
    Stroke::new()
        .color(format!("@s{share:.3}"))
        .width(1.8)
        .dash(dash)
}

/// Returns the mode of a line: with few finite values, as in a run that diverged early, points are visible too.
fn mode(values: &[Real]) -> Mode {
    let finite = values.iter().filter(|value| value.0.is_finite());
    if finite.count() <= 10 {
        Mode::LinesMarkers
    } else {
        Mode::Lines
    }
}

fn largest_mean(trace: &Trace) -> f64 {
    let means = finite(&trace.layers, |l| &l.gradient_mean);
    means.map(f64::abs).fold(0.0, f64::max)
}

/// Returns the limit of the linear part of the scale of means, on both sides of zero.
fn linear(trace: &Trace) -> f64 {
    match largest_mean(trace) {
        largest if largest > 0.0 => (largest * 1e-3).max(f64::MIN_POSITIVE),
        _ => 1.0,
    }
}

/// Returns the position of a mean, to a hundredth of a decade; `None` if it is not finite.
fn place(scale: &Symlog, mean: f64) -> Option<f64> {
    let place = (scale.place(mean) * 100.0).round() / 100.0;
    place.is_finite().then_some(place)
}

fn means(trace: &Trace, x: &[f64]) -> Figure {
    let (unit, largest) = (trace.unit(), largest_mean(trace));
    let scale = Symlog {
        linear: linear(trace),
    };
    let mut plot = Plot::new();
    for (i, layer) in lines(trace, MEAN.column) {
        let values = || layer.gradient_mean.iter().map(|v| v.0);
        // Labels show the values at these positions.
        let words = values().map(|v| coarse_point(v).map_or_else(String::new, number));
        plot.add_trace(
            Scatter::new(x.to_vec(), values().map(|v| place(&scale, v)).collect())
                .text_array(words.collect())
                .name(plain(&layer.name))
                .mode(mode(&layer.gradient_mean))
                .line(stroke(trace, i))
                .hover_template(format!(
                    "%{{fullData.name}}<br>{unit} %{{x}}<br>mean %{{text}}<extra></extra>"
                )),
        );
    }
    let notes = lost(trace)
        .into_iter()
        .chain(unrecorded(trace, MEAN.column));
    let (places, labels) = scale.ticks(largest);
    let y = axis("mean of the gradient entries")
        .tick_values(places)
        .tick_text(labels);
    plot.set_layout(layout(axis(unit), y).show_legend(true).legend(legend()));
    Figure {
        id: "gradient-mean".to_owned(),
        title: "Gradient mean by layer".to_owned(),
        caption: format!(
            "Mean of the gradient entries, one line per layer, input side first. The scale is logarithmic, \
             and linear within ±{}.",
            number(scale.linear)
        ),
        notes: notes.collect(),
        height: 380,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

fn sizes(trace: &Trace, x: &[f64]) -> Figure {
    let unit = trace.unit();
    let positive = finite(&trace.layers, |l| &l.gradient_rms).filter(|v| *v > 0.0);
    let extent = extent(positive).unwrap_or((0.1, 1.0));
    let mut plot = Plot::new();
    for (i, layer) in lines(trace, RMS.column) {
        let values = layer.gradient_rms.iter();
        let shown = values.map(|v| if v.0 > 0.0 { v.0 } else { f64::NAN });
        plot.add_trace(
            Scatter::new(x.to_vec(), coarse(shown))
                .name(plain(&layer.name))
                .mode(mode(&layer.gradient_rms))
                .line(stroke(trace, i))
                .hover_template(format!(
                    "%{{fullData.name}}<br>{unit} %{{x}}<br>RMS %{{y:.4~g}}<extra></extra>"
                )),
        );
    }
    let y = log_axis("RMS of the gradient entries", extent);
    plot.set_layout(layout(axis(unit), y).show_legend(true).legend(legend()));
    Figure {
        id: "gradient-rms".to_owned(),
        title: "Gradient RMS by layer".to_owned(),
        caption: "Root mean square of the gradient entries. A gap is a gradient that is exactly zero or not \
                  finite."
            .to_owned(),
        notes: unrecorded(trace, RMS.column).into_iter().collect(),
        height: 380,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

/// Returns the RMS of every layer at the first and the last snapshot: a vanishing gradient is a slope here.
fn profile(trace: &Trace) -> Figure {
    let at = |layer: &Layer, last: bool| {
        let column = &layer.gradient_rms;
        let value = if last { column.last() } else { column.first() };
        value.map_or(f64::NAN, |v| if v.0 > 0.0 { v.0 } else { f64::NAN })
    };
    let n = trace.layers.len();
    let both = trace
        .layers
        .iter()
        .flat_map(|layer| [at(layer, false), at(layer, true)]);
    let extent = extent(both.filter(|v| v.is_finite())).unwrap_or((0.1, 1.0));
    let mut plot = Plot::new();
    for (name, last, colour, symbol, dash) in [
        (
            "first step",
            false,
            "@c1",
            MarkerSymbol::CircleOpen,
            DashType::Dot,
        ),
        (
            "last snapshot",
            true,
            "@c0",
            MarkerSymbol::Circle,
            DashType::Solid,
        ),
    ] {
        plot.add_trace(
            Scatter::new(
                (1..=n).collect(),
                coarse(trace.layers.iter().map(|layer| at(layer, last))),
            )
            .name(name)
            .mode(Mode::LinesMarkers)
            .line(Stroke::new().color(colour).width(1.6).dash(dash))
            .marker(Marker::new().color(colour).symbol(symbol).size(6))
            .text_array(
                trace
                    .layers
                    .iter()
                    .map(|layer| plain(&layer.name))
                    .collect(),
            )
            .hover_template("%{text}, %{fullData.name}<br>RMS %{y:.4~g}<extra></extra>"),
        );
    }
    let mut x = axis("layer, input side first").type_(AxisType::Linear);
    if n <= MOST_LINES {
        x = x
            .tick_values((1..=n).map(|i| i as f64).collect())
            .tick_text(
                trace
                    .layers
                    .iter()
                    .map(|layer| brief(&layer.name, 16))
                    .collect(),
            );
    }
    let y = log_axis("RMS of the gradient entries", extent);
    plot.set_layout(layout(x, y).show_legend(true).legend(legend()));
    Figure {
        id: "gradient-profile".to_owned(),
        title: "Gradient through the layers".to_owned(),
        caption: "Gradient RMS of every layer at the first step and at the last snapshot. A slope over many \
                  decades is a gradient that vanishes or explodes."
            .to_owned(),
        notes: unrecorded(trace, RMS.column).into_iter().collect(),
        height: 340,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

fn lost(trace: &Trace) -> Vec<String> {
    let all = trace.layers.iter().flat_map(|layer| &layer.gradient_mean);
    match all.filter(|v| !v.0.is_finite()).count() {
        0 => Vec::new(),
        n => vec![format!("{} not finite: gaps.", are(n, "mean"))],
    }
}
