//! The training curve of one run: batch losses by epoch or step, and exact losses, on a log axis.

use crate::format::rounded;
use crate::report::pages::run::data::texts::end_epoch;
use crate::report::shared::plot::{
    Figure, Plot, axis, coarse_point, layout, legend, point, points,
};
use crate::report::shared::scale::{BOTTOM, TOP, edges, log_axis, log_range};
use crate::report::shared::series::{MarkKind, Series, extent, series};
use crate::trace::{Evaluation, Score, Trace};
use plotly::Scatter;
use plotly::common::{DashType, Line as Stroke, Marker, MarkerSymbol, Mode};

/// The curves of a run, for a log axis.
struct RunCurves {
    batches: Series,
    train: Series,
    validation: Series,
}

impl RunCurves {
    fn of(trace: &Trace) -> RunCurves {
        let batches = trace.curve.points();
        let exact = |of: fn(&Evaluation) -> Option<Score>| {
            let evaluations = trace.evaluations.iter();
            series(evaluations.filter_map(|at| Some((trace.along(at.step), of(at)?.loss.0))))
        };
        RunCurves {
            batches: series(batches.map(|(step, loss)| (trace.along(step), loss))),
            train: exact(|at| at.train),
            validation: exact(|at| at.validation),
        }
    }
}

/// Returns the range of the loss axis, in decades, that each curve needs: those with finite positive losses.
pub fn ranges(trace: &Trace) -> Vec<(&'static str, (f64, f64))> {
    let RunCurves {
        batches,
        train,
        validation,
    } = RunCurves::of(trace);
    let range = |series: Series| {
        let (low, high) = log_range(extent(series.y.into_iter().flatten())?);
        Some((rounded(low, 3), rounded(high, 3)))
    };
    let all = [(BATCHES, batches), (TRAIN, train), (VALIDATION, validation)];
    let ranges = all.map(|(name, series)| Some((name, range(series)?)));
    ranges.into_iter().flatten().collect()
}

/// Names of the curves. `templates/compare/compare.js` finds them by these names.
const BATCHES: &str = "mean batch loss";
const TRAIN: &str = "training loss";
const VALIDATION: &str = "validation loss";

