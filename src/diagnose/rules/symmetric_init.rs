//! All weights of a layer start at the same value, so its neurons are equal.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::format::number;
use crate::trace::Layer;

const SPREAD: Threshold = Threshold {
    quantity: "differences between the neurons of a layer ÷ RMS of its weights, before training",
    side: Side::Below,
    value: 1e-6,
    healthy: (0.7, 1.0),
    why: "equal neurons differ only by the rounding of 32-bit floats, at most 6e-8. Independent weights have √(1 − 1/n) \
              with n neurons",
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
    fixes: &[
        "`He initialization` for ReLU (variance 2/n_in), `LeCun initialization` for tanh and \
         sigmoid (variance 1/n_in)",
    ],
    combination: "The differences are those between the weights of each neuron and the mean over the neurons, as RMS. \
              The hidden layer with the largest value counts.",
    thresholds: &[SPREAD],
};

pub fn detect(case: &Case) -> Detection {
    if case.hidden().iter().all(|layer| layer.outputs == 1) {
        return Err("it has no hidden layer of several neurons".to_owned());
    }
    let layers = case.hidden().iter();
    let known = layers.filter_map(|layer| Some((layer, spread(layer)?)));
    let Some((layer, spread)) = known.max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Err("the differences between neurons are not known".to_owned());
    };
    if !SPREAD.is_crossed(spread) {
        return Err(format!(
            "before training, the differences between the neurons of {} are {} times the RMS of their weights",
            layer.name,
            number(spread)
        ));
    }
    let weights = match start(&layer.weight_rms) {
        0.0 => "are 0".to_owned(),
        size if size.is_nan() => "are equal".to_owned(),
        size => format!("are equal (RMS {})", number(size)),
    };
    Ok(Finding {
        code: RULE.code,
        evidence: vec![SPREAD.against(spread).in_layer(&layer.name).at_start()],
        sentence: format!(
            "before training, all neurons of a layer have the same weights: those of {} {weights}",
            layer.name
        ),
    })
}

/// Returns the differences between the neurons of a layer of several neurons; `None` if they are not known.
pub fn spread(layer: &Layer) -> Option<f64> {
    let spread = layer.neuron_spread.filter(|_| layer.outputs != 1)?.0;
    (!spread.is_nan()).then_some(spread)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{SyntheticRun, column};
    use crate::trace::Real;

    #[test]
    fn equal_neurons_are_found_with_any_weights() {
        for weight in [1.0, 0.0] {
            let mut run = SyntheticRun::sound();
            for layer in run.hidden() {
                layer.weight_rms = column(&[weight, weight]);
                layer.neuron_spread = Some(Real(0.0));
            }
            let finding = run.detect(detect).unwrap();
            assert_eq!(
                (finding.evidence[0].value, finding.evidence[0].epoch),
                (0.0, Some(0))
            );
        }
    }

    #[test]
    fn a_layer_with_an_unknown_spread_does_not_hide_equal_ones() {
        for unknown in [Some(Real(f64::NAN)), None] {
            let mut run = SyntheticRun::sound();
            for layer in run.hidden() {
                layer.neuron_spread = Some(Real(0.0));
            }
            run.hidden()[1].neuron_spread = unknown;
            let finding = run.detect(detect).unwrap();
            assert_ne!(finding.evidence[0].layer.as_deref(), Some("hidden 2"));
            // A layer of different neurons still rules the cause out.
            run.hidden()[0].neuron_spread = Some(Real(0.9));
            assert!(
                run.detect(detect)
                    .unwrap_err()
                    .contains("hidden 1 are 0.9 times")
            );
            for layer in run.hidden() {
                layer.neuron_spread = unknown;
            }
            assert!(run.detect(detect).unwrap_err().ends_with("are not known"));
        }
    }

    #[test]
    fn nearly_equal_weights_single_neurons_and_one_layer_of_equal_ones_are_not_symmetric() {
        let spread = |layer: &mut Layer, spread: f64| layer.neuron_spread = Some(Real(spread));
        let mut run = SyntheticRun::sound();
        run.hidden()
            .iter_mut()
            .for_each(|layer| spread(layer, 1e-5));
        assert!(run.detect(detect).is_err());
        for layer in run.hidden() {
            spread(layer, 0.0);
            layer.outputs = 1;
        }
        assert!(run.detect(detect).is_err());
        let mut run = SyntheticRun::sound();
        spread(&mut run.hidden()[1], 0.0);
        assert!(run.detect(detect).is_err());
    }
}
