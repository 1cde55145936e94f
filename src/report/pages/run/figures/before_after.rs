//! Losses of a failing cell before and after fixes: a thin line per seed, a thick one for the median.

use crate::report::pages::run::data::before_after::{BeforeAfter, BeforeAfterLine};
use crate::report::shared::plot::{Figure, Plot, axis, layout, plain, point};
use crate::report::shared::scale::{BOTTOM, TOP, edges, log_axis, log_range};
use crate::report::shared::series::{MarkKind, extent, series};
use crate::trace::Curve;
use plotly::Scatter;
use plotly::common::{DashType, Line as Stroke, Marker, MarkerSymbol, Mode, Visible};
use plotly::layout::Axis;
use serde::Serialize;
use std::ops::Range;

/// Color, dash, and the dash as CSS border: of the unchanged cell, of the fix that is shown initially, and of
/// the other fixes.
const STROKES: [(&str, DashType, &str); 6] = [
    ("@c1", DashType::Dash, "dashed"),
    ("@c0", DashType::Solid, "solid"),
    ("@c2", DashType::DashDot, "dashed"),
    ("@c3", DashType::Dot, "dotted"),
    ("@c4", DashType::LongDash, "dashed"),
    ("@c5", DashType::LongDashDot, "dashed"),
];

/// The figure, with the lines that its legend can show and hide.
#[derive(Serialize)]
pub struct BeforeAfterFigure {
    /// The figure.
    pub figure: Figure,
    lines: Vec<LegendLine>,
}

/// A line of the legend.
#[derive(Serialize)]
struct LegendLine {
    label: String,
    /// Name of the color.
    colour: &'static str,
    /// Dash as CSS border.
    border: &'static str,
    shown: bool,
    /// Range of the axis that the line needs.
    range: Option<Vec<f64>>,
    /// Indices of its traces in the figure.
    traces: Range<usize>,
}

/// Returns the figure of the losses before and after fixes.
pub fn figure(before_after: &BeforeAfter) -> BeforeAfterFigure {
    let mut plot = Plot::new();
    let mut lines = Vec::new();
    let (mut drawn, mut others) = (0, 0);
    for (i, line) in before_after.lines.iter().enumerate() {
        let stroke = match (i, line.shown) {
            (0, _) => 0,
            (_, true) => 1,
            (_, false) => {
                others += 1;
                2 + (others - 1) % 4
            }
        };
        let (colour, dash, border) = &STROKES[stroke];
        let traces = traces(line, before_after, colour, dash);
        lines.push(LegendLine {
            label: line.label.clone(),
            colour,
            border,
            shown: line.shown,
            range: line.extent.map(|extent| range(before_after, extent)),
            traces: drawn..drawn + traces.len(),
        });
        drawn += traces.len();
        traces.for_each(|trace| plot.add_trace(trace));
    }
    let shown = before_after.lines.iter().filter(|line| line.shown);
    let shown = shown.filter_map(|line| line.extent).collect::<Vec<_>>();
    let everything = before_after.lines.iter().filter_map(|line| line.extent);
    let seen = extent(shown.iter().flat_map(|(low, high)| [*low, *high]))
        .or_else(|| extent(everything.flat_map(|(low, high)| [low, high])));
    let losses = losses(before_after, seen.unwrap_or((0.1, 1.0)));
    plot.set_layout(layout(axis(before_after.unit), losses).y_axis2(edges()));
    let followed = match before_after.followed.validation {
        true => "Validation loss, which shows overfitting".to_owned(),
        false => format!("Mean batch loss per {}", before_after.unit),
    };
    BeforeAfterFigure {
        figure: Figure {
            id: "cure".to_owned(),
            title: "Before and after".to_owned(),
            caption: format!(
                "{followed}: a thin line per seed, a thick one for the median. Check other fixes to show them."
            ),
            notes: notes(before_after),
            height: 400,
            // Validation losses start before training, at 0.
            log_x: !before_after.followed.validation,
            colourings: Vec::new(),
            plot,
        },
        lines,
    }
}

fn losses(before_after: &BeforeAfter, seen: (f64, f64)) -> Axis {
    let rows = match before_after.followed.validation {
        true => "validation loss",
        false => "training loss",
    };
    let title = match before_after.followed.relative {
        true => format!("{rows} ÷ loss of the best constant prediction"),
        false => rows.to_owned(),
    };
    match before_after.linear {
        false => log_axis(&title, seen),
        true => axis(&title).range(range(before_after, seen)),
    }
}

