//! What a change does to a failing cell: its losses before and after, every seed thin, the median strong.

use super::{Figure, Plot, axis, layout, log_axis, log_range, plain, point};
use crate::report::view::cure::{Cure, CureLine};
use crate::report::view::series::{MarkKind, extent, series};
use crate::trace::Curve;
use plotly::Scatter;
use plotly::common::{DashType, Line as Stroke, Marker, MarkerSymbol, Mode, Visible};
use plotly::layout::Axis;
use serde::Serialize;
use std::ops::Range;

/// Colour, dash, and the dash as a border of CSS: that of the cell as it is, that of the change that is
/// drawn beside it at first, and those of the other changes.
const STROKES: [(&str, DashType, &str); 6] = [
    ("@c1", DashType::Dash, "dashed"),
    ("@c0", DashType::Solid, "solid"),
    ("@c2", DashType::DashDot, "dashed"),
    ("@c3", DashType::Dot, "dotted"),
    ("@c4", DashType::LongDash, "dashed"),
    ("@c5", DashType::LongDashDot, "dashed"),
];

/// The figure, with the lines that its legend shows and hides.
#[derive(Serialize)]
pub struct CureFigure {
    figure: Figure,
    lines: Vec<Entry>,
}

/// A line of the legend.
#[derive(Serialize)]
struct Entry {
    label: String,
    /// Name of its colour.
    colour: &'static str,
    /// Its dash as a border of CSS.
    border: &'static str,
    shown: bool,
    /// What the axis must show where it is drawn.
    range: Option<Vec<f64>>,
    /// Where its traces are among those of the figure.
    traces: Range<usize>,
}

/// Losses before and after.
pub fn figure(cure: &Cure) -> CureFigure {
    let mut plot = Plot::new();
    let mut lines = Vec::new();
    let (mut drawn, mut others) = (0, 0);
    for (i, line) in cure.lines.iter().enumerate() {
        let stroke = match (i, line.shown) {
            (0, _) => 0,
            (_, true) => 1,
            (_, false) => {
                others += 1;
                2 + (others - 1) % 4
            }
        };
        let (colour, dash, border) = &STROKES[stroke];
        let traces = traces(line, cure, colour, dash);
        lines.push(Entry {
            label: line.label.clone(),
            colour,
            border,
            shown: line.shown,
            range: line.extent.map(|extent| range(cure, extent)),
            traces: drawn..drawn + traces.len(),
        });
        drawn += traces.len();
        traces.for_each(|trace| plot.add_trace(trace));
    }
    let shown = cure.lines.iter().filter(|line| line.shown);
    let shown = shown.filter_map(|line| line.extent).collect::<Vec<_>>();
    let everything = cure.lines.iter().filter_map(|line| line.extent);
    let seen = extent(shown.iter().flat_map(|(low, high)| [*low, *high]))
        .or_else(|| extent(everything.flat_map(|(low, high)| [low, high])));
    // What has no place on the axis of the losses is marked at its edges, wherever these are.
    let edges = Axis::new()
        .overlaying("y")
        .range(vec![0.0, 1.0])
        .visible(false)
        .fixed_range(true);
    let losses = losses(cure, seen.unwrap_or((0.1, 1.0)));
    plot.set_layout(layout(axis("epoch"), losses).y_axis2(edges));
    let followed = match cure.followed.validation {
        true => "The validation loss, for overfitting shows nowhere else",
        false => "The mean of the batch losses of every epoch",
    };
    CureFigure {
        figure: Figure {
            id: "cure".to_owned(),
            title: "Before and after".to_owned(),
            caption: format!(
                "{followed}: a thin line for every seed, a strong one for their median. Tick another change \
                 that was tried to draw it, too."
            ),
            notes: notes(cure),
            height: 400,
            // Validation losses start before training, at epoch 0.
            log_x: !cure.followed.validation,
            colourings: Vec::new(),
            plot,
        },
        lines,
    }
}

