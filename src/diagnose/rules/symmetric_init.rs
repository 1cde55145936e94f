//! All weights of a layer start at the same value, and so do its neurons.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, size, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;
use crate::trace::Layer;

const APART: Threshold = Threshold {
    quantity: "spread between the neurons of a layer over the size of what they say, before training",
    side: Side::Below,
    value: 1e-6,
    healthy: (0.3, 1.0),
    why: "neurons with the same weights differ by the rounding of a 32-bit float at most, which is 6e-8",
};

pub const RULE: Rule = Rule {
    code: Code::SymmetricInit,
    title: "All weights of a layer start at the same value",
    meaning: "All neurons of a layer compute the same, get the same gradient and stay the same: a \
              layer of any width is worth one neuron.",
    cause: "If w_i⁽⁰⁾ is the same number for all i, nothing tells one neuron from another: every \
            step of SGD moves them alike. With zeros not even one gets a gradient, because the \
            gradient of a layer is a product with the weights of the next.",
    section: "5) Bad initialization",
    signs: "The outputs are those of a network with one neuron per layer; the training curve comes to \
            rest high, with zeros at the loss of the best constant.",
    remedies: &[
        "draw every weight from a Gaussian: He's variance 2/n_in for ReLU, LeCun's 1/n_in for \
         sigmoid and tanh",
    ],
    thresholds: &[APART],
};

pub fn look(case: &Case) -> Verdict {
    let layers = case.hidden().iter().filter(|layer| layer.outputs > 1);
    // A layer in which all are dead is silent for another reason.
    let tells = |layer: &&Layer| start(&layer.weight_rms) == 0.0 || size(layer) > 0.0;
    let apart = layers.filter(tells).map(|layer| (layer, apart(layer)));
    // fold, since NaN would be dropped by a maximum: what can't be told is not alike.
    let widest = apart.fold(
        None,
        |widest: Option<(&Layer, f64)>, (layer, apart)| match widest {
            Some((_, before)) if before >= apart || before.is_nan() => widest,
            _ => Some((layer, apart)),
        },
    );
    let Some((layer, apart)) = widest else {
        return Err("it has no hidden layer of several neurons that say anything".to_owned());
    };
    if !APART.is_crossed(apart) {
        return Err(format!(
            "the neurons of {} start {} of their size apart",
            layer.name,
            number(apart)
        ));
    }
    let weights = match start(&layer.weight_rms) {
        0.0 => "0".to_owned(),
        size => format!("of one value ({})", number(size)),
    };
    Ok(Finding {
        code: RULE.code,
        evidence: vec![APART.against(apart).in_layer(&layer.name).born()],
        sentence: format!(
            "before training all neurons of a layer say the same of every row: the weights of {} \
             are {weights}",
            layer.name
        ),
    })
}

/// How far the neurons of a layer are apart, as a share of what they say; 0 where they say nothing.
fn apart(layer: &Layer) -> f64 {
    match start(&layer.neuron_sd) {
        0.0 => 0.0,
        apart => apart / size(layer),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{Run, column};

    #[test]
    fn neurons_that_start_alike_are_found_with_any_weights() {
        for (weight, says) in [(1.0, 0.5), (0.0, 0.0)] {
            let mut run = Run::sound();
            for layer in run.hidden() {
                layer.weight_rms = column(&[weight, weight]);
                layer.neuron_sd = column(&[0.0, 0.0]);
                layer.activation_sd = column(&[says, says]);
                layer.activation_mean = column(&[says, says]);
            }
            let finding = run.look(look).unwrap();
            assert_eq!(
                (finding.evidence[0].value, finding.evidence[0].epoch),
                (0.0, Some(0))
            );
        }
    }

    #[test]
    fn nearly_equal_weights_and_single_or_dead_neurons_are_another_matter() {
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