/// Returns the range of the axis for an extent.
fn range(before_after: &BeforeAfter, (low, high): (f64, f64)) -> Vec<f64> {
    let (low, high) = match before_after.linear {
        false => log_range((low, high)),
        true => {
            let margin = 0.08 * (high - low);
            (low - margin, high + margin)
        }
    };
    vec![low, high]
}

fn notes(before_after: &BeforeAfter) -> Vec<String> {
    let mut notes = vec![
        "Curves are thinned without losing extremes. A cross marks a seed that diverged; its losses are clipped."
            .to_owned(),
    ];
    if before_after.followed.relative {
        notes.push(
            "Different losses have different units: shown are shares of the loss of the best constant \
             prediction, 1 − skill."
                .to_owned(),
        );
    }
    notes
}

/// Returns the traces of a line: seeds, their median, and marks.
fn traces(
    line: &BeforeAfterLine,
    before_after: &BeforeAfter,
    colour: &'static str,
    dash: &DashType,
) -> impl ExactSizeIterator<Item = Box<Scatter<f64, Option<f64>>>> {
    let seeds = line.courses.seeds.iter();
    let mut traces: Vec<_> = seeds
        .map(|seed| {
            let name = format!("{}, seed {}", line.label, seed.seed);
            stroke(&seed.losses, before_after, &name)
                .opacity(0.4)
                .line(Stroke::new().color(colour).width(1.0).dash(dash.clone()))
        })
        .collect();
    let name = format!("{}, median", line.label);
    traces.push(
        stroke(&line.courses.median, before_after, &name)
            .line(Stroke::new().color(colour).width(2.8).dash(dash.clone())),
    );
    traces.extend(marks(line, before_after, colour));
    let visible = |trace: Box<Scatter<_, _>>| match line.shown {
        true => trace,
        false => trace.visible(Visible::False),
    };
    traces.into_iter().map(visible)
}

fn stroke(curve: &Curve, before_after: &BeforeAfter, name: &str) -> Box<Scatter<f64, Option<f64>>> {
    let seen = |loss: f64| match before_after.linear || loss > 0.0 {
        true => point(loss),
        false => None,
    };
    // A run of one epoch is a single point, which a line does not show.
    let mode = match curve.at.len() {
        1 => Mode::Markers,
        _ => Mode::Lines,
    };
    let (x, y): (Vec<f64>, Vec<Option<f64>>) = curve
        .points()
        .map(|(epoch, loss)| (epoch as f64, seen(loss)))
        .unzip();
    Scatter::new(x, y)
        .name(plain(name))
        .mode(mode)
        .hover_template(format!(
            "%{{fullData.name}}<br>{} %{{x}}, %{{y:.4~g}}<extra></extra>",
            before_after.unit
        ))
}

/// Returns crosses at the top for seeds that diverged or have a loss that is not finite, and triangles at the
/// bottom for losses of zero.
fn marks(
    line: &BeforeAfterLine,
    before_after: &BeforeAfter,
    colour: &'static str,
) -> impl Iterator<Item = Box<Scatter<f64, Option<f64>>>> {
    let mut lost = Vec::new();
    let mut gone = Vec::new();
    for seed in &line.courses.seeds {
        let points = seed.losses.points();
        let series = series(points.map(|(epoch, loss)| (epoch as f64, loss)));
        for mark in series.marks {
            match mark.kind {
                MarkKind::NotFinite => lost.push((mark.at, "not finite", seed.seed)),
                MarkKind::NotPositive if before_after.linear => {}
                MarkKind::NotPositive => gone.push((mark.at, "zero", seed.seed)),
            }
        }
        if seed.diverged {
            let end = seed.losses.at.last().copied().unwrap_or(1).max(1);
            lost.push((end as f64, "diverged", seed.seed));
        }
    }
    let marks = |at: Vec<(f64, &str, u64)>, height: f64, symbol| {
        let words = |(_, what, seed): &(f64, &str, u64)| {
            plain(&format!("{}, seed {seed}: {what}", line.label))
        };
        let marker = Marker::new().symbol(symbol).size(9).color(colour);
        (!at.is_empty()).then(|| {
            Scatter::new(
                at.iter().map(|mark| mark.0).collect(),
                vec![point(height); at.len()],
            )
            .mode(Mode::Markers)
            .y_axis("y2")
            .marker(marker)
            .text_array(at.iter().map(words).collect())
            .hover_template(format!(
                "%{{text}}<br>{} %{{x}}<extra></extra>",
                before_after.unit
            ))
        })
    };
    let lost = marks(lost, TOP, MarkerSymbol::X);
    let gone = marks(gone, BOTTOM, MarkerSymbol::TriangleDownOpen);
    lost.into_iter().chain(gone)
}
