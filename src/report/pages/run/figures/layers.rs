//! Heat maps of layer statistics over epochs or steps, for any number of layers: activations, update ratios, and
//! gradients of deep networks.

use crate::report::pages::run::data::texts::first;
use crate::report::shared::number::number;
use crate::report::shared::plot::{Figure, Plot, axis, brief, layout, legend, point};
use crate::trace::{Layer, Real, Trace};
use plotly::common::{ColorBar, ColorScalePalette, Marker, MarkerSymbol, Mode};
use plotly::{HeatMap, Scatter};

/// A layer statistic.
pub struct Statistic {
    /// Name of the figure.
    pub id: &'static str,
    /// Title.
    pub title: &'static str,
    /// Caption: how to read the map.
    pub caption: &'static str,
    /// The values of a layer, one per snapshot.
    pub column: fn(&Layer) -> &Vec<Real>,
    /// The color scale.
    pub scale: HeatScale,
}

/// A color scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeatScale {
    /// Absolute values over many decades: the power of ten. Values of exactly zero are marked.
    Log,
    /// Shares from 0 to 1.
    Share,
}

/// Maximum number of layers with names along the map; more get numbers.
const MOST_NAMES: usize = 16;

/// Statistics other than gradients.
const STATISTICS: [Statistic; 4] = [
    Statistic {
        id: "activation-sd",
        title: "Spread of activations",
        caption: "Standard deviation over probe rows and neurons, on a logarithmic color scale. Ring: exactly zero, so all \
                  activations are equal. Cross: not finite.",
        column: |layer| &layer.activation_sd,
        scale: HeatScale::Log,
    },
    Statistic {
        id: "update-ratio",
        title: "Update ratio",
        caption: "RMS(Δw)/RMS(w) of a step, on a logarithmic color scale. Ring: exactly zero, so no weight changed. Cross: not finite.",
        column: |layer| &layer.update_ratio,
        scale: HeatScale::Log,
    },
    Statistic {
        id: "dead",
        title: "Dead neurons",
        caption: "Fraction of the layer's ReLUs that are 0 for every probe row, a sample of the rows.",
        column: |layer| &layer.dead,
        scale: HeatScale::Share,
    },
    Statistic {
        id: "saturated",
        title: "Saturated activations",
        caption: "Fraction of rows and neurons with a derivative of sigmoid or tanh below a twentieth of its \
                  maximum.",
        column: |layer| &layer.saturated,
        scale: HeatScale::Share,
    },
];

/// Returns the number of layers that have recorded a column.
pub fn recorded(trace: &Trace, column: fn(&Layer) -> &Vec<Real>) -> usize {
    let layers = trace.layers.iter();
    layers.filter(|layer| !column(layer).is_empty()).count()
}

/// Returns a note with the layers that have not recorded a column, if there are any.
pub fn unrecorded(trace: &Trace, column: fn(&Layer) -> &Vec<Real>) -> Option<String> {
    let layers = trace.layers.iter();
    let lacking = layers.filter(|layer| column(layer).is_empty());
    let names: Vec<String> = lacking.map(|layer| layer.name.clone()).collect();
    (!names.is_empty()).then(|| format!("Not recorded: {}.", first(&names)))
}

/// Returns one map per statistic that any layer has recorded, without shares that are always zero; `x` has one position
/// per snapshot. None for a one-weight model.
pub fn figures(trace: &Trace, x: &[f64]) -> Vec<Figure> {
    let has_one_weight = matches!(&trace.layers[..], [layer] if layer.inputs * layer.outputs == 1);
    let is_one_weight = has_one_weight && trace.data.train_rows == 0;
    if trace.layers.is_empty() || trace.snapshots.is_empty() || is_one_weight {
        return Vec::new();
    }
    let is_shown = |what: &&Statistic| {
        let values = || trace.layers.iter().flat_map(what.column);
        match what.scale {
            HeatScale::Log => values().count() > 0,
            HeatScale::Share => values().any(|value| value.0 != 0.0),
        }
    };
    let shown = STATISTICS.iter().filter(is_shown);
    shown.map(|what| heat(trace, x, what)).collect()
}

