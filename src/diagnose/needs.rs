//! What a rule needs a trace to record. A rule without its evidence abstains: it neither matches nor rules its cause
//! out.

use super::case::Case;
use super::known::{is_linear, is_normalizing, saturates};
use super::rules::{overfit, saturated_output, symmetric_init};
use crate::trace::{FeatureScales, Layer};
use crate::words::words;

words! {
    /// A part of a trace that a rule looks at.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Need {
        Losses = "exact training losses", "at about 50 positions";
        Layers = "the layers", "their order and widths";
        ActivationFunctions = "activation functions", "of the hidden layers";
        Scales = "scales of the features", "mean and standard deviation on the training rows, with the normalization of the input";
        WeightSizes = "sizes of the weights", "with widths, fan-in, gain and normalization of their layers";
        NeuronSpread = "differences between neurons", "of their initial weights";
        Activations = "activations", "their spread over rows and neurons";
        Deltas = "gradients of the pre-activations", "δ of every layer";
        Updates = "update ratios", "RMS(Δw)/RMS(w) of every layer";
        DeadNeurons = "dead neurons", "the share of every layer";
        Saturation = "saturated activations", "the share of every hidden layer";
        OutputSaturation = "saturated outputs", "with activation of the output and loss function";
        Validation = "validation losses", "at about 50 positions, with training losses at the end and the loss of the best constant";
    }
}

impl Need {
    /// Returns whether the trace of a run has this part, or the run can't have it.
    pub(super) fn is_met(self, case: &Case) -> bool {
        !self.applies(case) || self.is_recorded(case)
    }

    /// Returns whether the run can have this part.
    fn applies(self, case: &Case) -> bool {
        match self {
            Need::Losses | Need::Layers => true,
            // A single layer has no hidden layers to record or to compare with.
            Need::ActivationFunctions
            | Need::WeightSizes
            | Need::NeuronSpread
            | Need::Activations
            | Need::Deltas
            | Need::DeadNeurons
            | Need::Saturation => case.trace.layers.len() != 1,
            // A one-weight model has no rows.
            Need::Scales | Need::OutputSaturation | Need::Validation => !case.is_one_weight(),
            Need::Updates => !case.is_of_solver(),
        }
    }

    /// Returns whether the trace has this part, in words that the rules know.
    fn is_recorded(self, case: &Case) -> bool {
        let trace = case.trace;
        let of_all =
            |has: fn(&Layer) -> bool| !trace.layers.is_empty() && trace.layers.iter().all(has);
        let of_hidden =
            |has: fn(&Layer) -> bool| !trace.layers.is_empty() && case.hidden().iter().all(has);
        match self {
            Need::Losses => trace.train_losses().count() > 1,
            Need::Layers => of_hidden(|layer| layer.outputs > 0),
            Need::ActivationFunctions => {
                // One layer that is not linear is enough: the network is not.
                let is_curved = |layer: &Layer| word(layer).and_then(is_linear) == Some(false);
                of_hidden(|layer| word(layer).and_then(saturates).is_some())
                    || case.hidden().iter().any(is_curved)
            }
            Need::Scales => {
                let is_unknown = |word: &str| is_normalizing(word).is_none();
                trace.data.scales.is_some_and(is_known)
                    && !case.input_normalization().is_some_and(is_unknown)
            }
            Need::WeightSizes => of_hidden(|layer| {
                let normalization = layer.normalization.as_deref().and_then(is_normalizing);
                let facts = (layer.fan_in, layer.gain, normalization);
                let has_widths = layer.inputs > 0 && layer.outputs > 0;
                has_widths
                    && !layer.weight_rms.is_empty()
                    && matches!(facts, (Some(_), Some(_), Some(_)))
            }),
            Need::NeuronSpread => {
                // The layers that are known decide.
                let is_known = |layer: &Layer| symmetric_init::spread(layer).is_some();
                of_hidden(|layer| layer.outputs == 1) || case.hidden().iter().any(is_known)
            }
            Need::Activations => of_hidden(|layer| {
                !layer.activation_mean.is_empty()
                    && !layer.activation_sd.is_empty()
                    && !layer.row_sd.is_empty()
            }),
            Need::Deltas => of_all(|layer| !layer.delta_rms.is_empty()),
            Need::Updates => of_all(|layer| !layer.update_ratio.is_empty()),
            Need::DeadNeurons => of_hidden(|layer| !layer.dead.is_empty()),
            Need::Saturation => of_hidden(|layer| !layer.saturated.is_empty()),
            Need::OutputSaturation => saturated_output::is_recorded(case),
            Need::Validation => overfit::missing(trace).is_none(),
        }
    }
}

/// Returns the word for the activation function of a layer.
fn word(layer: &Layer) -> Option<&str> {
    layer.activation.as_deref()
}

/// Returns whether all scales are numbers.
fn is_known(scales: FeatureScales) -> bool {
    let all = [scales.lowest_sd, scales.highest_sd, scales.highest_mean];
    all.iter().all(|scale| !scale.0.is_nan())
}

/// Returns the sentence of a rule that abstains: `not recorded: update ratios`; `None` if nothing is missing. A check of
/// something that the run can't have needs nothing else: it rules its cause out.
pub(super) fn missing(needs: &[Need], case: &Case) -> Option<String> {
    if !needs.iter().all(|need| need.applies(case)) {
        return None;
    }
    let missing = needs.iter().filter(|need| !need.is_recorded(case));
    let names: Vec<&str> = missing.map(|need| need.name()).collect();
    (!names.is_empty()).then(|| format!("not recorded: {}", names.join(", ")))
}

/// Returns the reason of a check that can't match, because it looks at the update ratios of a run without any.
pub(super) fn excluded(needs: &[Need], case: &Case) -> Option<String> {
    let is_excluded = needs.contains(&Need::Updates) && case.is_of_solver();
    is_excluded.then(|| "a solver made the updates".to_owned())
}
