//! What goes through the layers beside the gradient: activations, and the sizes of the updates.

use super::Figure;
use super::layer_map::{Scale, Statistic, heat};
use crate::trace::Trace;

const STATISTICS: [Statistic; 4] = [
    Statistic {
        id: "activation-sd",
        title: "Spread of the activations",
        caption: "Standard deviation over probe rows and neurons, as a power of ten. A ring marks \
                  activations that are all the same, a cross some that are not finite.",
        column: |layer| &layer.activation_sd,
        scale: Scale::Log,
    },
    Statistic {
        id: "update-ratio",
        title: "Update ratio",
        caption: "RMS of a step's change of the weights over the RMS of the weights, as a power of \
                  ten. A ring marks a step that changed nothing, a cross one that is not finite.",
        column: |layer| &layer.update_ratio,
        scale: Scale::Log,
    },
    Statistic {
        id: "dead",
        title: "Dead neurons",
        caption: "Share of the layer's neurons whose ReLU is 0 on every probe row.",
        column: |layer| &layer.dead,
        scale: Scale::Share,
    },
    Statistic {
        id: "saturated",
        title: "Saturated activations",
        caption: "Share of rows and neurons at which the derivative of the sigmoid or tanh is below \
                  a twentieth of its largest value.",
        column: |layer| &layer.saturated,
        scale: Scale::Share,
    },
];

/// One map per statistic, without shares that are zero throughout; `x` has one epoch per moment. A
/// one-weight risk has nothing that goes through layers.
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