/// Returns the figure; none if the run has no finite positive loss.
pub fn figure(trace: &Trace) -> Option<Figure> {
    let unit = trace.unit();
    let RunCurves {
        batches,
        train,
        validation: held_out,
    } = RunCurves::of(trace);
    let all = [&batches, &train, &held_out];
    let extent = extent(
        all.iter()
            .flat_map(|series| series.y.iter().flatten().copied()),
    )?;
    let has_exact = !(train.x.is_empty() && held_out.x.is_empty());
    let mut plot = Plot::new();
    if !batches.x.is_empty() {
        let losses = line(&batches, BATCHES, unit, coarse_point);
        // A line does not show a single point.
        let is_lone = !has_exact && batches.y.iter().flatten().count() == 1;
        plot.add_trace(match is_lone {
            true => losses
                .mode(Mode::Markers)
                .marker(Marker::new().color("@c2").size(6)),
            false => losses.line(Stroke::new().color("@c2").width(1.2)),
        });
    }
    for (series, name, colour, symbol, dash) in [
        (&train, TRAIN, "@c0", MarkerSymbol::Circle, DashType::Solid),
        (
            &held_out,
            VALIDATION,
            "@c1",
            MarkerSymbol::Diamond,
            DashType::Dash,
        ),
    ] {
        if !series.x.is_empty() {
            plot.add_trace(
                line(series, name, unit, point)
                    .mode(Mode::LinesMarkers)
                    .line(Stroke::new().color(colour).width(1.6).dash(dash))
                    .marker(Marker::new().color(colour).symbol(symbol).size(4)),
            );
        }
    }
    let constant = trace.data.constant_train_loss.0;
    if constant > 0.0 && constant.is_finite() {
        let end = trace.along(trace.steps).max(1.0);
        plot.add_trace(
            Scatter::new(vec![0.0, end], points([constant, constant]))
                .name("best constant prediction")
                .mode(Mode::Lines)
                .line(Stroke::new().color("@muted").width(1.2).dash(DashType::Dot))
                .hover_template("best constant prediction: loss %{y:.4~g}<extra></extra>"),
        );
    }
    for (kind, symbol, height, words) in [
        (MarkKind::NotFinite, MarkerSymbol::X, TOP, "not finite"),
        (
            MarkKind::NotPositive,
            MarkerSymbol::TriangleDownOpen,
            BOTTOM,
            "zero or less",
        ),
    ] {
        let at = all
            .iter()
            .flat_map(|series| &series.marks)
            .filter(|mark| mark.kind == kind);
        let mut at: Vec<f64> = at.map(|mark| mark.at).collect();
        if kind == MarkKind::NotFinite {
            at.extend(end_epoch(trace));
        }
        at.sort_by(f64::total_cmp);
        at.dedup();
        if !at.is_empty() {
            let y = vec![height; at.len()];
            plot.add_trace(
                Scatter::new(at, y)
                    .y_axis("y2")
                    .name(words)
                    .mode(Mode::Markers)
                    .marker(Marker::new().symbol(symbol).size(10).color("@bad"))
                    .hover_template(format!("{unit} %{{x}}: %{{fullData.name}}<extra></extra>")),
            );
        }
    }
    plot.set_layout(
        layout(axis(unit), log_axis("loss", extent))
            .y_axis2(edges())
            .show_legend(true)
            .legend(legend()),
    );
    Some(Figure {
        id: "training".to_owned(),
        title: "Training curve".to_owned(),
        caption: caption(trace, !batches.x.is_empty(), has_exact),
        notes: notes(trace),
        height: 400,
        log_x: false,
        colourings: Vec::new(),
        plot,
    })
}

fn caption(trace: &Trace, has_batches: bool, has_exact: bool) -> String {
    let unit = trace.unit();
    let batches = match trace.has_curve_by_unit() {
        true => format!("Mean batch loss per {unit}"),
        false => "Mean batch losses".to_owned(),
    };
    let losses = match (has_batches, has_exact) {
        (true, true) => format!(
            "{batches}, and exact losses on all training and validation rows at evaluations."
        ),
        (true, false) => format!("{batches}."),
        (false, _) => "Exact losses on all training and validation rows at evaluations.".to_owned(),
    };
    let start = match unit {
        "step" => "Step 0",
        _ => "Epoch 0",
    };
    format!("{losses} {start} is before training.")
}

fn line(
    series: &Series,
    name: &str,
    unit: &str,
    point: fn(f64) -> Option<f64>,
) -> Box<Scatter<f64, Option<f64>>> {
    let y = series.y.iter().map(|y| point((*y)?)).collect();
    let line = Box::new(Scatter::default()).y(y);
    let line = match evenly(&series.x) {
        Some([first, step]) => line.x0(first).dx(step),
        None => line.x(series.x.clone()),
    };
    line.name(name).mode(Mode::Lines).hover_template(format!(
        "{unit} %{{x}}<br>%{{fullData.name}} %{{y:.4~g}}<extra></extra>"
    ))
}

/// Returns first epoch and step of evenly spaced epochs: shorter than a list of hundreds of epochs per run.
fn evenly(epochs: &[f64]) -> Option<[f64; 2]> {
    let first = *epochs.first()?;
    let step = epochs.get(1).map_or(1.0, |second| second - first);
    let steady = epochs.windows(2).all(|two| two[1] - two[0] == step);
    steady.then_some([first, step])
}

fn notes(trace: &Trace) -> Vec<String> {
    let kept = trace.curve.at.len();
    if (kept as u64) < trace.curve.of {
        vec![format!(
            "The curve is thinned to {kept} of {} points without losing spikes.",
            trace.curve.of
        )]
    } else {
        Vec::new()
    }
}
