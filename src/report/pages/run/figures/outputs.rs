//! Predictions before and after training: a curve over one feature; for more than two features, a histogram
//! with predicted against true values, or with the confusion matrix.

use crate::report::shared::plot::{Figure, Plot, axis, coarse, layout, legend, plain, points};
use crate::report::shared::predictions::{
    class_colour, column_name, has_values, left_out, lost, probe_rows,
};
use crate::report::shared::series::extent;
use crate::report::shared::{confusion, decision_map};
use crate::trace::{Lattice, Predictions, Real, Trace};
use plotly::common::{DashType, Line as Stroke, Marker, MarkerSymbol, Mode};
use plotly::histogram::{Bins, HistNorm};
use plotly::layout::BarMode;
use plotly::{Histogram, Scatter};

/// Returns all figures of a run's predictions.
pub fn figures(trace: &Trace) -> Vec<Figure> {
    let mut figures = drawn(trace);
    for figure in &mut figures {
        figure.notes.extend(left_out(trace));
    }
    figures
}

fn drawn(trace: &Trace) -> Vec<Figure> {
    match &trace.predictions.lattice {
        Some(lattice) if lattice.axes.len() == 1 && is_drawn(lattice) => {
            vec![curve(trace, lattice)]
        }
        Some(lattice) if lattice.axes.len() == 2 && is_drawn(lattice) => {
            decision_map::figures(trace, lattice)
        }
        _ if !has_values(&trace.predictions.end) => Vec::new(),
        _ => {
            let second = match trace.data.classes.is_empty() {
                true => against(trace),
                false => confusion::figure(trace),
            };
            vec![histogram(trace), second]
        }
    }
}

/// Returns whether a lattice has positions and predictions.
fn is_drawn(lattice: &Lattice) -> bool {
    let has_positions = lattice.axes.iter().all(|axis| !axis.is_empty());
    has_positions && (has_values(&lattice.start) || has_values(&lattice.end))
}

/// Returns `before and after training`, or `after training` if the predictions before training are not recorded.
fn recorded_when(start: &[Vec<Real>]) -> &'static str {
    match has_values(start) {
        true => "before and after training",
        false => "after training",
    }
}

fn reals(values: &[Real]) -> Vec<Option<f64>> {
    coarse(values.iter().map(|value| value.0))
}

