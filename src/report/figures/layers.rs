//! Layer statistics other than gradients: activations and update ratios.

use super::Figure;
use super::layer_map::{Scale, Statistic, heat};
use crate::trace::Trace;

const STATISTICS: [Statistic; 4] = [
    Statistic {
        id: "activation-sd",
        title: "Spread of activations",
        caption: "Standard deviation over probe rows and neurons, on a logarithmic color scale. Ring: exactly zero, so all \
                  activations are equal. Cross: not finite.",
        column: |layer| &layer.activation_sd,
        scale: Scale::Log,
    },
    Statistic {
        id: "update-ratio",
        title: "Update ratio",
        caption: "RMS(Δw)/RMS(w) of a step, on a logarithmic color scale. Ring: exactly zero, so no weight changed. Cross: not finite.",
        column: |layer| &layer.update_ratio,
        scale: Scale::Log,
    },
    Statistic {
        id: "dead",
        title: "Dead neurons",
        caption: "Fraction of the layer's ReLUs that are 0 for every probe row, a sample of the rows.",
        column: |layer| &layer.dead,
        scale: Scale::Share,
    },
    Statistic {
        id: "saturated",
        title: "Saturated activations",
        caption: "Fraction of rows and neurons with a derivative of sigmoid or tanh below a twentieth of its \
                  maximum.",
        column: |layer| &layer.saturated,
        scale: Scale::Share,
    },
];

/// Returns one map per statistic, without shares that are always zero; `x` has one epoch per snapshot. None
/// for a one-weight model.
pub fn figures(trace: &Trace, x: &[f64]) -> Vec<Figure> {
    if trace.layers.is_empty() || trace.moments.is_empty() || trace.data.train_rows == 0 {
        return Vec::new();
    }
    let is_shown = |what: &&Statistic| {
        let values = || trace.layers.iter().flat_map(what.column);
        match what.scale {
            Scale::Log => values().count() > 0,
            Scale::Share => values().any(|value| value.0 != 0.0),
        }
    };
    let shown = STATISTICS.iter().filter(is_shown);
    shown.map(|what| heat(trace, x, what)).collect()
}
