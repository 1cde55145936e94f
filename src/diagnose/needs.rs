//! What a rule needs a trace to record. A rule without its evidence abstains: it neither matches nor rules its cause
//! out.

use super::case::Case;
use crate::trace::Layer;
use crate::words::words;

words! {
    /// A part of a trace that a rule looks at.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Need {
        Losses = "exact training losses", "at about 50 positions";
        Curve = "the training curve", "mean batch losses";
        Layers = "the layers", "their order and widths";
        ActivationFunctions = "activation functions", "of the hidden layers";
        Scales = "scales of the features", "mean and standard deviation on the training rows";
        WeightSizes = "sizes of the weights", "with fan-in, gain and normalization of their layers";
        NeuronSpread = "differences between neurons", "of their initial weights";
        Activations = "activations", "their spread over rows and neurons";
        Deltas = "gradients of the pre-activations", "δ of every layer";
        Updates = "update ratios", "RMS(Δw)/RMS(w) of every layer";
        DeadNeurons = "dead neurons", "the share of every layer";
        Saturation = "saturated activations", "the share of every hidden layer";
        OutputSaturation = "saturated outputs", "with activation of the output and loss function";
        Validation = "validation losses", "at about 50 positions";
    }
}

impl Need {
    /// Returns whether the trace of a run has this part.
    pub(super) fn is_met(self, case: &Case) -> bool {
        let trace = case.trace;
        // A network without hidden layers has nothing to record of them.
        let of_hidden =
            |has: fn(&Layer) -> bool| !trace.layers.is_empty() && case.hidden().iter().all(has);
        let of_all =
            |has: fn(&Layer) -> bool| !trace.layers.is_empty() && trace.layers.iter().all(has);
        match self {
            Need::Losses => {
                trace
                    .evaluations
                    .iter()
                    .filter(|at| at.train.is_some())
                    .count()
                    > 1
            }
            Need::Curve => !trace.curve.is_empty(),
            Need::Layers => !trace.layers.is_empty(),
            Need::ActivationFunctions => of_hidden(|layer| layer.activation.is_some()),
            Need::Scales => trace.data.scales.is_some() || case.is_one_weight(),
            Need::WeightSizes => of_hidden(|layer| {
                let facts = (layer.fan_in, layer.gain, layer.normalization.as_ref());
                !layer.weight_rms.is_empty() && matches!(facts, (Some(_), Some(_), Some(_)))
            }),
            Need::NeuronSpread => of_hidden(|layer| layer.neuron_spread.is_some()),
            Need::Activations => of_hidden(|layer| {
                !layer.activation_mean.is_empty()
                    && !layer.activation_sd.is_empty()
                    && !layer.row_sd.is_empty()
            }),
            Need::Deltas => of_all(|layer| !layer.delta_rms.is_empty()),
            Need::Updates => of_all(|layer| !layer.update_ratio.is_empty()),
            Need::DeadNeurons => of_hidden(|layer| !layer.dead.is_empty()),
            Need::Saturation => of_hidden(|layer| !layer.saturated.is_empty()),
            Need::OutputSaturation => {
                let output = trace.layers.last();
                let is_known =
                    |layer: &Layer| layer.activation.is_some() && !layer.saturated.is_empty();
                trace.loss.is_some() && output.is_some_and(is_known)
            }
            Need::Validation => trace.evaluations.iter().any(|at| at.validation.is_some()),
        }
    }
}

/// Returns the sentence of a rule that abstains: `not recorded: update ratios`; `None` if nothing is missing.
pub(super) fn missing(needs: &[Need], case: &Case) -> Option<String> {
    let missing = needs.iter().filter(|need| !need.is_met(case));
    let names: Vec<&str> = missing.map(|need| need.name()).collect();
    (!names.is_empty()).then(|| format!("not recorded: {}", names.join(", ")))
}