fn curve(trace: &Trace, lattice: &Lattice) -> Figure {
    let data = &trace.data;
    let outputs = &trace.predictions;
    let mut plot = Plot::new();
    let rows = outputs
        .features
        .first()
        .map_or(Vec::new(), |feature| reals(feature));
    // A single output is compared with the data. Several outputs are probabilities of classes.
    let target = if outputs.end.len() > 1 {
        Vec::new()
    } else {
        reals(&outputs.target)
    };
    plot.add_trace(
        Scatter::new(rows, target)
            .name("data")
            .mode(Mode::Markers)
            .marker(Marker::new().color("@muted").size(5).opacity(0.55))
            .hover_template("x %{x:.4~g}<br>y %{y:.4~g}<extra></extra>"),
    );
    let x = lattice.axes.first().map_or(Vec::new(), |axis| reals(axis));
    for (when, columns, dash) in [
        ("before", &lattice.start, DashType::Dot),
        ("after", &lattice.end, DashType::Solid),
    ] {
        for (i, column) in columns.iter().enumerate() {
            let name = match columns.len() {
                1 => format!("{when} training"),
                _ => format!("{} {when}", column_name(trace, i)),
            };
            let colour = match (columns.len(), when) {
                (1, "before") => "@c1".to_owned(),
                _ => class_colour(i),
            };
            plot.add_trace(
                Scatter::new(x.clone(), reals(column))
                    .name(plain(&name))
                    .mode(Mode::Lines)
                    .line(Stroke::new().color(colour).width(2.0).dash(dash.clone()))
                    .hover_template("%{fullData.name}<br>%{x:.4~g} → %{y:.4~g}<extra></extra>"),
            );
        }
    }
    let feature = data.features.first().map_or("feature", String::as_str);
    let target = if data.classes.is_empty() {
        data.first_target().to_owned()
    } else {
        column_name(trace, 0)
    };
    plot.set_layout(
        layout(axis(feature), axis(&target))
            .show_legend(true)
            .legend(legend()),
    );
    Figure {
        id: "outputs".to_owned(),
        title: "Predictions over the data".to_owned(),
        caption: format!(
            "Predictions over the range of the only feature, {}. Points: the {}.",
            recorded_when(&lattice.start),
            probe_rows()
        ),
        notes: lost(outputs),
        height: 380,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

fn histogram(trace: &Trace) -> Figure {
    let outputs = &trace.predictions;
    let mut plot = Plot::new();
    let bins = bins(outputs);
    for (when, columns, colour) in [
        ("before", &outputs.start, "@c1"),
        ("after", &outputs.end, "@c0"),
    ] {
        if !has_values(columns) {
            continue;
        }
        // The outputs of all classes are counted together.
        let values: Vec<f64> = columns
            .iter()
            .flatten()
            .map(|v| v.0)
            .filter(|v| v.is_finite())
            .collect();
        let mut bars = Histogram::new(values)
            .name(format!("{when} training"))
            .marker(Marker::new().color(colour))
            .opacity(0.6)
            .hist_norm(HistNorm::Percent)
            .hover_template("%{fullData.name}<br>%{x}: %{y:.3~g} %<extra></extra>");
        if let Some((low, high)) = bins {
            bars = bars.x_bins(Bins::new(low, high, (high - low) / 30.0));
        }
        plot.add_trace(bars);
    }
    let name = if outputs.end.len() == 1 {
        column_name(trace, 0)
    } else {
        "outputs of all classes".to_owned()
    };
    plot.set_layout(
        layout(axis(&name), axis("% of the probe rows"))
            .bar_mode(BarMode::Overlay)
            .show_legend(true)
            .legend(legend()),
    );
    Figure {
        id: "outputs".to_owned(),
        title: "Histogram of predictions".to_owned(),
        caption: format!(
            "Predictions for the {}, {}.",
            probe_rows(),
            recorded_when(&outputs.start)
        ),
        notes: lost(outputs),
        height: 340,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

/// Returns a common range for both histograms.
fn bins(outputs: &Predictions) -> Option<(f64, f64)> {
    let values = outputs
        .start
        .iter()
        .chain(&outputs.end)
        .flatten()
        .map(|v| v.0);
    let (low, high) = extent(values.filter(|v| v.is_finite()))?;
    // The last bin excludes its upper end: without a margin, the highest value would get a bin of its own.
    let margin = ((high - low) * 1e-3).max(high.abs().max(1.0) * 1e-6);
    Some((low, high + margin))
}

fn against(trace: &Trace) -> Figure {
    let outputs = &trace.predictions;
    let mut plot = Plot::new();
    let truth = reals(&outputs.target);
    for (name, columns, colour, symbol) in [
        (
            "before training",
            &outputs.start,
            "@c1",
            MarkerSymbol::CircleOpen,
        ),
        ("after training", &outputs.end, "@c0", MarkerSymbol::Circle),
    ] {
        if !has_values(columns) {
            continue;
        }
        let said = columns.first().map_or(Vec::new(), |column| reals(column));
        plot.add_trace(
            Scatter::new(truth.clone(), said)
                .name(name)
                .mode(Mode::Markers)
                .marker(
                    Marker::new()
                        .color(colour)
                        .symbol(symbol)
                        .size(6)
                        .opacity(0.7),
                )
                .hover_template("true %{x:.4~g}<br>%{fullData.name} %{y:.4~g}<extra></extra>"),
        );
    }
    let all = outputs.target.iter().map(|v| v.0).filter(|v| v.is_finite());
    if let Some((low, high)) = extent(all) {
        plot.add_trace(
            Scatter::new(points([low, high]), points([low, high]))
                .name("predicted = true")
                .mode(Mode::Lines)
                .line(Stroke::new().color("@muted").width(1.2).dash(DashType::Dot)),
        );
    }
    plot.set_layout(
        layout(
            axis(&format!("true {}", trace.data.first_target())),
            axis("predicted"),
        )
        .show_legend(true)
        .legend(legend()),
    );
    Figure {
        id: "against".to_owned(),
        title: "Predicted against true".to_owned(),
        caption: "Probe rows; exact predictions are on the dotted line.".to_owned(),
        notes: Vec::new(),
        height: 400,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::fixture;

    #[test]
    fn the_first_of_several_targets_is_shown_and_the_others_are_named() {
        let (_, results) = fixture::learning_rates(1);
        let mut trace = results.cells[0].runs[0].trace().unwrap().clone();
        assert!(figures(&trace)[0].notes.is_empty());
        trace.data.targets = ["price", "rent", "age"].map(str::to_owned).into();
        let notes = figures(&trace)[0].notes.clone();
        assert_eq!(
            notes,
            ["Shown is price, one of 3 targets; not shown: rent, age."]
        );
        assert_eq!(column_name(&trace, 0), "price");
    }
}
