//! Predictions at every snapshot: a curve over one feature, a map over two; otherwise predicted against true
//! values, or a confusion matrix.

use super::{AnimatedAttribute, AnimatedFigure, FrameValues, line, note};
use crate::report::shared::plot::{Figure, Plot, axis, coarse, layout, legend, plain};
use crate::report::shared::predictions::{class_colour, column_name, left_out, probe_rows};
use crate::report::shared::series::extent;
use crate::report::shared::{confusion, decision_map};
use crate::trace::inspection::SnapshotPredictions;
use crate::trace::{Confusion, Lattice, Real, Trace};
use plotly::Scatter;
use plotly::common::{DashType, Line as Stroke, Marker, Mode};
use plotly::layout::Axis;

/// Returns the figure of the predictions; none for a one-weight model.
pub fn figure(trace: &Trace, said: &SnapshotPredictions) -> Option<AnimatedFigure> {
    let mut moving = drawn(trace, said)?;
    moving.figure.notes.extend(left_out(trace));
    Some(moving)
}

fn drawn(trace: &Trace, said: &SnapshotPredictions) -> Option<AnimatedFigure> {
    match (said, &trace.predictions.lattice) {
        (SnapshotPredictions::Lattice(said), Some(lattice)) if lattice.axes.len() == 1 => {
            Some(curve(trace, lattice, said))
        }
        (SnapshotPredictions::Lattice(said), Some(lattice)) => map(trace, lattice, said),
        (SnapshotPredictions::Rows(said), _) => Some(against(trace, said)),
        (SnapshotPredictions::Confusion(counts), _) => Some(classes(trace, counts)),
        _ => None,
    }
}

