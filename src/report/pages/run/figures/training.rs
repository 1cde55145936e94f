//! The training curve of one run: batch losses by epoch and exact losses, on a log axis.

use crate::report::pages::run::data::texts::end_epoch;
use crate::report::shared::plot::{
    Figure, Plot, axis, coarse_point, layout, legend, point, points,
};
use crate::report::shared::scale::{bottom_edge, log_axis, top_edge};
use crate::report::shared::series::{MarkKind, Series, extent, series};
use crate::trace::Trace;
use plotly::Scatter;
use plotly::common::{DashType, Line as Stroke, Marker, MarkerSymbol, Mode};

/// Returns the figure; none if the run has no finite positive loss.
pub fn figure(trace: &Trace) -> Option<Figure> {
    let epochs = trace.curve.epochs.iter().zip(&trace.curve.values);
    let batches = series(epochs.map(|(epoch, loss)| (*epoch as f64, loss.0)));
    let train = series(
        trace
            .risks
            .iter()
            .map(|risk| (risk.epoch as f64, risk.train.loss.0)),
    );
    let held_out = trace.risks.iter();
    let held_out =
        series(held_out.filter_map(|risk| Some((risk.epoch as f64, risk.validation?.loss.0))));
    let all = [&batches, &train, &held_out];
    let extent = extent(
        all.iter()
            .flat_map(|series| series.y.iter().flatten().copied()),
    )?;
    let mut plot = Plot::new();
    plot.add_trace(
        line(&batches, "mean batch loss", coarse_point).line(Stroke::new().color("@c2").width(1.2)),
    );
    plot.add_trace(dots(
        &train,
        "training loss",
        "@c0",
        MarkerSymbol::Circle,
        DashType::Solid,
    ));
    if !held_out.x.is_empty() {
        let dash = DashType::Dash;
        plot.add_trace(dots(
            &held_out,
            "validation loss",
            "@c1",
            MarkerSymbol::Diamond,
            dash,
        ));
    }
    let constant = trace.data.constant_train_loss.0;
    if constant > 0.0 && constant.is_finite() {
        let end = trace.curve.of.max(1) as f64;
        plot.add_trace(
            Scatter::new(vec![0.0, end], points([constant, constant]))
                .name("best constant prediction")
                .mode(Mode::Lines)
                .line(Stroke::new().color("@muted").width(1.2).dash(DashType::Dot))
                .hover_template("best constant prediction: loss %{y:.4~g}<extra></extra>"),
        );
    }
    for (kind, symbol, height, words) in [
        (
            MarkKind::NotFinite,
            MarkerSymbol::X,
            top_edge(extent),
            "not finite",
        ),
        (
            MarkKind::NotPositive,
            MarkerSymbol::TriangleDownOpen,
            bottom_edge(extent),
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
                    .name(words)
                    .mode(Mode::Markers)
                    .marker(Marker::new().symbol(symbol).size(10).color("@bad"))
                    .hover_template("epoch %{x}: %{fullData.name}<extra></extra>"),
            );
        }
    }
    plot.set_layout(
        layout(axis("epoch"), log_axis("loss", extent))
            .show_legend(true)
            .legend(legend()),
    );
    Some(Figure {
        id: "training".to_owned(),
        title: "Training curve".to_owned(),
        caption:
            "Mean batch loss per epoch, and exact losses on all training and validation rows at \
                  evaluations. Epoch 0 is before training."
                .to_owned(),
        notes: notes(trace),
        height: 400,
        log_x: false,
        colourings: Vec::new(),
        plot,
    })
}

fn line(
    series: &Series,
    name: &str,
    point: fn(f64) -> Option<f64>,
) -> Box<Scatter<f64, Option<f64>>> {
    let y = series.y.iter().map(|y| point((*y)?)).collect();
    let line = Box::new(Scatter::default()).y(y);
    let line = match evenly(&series.x) {
        Some([first, step]) => line.x0(first).dx(step),
        None => line.x(series.x.clone()),
    };
    line.name(name)
        .mode(Mode::Lines)
        .hover_template("epoch %{x}<br>%{fullData.name} %{y:.4~g}<extra></extra>")
}

/// Returns first epoch and step of evenly spaced epochs: shorter than a list of hundreds of epochs per run.
fn evenly(epochs: &[f64]) -> Option<[f64; 2]> {
    let first = *epochs.first()?;
    let step = epochs.get(1).map_or(1.0, |second| second - first);
    let steady = epochs.windows(2).all(|two| two[1] - two[0] == step);
    steady.then_some([first, step])
}

fn dots(
    series: &Series,
    name: &str,
    colour: &'static str,
    symbol: MarkerSymbol,
    dash: DashType,
) -> Box<Scatter<f64, Option<f64>>> {
    line(series, name, point)
        .mode(Mode::LinesMarkers)
        .line(Stroke::new().color(colour).width(1.6).dash(dash))
        .marker(Marker::new().color(colour).symbol(symbol).size(4))
}

fn notes(trace: &Trace) -> Vec<String> {
    let kept = trace.curve.epochs.len();
    if (kept as u64) < trace.curve.of {
        vec![format!(
            "The curve is thinned to {kept} of {} epochs without losing spikes.",
            trace.curve.of
        )]
    } else {
        Vec::new()
    }
}
