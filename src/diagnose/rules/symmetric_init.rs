//! All weights of a layer start at the same value, so its neurons are equal.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, activation_rms, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;
use crate::trace::Layer;

const SPREAD: Threshold = Threshold {
    quantity: "spread between the neurons of a layer ÷ RMS of its activations, before training",
    side: Side::Below,
    value: 1e-6,
    healthy: (0.3, 1.0),
    why: "neurons with equal weights differ only by the rounding of 32-bit floats, at most 6e-8",
};

pub const RULE: Rule = Rule {
    code: Code::SymmetricInit,
    title: "All weights of a layer start at the same value",
    meaning: "All neurons of a layer compute the same, get the same gradient and stay equal. Such \
              a layer has the capacity of one neuron, whatever its width.",
    cause: "If all initial weights w_i⁽⁰⁾ are the same number, nothing distinguishes the neurons: \
              every step of SGD changes them equally. If this number is 0, no hidden neuron gets \
              a gradient: the gradient of a layer has the weights of the next layer as a factor.",
    section: "5) Bad initialization",
    symptoms: "The predictions are those of a network with one neuron per layer. The training curve \
              is flat at a high loss. If the weights are 0, it is flat at the loss of the best \
              constant prediction.",
    remedies: &[
        "`He initialization` for ReLU (variance 2/n_in), `LeCun initialization` for tanh and \
         sigmoid (variance 1/n_in)",
    ],
    combination: "The hidden layer with the largest value counts.",
    thresholds: &[SPREAD],
};

pub fn look(case: &Case) -> Verdict {
    let layers = case.hidden().iter().filter(|layer| layer.outputs > 1);
    // A layer without activations has another fault, unless its weights are 0.
    let is_judged = |layer: &&Layer| start(&layer.weight_rms) == 0.0 || activation_rms(layer) > 0.0;
    let apart = layers.filter(is_judged).map(|layer| (layer, apart(layer)));
    // A maximum would drop NaN; with fold, a layer that can't be judged does not count as equal.
    let widest = apart.fold(
        None,
        |widest: Option<(&Layer, f64)>, (layer, apart)| match widest {
            Some((_, before)) if before >= apart || before.is_nan() => widest,
            _ => Some((layer, apart)),
        },
    );
    let Some((layer, apart)) = widest else {
        return Err("it has no hidden layer of several active neurons".to_owned());
    };
    if !SPREAD.is_crossed(apart) {
        return Err(match apart.is_nan() {
            true => format!("the activations of {} are not finite", layer.name),
            false => format!(
                "before training, the spread between the neurons of {} is {} times the RMS of their activations",
                layer.name,
                number(apart)
            ),
        });
    }
    let weights = match start(&layer.weight_rms) {
        0.0 => "0".to_owned(),
        size => format!("all equal ({})", number(size)),
    };
    Ok(Finding {
        code: RULE.code,
        evidence: vec![SPREAD.against(apart).in_layer(&layer.name).at_start()],
        sentence: format!(
            "before training, all neurons of a layer have the same activation: the weights of {} are \
             {weights}",
            layer.name
        ),
    })
}

/// Returns the spread between the neurons of a layer over the RMS of its activations; 0 without spread.
fn apart(layer: &Layer) -> f64 {
    match start(&layer.neuron_sd) {
        0.0 => 0.0,
        apart => apart / activation_rms(layer),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{Run, column};

    #[test]
    fn equal_neurons_are_found_with_any_weights() {
        for (weight, activation) in [(1.0, 0.5), (0.0, 0.0)] {
            let mut run = Run::sound();
            for layer in run.hidden() {
                layer.weight_rms = column(&[weight, weight]);
                layer.neuron_sd = column(&[0.0, 0.0]);
                layer.activation_sd = column(&[activation, activation]);
                layer.activation_mean = column(&[activation, activation]);
            }
            let finding = run.look(look).unwrap();
            assert_eq!(
                (finding.evidence[0].value, finding.evidence[0].epoch),
                (0.0, Some(0))
            );
        }
    }

    #[test]
    fn nearly_equal_weights_and_single_or_dead_neurons_are_not_symmetric() {
        let mut run = Run::sound();
        for layer in run.hidden() {
            layer.neuron_sd = column(&[1e-5, 0.2]);
        }
        assert!(run.look(look).is_err());
        for layer in run.hidden() {
            layer.neuron_sd = column(&[0.0, 0.0]);
            layer.outputs = 1;
        }
        assert!(run.look(look).is_err());
        for layer in run.hidden() {
            layer.outputs = 10;
            layer.activation_sd = column(&[0.0, 0.0]);
            layer.activation_mean = column(&[0.0, 0.0]);
        }
        assert!(run.look(look).is_err());
    }
}