fn figure_of(title: &str, caption: &str, notes: Vec<String>, plot: Plot) -> Figure {
    Figure {
        id: "outputs".to_owned(),
        title: title.to_owned(),
        caption: caption.to_owned(),
        notes,
        height: 380,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

/// Maximum length of an axis beyond the data, as a multiple of their range.
const LONGEST: f64 = 4.0;

/// Returns an axis for all snapshots: 0 to 1 for probabilities, otherwise the range of the data and of most
/// snapshots. Also returns notes about values that it does not show.
fn steady(title: &str, trace: &Trace, moments: &[Vec<f64>]) -> (Axis, Vec<String>) {
    let (low, high) = match trace.data.classes.is_empty() {
        false => (-0.03, 1.03),
        true => most(trace, moments),
    };
    let (mut lost, mut beyond) = (0, 0);
    for said in moments {
        lost += usize::from(said.iter().any(|y| !y.is_finite()));
        beyond += usize::from(
            said.iter()
                .any(|y| y.is_finite() && !(low..=high).contains(y)),
        );
    }
    let mut notes = note(beyond, "some predictions are outside the axis");
    notes.extend(note(
        lost,
        "some predictions are not finite, which leaves gaps",
    ));
    (axis(title).range(vec![low, high]), notes)
}

/// Returns the range of the target and of the median predictions, up to a maximum length.
fn most(trace: &Trace, moments: &[Vec<f64>]) -> (f64, f64) {
    let target = trace.predictions.target.iter().map(|y| y.0);
    let (low, high) = extent(target.filter(|y| y.is_finite())).unwrap_or((-1.0, 1.0));
    let span = match high - low {
        span if span > 0.0 => span,
        _ => high.abs().max(1.0),
    };
    let finite = |said: &Vec<f64>| extent(said.iter().copied().filter(|y| y.is_finite()));
    let (mut lows, mut highs): (Vec<f64>, Vec<f64>) = moments.iter().filter_map(finite).unzip();
    let middle = |all: &mut Vec<f64>, none: f64| {
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(none)
    };
    let low = low.min(middle(&mut lows, low).max(low - LONGEST * span));
    let high = high.max(middle(&mut highs, high).min(high + LONGEST * span));
    (low - 0.15 * span, high + 0.15 * span)
}

fn reals(values: &[Real]) -> Vec<Option<f64>> {
    coarse(values.iter().map(|value| value.0))
}

fn curve(trace: &Trace, lattice: &Lattice, said: &[Vec<Vec<f64>>]) -> AnimatedFigure {
    let columns = said.first().map_or(0, Vec::len);
    let mut plot = Plot::new();
    let rows = trace.predictions.features.first();
    let target = match columns {
        1 => reals(&trace.predictions.target),
        _ => Vec::new(),
    };
    plot.add_trace(
        Scatter::new(rows.map_or(Vec::new(), |rows| reals(rows)), target)
            .name("data")
            .mode(Mode::Markers)
            .marker(Marker::new().color("@muted").size(5).opacity(0.55))
            .hover_template("x %{x:.4~g}<br>y %{y:.4~g}<extra></extra>"),
    );
    let x = lattice.axes.first().map_or(Vec::new(), |axis| reals(axis));
    let mut changes = Vec::new();
    for k in 0..columns {
        let name = match columns {
            1 => "the network".to_owned(),
            _ => plain(&column_name(trace, k)),
        };
        plot.add_trace(
            Scatter::new(x.clone(), Vec::<Option<f64>>::new())
                .name(name)
                .mode(Mode::Lines)
                .line(Stroke::new().color(class_colour(k)).width(2.0))
                .hover_template("%{fullData.name}<br>%{x:.4~g} → %{y:.4~g}<extra></extra>"),
        );
        changes.push(AnimatedAttribute {
            trace: k + 1,
            key: "y",
            frames: said
                .iter()
                .map(|columns| line(columns[k].iter().copied()))
                .collect(),
        });
    }
    let feature = trace
        .data
        .features
        .first()
        .map_or("feature", String::as_str);
    let name = match columns {
        1 => column_name(trace, 0),
        _ => "probability".to_owned(),
    };
    let moments: Vec<Vec<f64>> = said.iter().map(|columns| columns.concat()).collect();
    let (y, notes) = steady(&name, trace, &moments);
    plot.set_layout(layout(axis(feature), y).show_legend(true).legend(legend()));
    let caption = format!(
        "Predictions over the range of the only feature, and the {}.",
        probe_rows()
    );
    AnimatedFigure {
        figure: figure_of("Predictions over the data", &caption, notes, plot),
        changes,
    }
}

fn map(trace: &Trace, lattice: &Lattice, said: &[Vec<Vec<f64>>]) -> Option<AnimatedFigure> {
    let of_moment = |columns: &Vec<Vec<f64>>| -> Vec<Vec<Real>> {
        let column = |column: &Vec<f64>| column.iter().map(|y| Real(*y)).collect();
        columns.iter().map(column).collect()
    };
    let moments: Vec<Vec<Vec<Real>>> = said.iter().map(of_moment).collect();
    let columns = moments.last()?;
    let mut plot = Plot::new();
    plot.add_trace(decision_map::map(trace, lattice, columns)?);
    decision_map::rows(trace, lattice, &mut plot);
    let name = |i: usize| trace.data.features.get(i).map_or("", String::as_str);
    plot.set_layout(
        layout(axis(name(0)), axis(name(1)))
            .show_legend(!trace.data.classes.is_empty())
            .legend(legend()),
    );
    let caption = match columns.len() {
        1 => format!(
            "{} at every point, and the {}.",
            column_name(trace, 0),
            probe_rows()
        ),
        _ => format!("Predicted class at every point, and the {}.", probe_rows()),
    };
    let lost = said
        .iter()
        .filter(|columns| !columns.iter().flatten().all(|y| y.is_finite()));
    let notes = note(
        lost.count(),
        "some predictions are not finite, which leaves gaps",
    );
    let z = |columns: &Vec<Vec<Real>>| FrameValues::Map(decision_map::shades(lattice, columns));
    Some(AnimatedFigure {
        figure: figure_of("Decision map", &caption, notes, plot),
        changes: vec![AnimatedAttribute {
            trace: 0,
            key: "z",
            frames: moments.iter().map(z).collect(),
        }],
    })
}

fn against(trace: &Trace, said: &[Vec<f64>]) -> AnimatedFigure {
    let mut plot = Plot::new();
    plot.add_trace(
        Scatter::new(reals(&trace.predictions.target), Vec::<Option<f64>>::new())
            .name("probe rows")
            .mode(Mode::Markers)
            .marker(Marker::new().color("@c0").size(6).opacity(0.7))
            .hover_template("true %{x:.4~g}<br>predicted %{y:.4~g}<extra></extra>"),
    );
    let target = trace.predictions.target.iter().map(|y| y.0);
    if let Some((low, high)) = extent(target.filter(|y| y.is_finite())) {
        plot.add_trace(
            Scatter::new(vec![low, high], vec![low, high])
                .name("predicted = true")
                .mode(Mode::Lines)
                .line(Stroke::new().color("@muted").width(1.2).dash(DashType::Dot)),
        );
    }
    let (y, notes) = steady("predicted", trace, said);
    let x = axis(&format!("true {}", trace.data.first_target()));
    plot.set_layout(layout(x, y).show_legend(true).legend(legend()));
    let caption = format!(
        "One point per row, for the {}. Exact predictions are on the dotted line.",
        probe_rows()
    );
    AnimatedFigure {
        figure: figure_of("Predicted against true", &caption, notes, plot),
        changes: vec![AnimatedAttribute {
            trace: 0,
            key: "y",
            frames: said.iter().map(|said| line(said.iter().copied())).collect(),
        }],
    }
}

fn classes(trace: &Trace, counts: &[Confusion]) -> AnimatedFigure {
    let none = Confusion::new();
    let plot = confusion::plot(&trace.data.classes, counts.last().unwrap_or(&none));
    let shades = |counts: &Confusion| {
        let shares = confusion::shares(counts).into_iter();
        FrameValues::Map(shares.map(coarse).collect())
    };
    let words = |ink: usize| {
        let of =
            move |counts: &Confusion| FrameValues::Words(confusion::words(counts)[ink].clone());
        counts.iter().map(of).collect()
    };
    let change = |trace, key, frames| AnimatedAttribute { trace, key, frames };
    let changes = vec![
        change(0, "z", counts.iter().map(shades).collect()),
        change(1, "text", words(0)),
        change(2, "text", words(1)),
    ];
    let rows = trace.predictions.target.len();
    let lost = counts
        .iter()
        .filter(|counts| confusion::counted(counts) < rows);
    let notes = note(lost.count(), "rows without a finite prediction are missing");
    let caption = confusion::caption("at this snapshot");
    AnimatedFigure {
        figure: figure_of("Confusion matrix", &caption, notes, plot),
        changes,
    }
}