/// Returns the map; `x` has one position per snapshot.
pub fn heat(trace: &Trace, x: &[f64], what: &Statistic) -> Figure {
    let (unit, n) = (trace.unit(), trace.layers.len());
    let mut zeros = (Vec::new(), Vec::new());
    let mut lost = (Vec::new(), Vec::new());
    let mut rows = Vec::new();
    for (i, layer) in trace.layers.iter().enumerate() {
        let values = x.iter().zip((what.column)(layer));
        let row = values.map(|(at, Real(value))| {
            let (positions, layers) = match () {
                () if !value.is_finite() => &mut lost,
                () if *value == 0.0 && what.scale == HeatScale::Log => &mut zeros,
                () => return shade(*value, what.scale),
            };
            positions.push(*at);
            layers.push((i + 1) as f64);
            None
        });
        let mut row: Vec<Option<f64>> = row.collect();
        // A layer without this column is a gap.
        row.resize(x.len(), None);
        rows.push(row);
    }
    let mut plot = Plot::new();
    plot.add_trace(map(x, rows, what.scale, unit));
    for (name, (x, y), symbol, colour) in [
        (
            "exactly zero (ring)",
            zeros,
            MarkerSymbol::CircleOpen,
            "@muted",
        ),
        ("not finite", lost, MarkerSymbol::X, "@bad"),
    ] {
        if !x.is_empty() {
            plot.add_trace(
                Scatter::new(x, y)
                    .name(name)
                    .mode(Mode::Markers)
                    .marker(Marker::new().symbol(symbol).size(4).color(colour))
                    .hover_template(format!(
                        "layer %{{y}}, {unit} %{{x}}<br>%{{fullData.name}}<extra></extra>"
                    )),
            );
        }
    }
    // The input side is at the top, as in lists of layers.
    let mut y = axis("layer, input side on top").range(vec![n as f64 + 0.5, 0.5]);
    if n <= MOST_NAMES {
        let names = trace.layers.iter().map(|layer| brief(&layer.name, 12));
        y = axis("")
            .range(vec![n as f64 + 0.5, 0.5])
            .tick_values((1..=n).map(|i| i as f64).collect())
            .tick_text(names.collect());
    }
    plot.set_layout(layout(axis(unit), y).show_legend(true).legend(legend()));
    Figure {
        id: what.id.to_owned(),
        title: what.title.to_owned(),
        caption: what.caption.to_owned(),
        notes: unrecorded(trace, what.column).into_iter().collect(),
        height: (130 + 24 * n as u32).clamp(190, 330),
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

/// Converts a value to the scale, rounded to what a color can show.
fn shade(value: f64, scale: HeatScale) -> Option<f64> {
    let shade = match scale {
        HeatScale::Log => value.abs().log10(),
        HeatScale::Share => value,
    };
    point((shade * 100.0).round() / 100.0)
}

fn map(
    x: &[f64],
    rows: Vec<Vec<Option<f64>>>,
    scale: HeatScale,
    unit: &str,
) -> Box<HeatMap<f64, f64, Vec<Option<f64>>>> {
    let shades = || rows.iter().flatten().flatten().copied();
    let (low, high) = (
        shades().fold(f64::INFINITY, f64::min),
        shades().fold(f64::NEG_INFINITY, f64::max),
    );
    let layers: Vec<f64> = (1..=rows.len()).map(|i| i as f64).collect();
    let bar = ColorBar::new().thickness(10);
    let map = HeatMap::new(x.to_vec(), layers, rows)
        .color_scale(ColorScalePalette::Viridis.into())
        .hover_on_gaps(false);
    match scale {
        HeatScale::Log => {
            let (ticks, labels) = powers(low, high);
            map.color_bar(bar.tick_vals(ticks).tick_text(labels))
                .hover_template(format!(
                    "layer %{{y}}, {unit} %{{x}}<br>10^%{{z:.2~f}}<extra></extra>"
                ))
        }
        HeatScale::Share => map
            .zmin(0.0)
            .zmax(1.0)
            .color_bar(bar.tick_format(".0%"))
            .hover_template(format!(
                "layer %{{y}}, {unit} %{{x}}<br>%{{z:.1~%}}<extra></extra>"
            )),
    }
}

/// Returns at most seven powers of ten between two exponents as ticks; without a power between them, both
/// ends.
fn powers(low: f64, high: f64) -> (Vec<f64>, Vec<String>) {
    if !(low.is_finite() && high.is_finite()) {
        return (Vec::new(), Vec::new());
    }
    let (first, last) = (low.ceil() as i32, high.floor() as i32);
    let step = ((last - first) / 6 + 1).max(1) as usize;
    let powers: Vec<i32> = (first..=last).step_by(step).collect();
    // Within one decade, the ends are the only labels.
    if powers.is_empty() {
        let label = |v: f64| number(10f64.powf(v));
        return (vec![low, high], vec![label(low), label(high)]);
    }
    let labels = powers.iter().map(|power| format!("10<sup>{power}</sup>"));
    let labels = labels.map(|label| label.replace('-', "−"));
    (
        powers.iter().map(|power| f64::from(*power)).collect(),
        labels.collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_color_bar_has_one_to_seven_labels() {
        assert_eq!(
            powers(-2.5, 0.5).1,
            ["10<sup>−2</sup>", "10<sup>−1</sup>", "10<sup>0</sup>"]
        );
        assert!(powers(-25.0, 0.0).0.len() <= 7);
        assert_eq!(powers(-0.7, -0.3).1, ["0.1995", "0.5012"]);
        assert_eq!(powers(f64::INFINITY, f64::NEG_INFINITY).0.len(), 0);
    }
}