fn losses(cure: &Cure, seen: (f64, f64)) -> Axis {
    let rows = match cure.followed.validation {
        true => "validation loss",
        false => "training loss",
    };
    let title = match cure.followed.relative {
        true => format!("{rows} ÷ best constant's"),
        false => rows.to_owned(),
    };
    match cure.linear {
        false => log_axis(&title, seen),
        true => axis(&title).range(range(cure, seen)),
    }
}

/// What an axis shows of an extent.
fn range(cure: &Cure, (low, high): (f64, f64)) -> Vec<f64> {
    let (low, high) = match cure.linear {
        false => log_range((low, high)),
        true => {
            let margin = 0.08 * (high - low);
            (low - margin, high + margin)
        }
    };
    vec![low, high]
}

fn notes(cure: &Cure) -> Vec<String> {
    let mut notes = vec![
        "Curves are thinned so that their extremes stay; a cross is where a seed diverged, and the heights of such a seed are cut off."
            .to_owned(),
    ];
    if cure.followed.relative {
        notes.push(
            "Losses of different kinds have different units: they are drawn as shares of what the best \
             constant loses, 1 − skill."
                .to_owned(),
        );
    }
    notes
}

/// Seeds, their median, and marks of what has no place.
fn traces(
    line: &CureLine,
    cure: &Cure,
    colour: &'static str,
    dash: &DashType,
) -> impl ExactSizeIterator<Item = Box<Scatter<f64, Option<f64>>>> {
    let seeds = line.courses.seeds.iter();
    let mut traces: Vec<_> = seeds
        .map(|seed| {
            let name = format!("{}, seed {}", line.label, seed.seed);
            stroke(&seed.losses, cure, &name)
                .opacity(0.4)
                .line(Stroke::new().color(colour).width(1.0).dash(dash.clone()))
        })
        .collect();
    let name = format!("{}, median", line.label);
    traces.push(
        stroke(&line.courses.median, cure, &name)
            .line(Stroke::new().color(colour).width(2.8).dash(dash.clone())),
    );
    traces.extend(marks(line, cure, colour));
    let visible = |trace: Box<Scatter<_, _>>| match line.shown {
        true => trace,
        false => trace.visible(Visible::False),
    };
    traces.into_iter().map(visible)
}

fn stroke(curve: &Curve, cure: &Cure, name: &str) -> Box<Scatter<f64, Option<f64>>> {
    let seen = |loss: f64| match cure.linear || loss > 0.0 {
        true => point(loss),
        false => None,
    };
    // A run of one epoch is a point, which a line alone would not show.
    let mode = match curve.epochs.len() {
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
        .hover_template("%{fullData.name}<br>epoch %{x}, %{y:.4~g}<extra></extra>")
}

/// Crosses at the top where a seed diverged or its loss is not finite, triangles at the bottom where a loss
/// is zero and the axis has no place for it.
fn marks(
    line: &CureLine,
    cure: &Cure,
    colour: &'static str,
) -> impl Iterator<Item = Box<Scatter<f64, Option<f64>>>> {
    let (top, bottom) = (0.97, 0.03);
    let mut lost = Vec::new();
    let mut gone = Vec::new();
    for seed in &line.courses.seeds {
        let points = seed.losses.points();
        let series = series(points.map(|(epoch, loss)| (epoch as f64, loss)));
        for mark in series.marks {
            match mark.kind {
                MarkKind::NotFinite => lost.push((mark.at, "not finite", seed.seed)),
                MarkKind::NotPositive if cure.linear => {}
                MarkKind::NotPositive => gone.push((mark.at, "zero", seed.seed)),
            }
        }
        if seed.diverged {
            let end = seed.losses.epochs.last().copied().unwrap_or(1).max(1);
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
            .hover_template("%{text}<br>epoch %{x}<extra></extra>")
        })
    };
    let lost = marks(lost, top, MarkerSymbol::X);
    let gone = marks(gone, bottom, MarkerSymbol::TriangleDownOpen);
    lost.into_iter().chain(gone)
}
