//! A statistic of every layer over the steps as a heat map on a log scale: for networks of more
//! layers than lines can tell apart.

use super::gradients::steps;
use super::{Figure, Plot, axis, layout, legend, point};
use crate::trace::{Layer, Real, Trace};
use plotly::common::{ColorBar, ColorScalePalette, Marker, MarkerSymbol, Mode, Title};
use plotly::{HeatMap, Scatter};

pub(super) fn heat(
    trace: &Trace,
    id: &str,
    title: &str,
    column: fn(&Layer) -> &Vec<Real>,
) -> Figure {
    let n = trace.layers.len();
    let x = steps(trace);
    let mut zeros = (Vec::new(), Vec::new());
    let mut lost = (Vec::new(), Vec::new());
    let mut rows = Vec::new();
    for (i, layer) in trace.layers.iter().enumerate() {
        let mut row = Vec::new();
        for (step, value) in x.iter().zip(column(layer)) {
            if value.0 == 0.0 || !value.0.is_finite() {
                let marks = if value.0 == 0.0 {
                    &mut zeros
                } else {
                    &mut lost
                };
                marks.0.push(*step);
                marks.1.push((i + 1) as f64);
            }
            row.push(if value.0 == 0.0 {
                None
            } else {
                point(value.0.abs().log10())
            });
        }
        rows.push(row);
    }
    let mut plot = Plot::new();
    let layers: Vec<f64> = (1..=n).map(|i| i as f64).collect();
    plot.add_trace(
        HeatMap::new(x, layers, rows)
            .color_scale(ColorScalePalette::Viridis.into())
            .hover_on_gaps(false)
            .color_bar(
                ColorBar::new()
                    .thickness(10)
                    .title(Title::with_text("log₁₀")),
            )
            .hover_template("layer %{y}, step %{x}<br>10^%{z:.3~f}<extra></extra>"),
    );
    for (name, (x, y), symbol, colour) in [
        ("exactly zero", zeros, MarkerSymbol::CircleOpen, "@muted"),
        ("not finite", lost, MarkerSymbol::X, "@bad"),
    ] {
        if !x.is_empty() {
            plot.add_trace(
                Scatter::new(x, y)
                    .name(name)
                    .mode(Mode::Markers)
                    .marker(Marker::new().symbol(symbol).size(4).color(colour))
                    .hover_template("layer %{y}, step %{x}<br>%{fullData.name}<extra></extra>"),
            );
        }
    }
    // The input side on top, as the layers are listed.
    let y = axis("layer, input side on top").range(vec![n as f64 + 0.5, 0.5]);
    plot.set_layout(layout(axis("step"), y).show_legend(true).legend(legend()));
    Figure {
        id: format!("gradient-{id}"),
        title: title.to_owned(),
        caption: if id == "mean" {
            "Size of the mean on a log scale, without its sign. A ring marks a mean of exactly \
             zero, a cross one that is not finite."
        } else {
            "Root of the mean of the squared entries, on a log scale. A ring marks a gradient of \
             exactly zero, a cross one that is not finite."
        }
        .to_owned(),
        notes: Vec::new(),
        height: 420,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}
