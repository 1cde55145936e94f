//! The network is too deep: the gradient does not reach the first layers, or the signal not the last.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, between_rows, percent, row_fraction, start};
use crate::diagnose::finding::{Evidence, Finding, Side, Threshold};
use crate::diagnose::gate::LEARNED;
use crate::format::number;

const DELTA: Threshold = Threshold {
    quantity: "δ = ∂L/∂z of the first hidden layer ÷ δ of the output layer, before training",
    side: Side::Below,
    value: 3e-3,
    healthy: (0.01, 0.8),
    why: "the first layer then gets less than 1/300 of the gradient of the output layer. Runs \
              that fail for other reasons have at least 0.019",
};

const SIGNAL: Threshold = Threshold {
    quantity: "between-row fraction of the last hidden layer's activations, before training",
    side: Side::Below,
    value: 0.01,
    healthy: (0.26, 1.0),
    why: "the fraction is the standard deviation between rows ÷ RMS of the activations, 0 if they \
              are the same for every row. Below 0.01, the output layer gets almost the same input for all rows",
};

const DEPTH: Threshold = Threshold {
    quantity: "hidden layers",
    side: Side::Above,
    value: 2.0,
    healthy: (1.0, 8.0),
    why: "a product of one or two factors is small only if one of them is small, which is another \
              fault",
};

const PARTLY: Threshold = Threshold {
    quantity: DELTA.quantity,
    side: Side::Below,
    value: 0.1,
    healthy: DELTA.healthy,
    why: "in the labeled test suite, networks with up to 8 hidden layers learn in spite of it, and deeper ones that fail \
              without another cause are below it",
};

const MANY: Threshold = Threshold {
    quantity: DEPTH.quantity,
    side: Side::Above,
    value: 9.0,
    healthy: DEPTH.healthy,
    why: "in the labeled test suite, every healthy network without skip connections has at most 8 hidden layers",
};

const SHORT: &str = "too few hidden layers for a vanishing gradient";

pub const RULE: Rule = Rule {
    code: Code::VanishingGradients,
    title: "The gradients vanish in the backward pass",
    meaning: "The first layers get almost no gradient, or the activations of the last layers \
              hardly depend on the row. The first layers then keep their initial weights, and the \
              deep network underfits.",
    cause: "By the chain rule, a gradient is a product with one factor per layer. The factors are \
              often less than 1 in magnitude, so the product shrinks with the number of layers.",
    section: "2) Network is too deep",
    symptoms: "From the output to the input, the gradient shrinks from layer to layer. The training \
              curve is flat at the loss of the best constant prediction.",
    fixes: &[
        "`fewer layers`: four hidden layers (two with `sigmoid`), or half of them if the network has at \
         most four",
        "`skip connections`: a residual network of the same depth",
        "`batch normalization` of the hidden layers",
        "`He initialization` for ReLU, `LeCun initialization` for tanh and sigmoid: both preserve \
         the size of the signal",
        "`ReLU` in place of sigmoid, because the derivative of sigmoid is at most 1/4",
    ],
    combination: "The rule matches if (3) and at least one of (1) and (2) hold. It also matches \
              if (4) and (5) hold. This second check comes later: after the causes at \
              initialization, divergence and too few steps. The rule never matches if the same \
              initial network learned with other settings. δ = ∂L/∂z is the gradient of the loss \
              with respect to the pre-activations z of a layer.",
    thresholds: &[DELTA, SIGNAL, DEPTH, PARTLY, MANY],
};

pub fn detect(case: &Case) -> Detection {
    let ([first, .., last], Some(output)) = (case.hidden(), case.output()) else {
        return Err(SHORT.to_owned());
    };
    if !DEPTH.is_crossed(case.hidden().len() as f64) {
        return Err(SHORT.to_owned());
    }
    if let Some(why) = refuted(case) {
        return Err(why);
    }
    let delta = start(&first.delta_rms) / start(&output.delta_rms);
    let signal = row_fraction(last);
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    if DELTA.is_crossed(delta) {
        evidence.push(DELTA.against(delta).in_layer(&first.name).at_start());
        seen.push(format!(
            "the gradient δ = ∂L/∂z of {} is {} times that of the output layer",
            first.name,
            number(delta)
        ));
    }
    if SIGNAL.is_crossed(signal) {
        evidence.push(SIGNAL.against(signal).in_layer(&last.name).at_start());
        seen.push(format!(
            "the activations of {} {}",
            last.name,
            between_rows(signal)
        ));
    }
    if evidence.is_empty() {
        let gradient = match delta.is_nan() {
            true => "the output layer has no gradient".to_owned(),
            false => format!(
                "the gradient δ = ∂L/∂z of the first layer is {} times that of the output layer",
                number(delta)
            ),
        };
        return Err(format!(
            "before training, {gradient}, and the activations of the last hidden layer {}",
            between_rows(signal)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence,
        sentence: format!("before training, {}", seen.join(", and ")),
    })
}

/// Returns the objection that the same initial network learned with other settings, if it did.
fn refuted(case: &Case) -> Option<String> {
    let fraction = case.context.same_start?;
    LEARNED.is_crossed(fraction).then(|| {
        format!(
            "the same initial network learned with other settings: it reached {} of the reference \
             skill",
            percent(fraction)
        )
    })
}

/// Detects a gradient that shrinks less, in a network of many layers.
pub fn partly_vanished(case: &Case) -> Detection {
    let ([first, ..], Some(output)) = (case.hidden(), case.output()) else {
        return Err(SHORT.to_owned());
    };
    let delta = start(&first.delta_rms) / start(&output.delta_rms);
    let many = MANY.is_crossed(case.hidden().len() as f64);
    if let Some(why) = refuted(case) {
        return Err(why);
    }
    if !many {
        return Err("the network has too few layers to explain the failure".to_owned());
    }
    if !PARTLY.is_crossed(delta) {
        return Err(
            "the gradient of the first layer is too large to explain the failure".to_owned(),
        );
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![PARTLY.against(delta).in_layer(&first.name).at_start()],
        sentence: format!(
            "before training, the gradient δ = ∂L/∂z of {} is {} times that of the output layer, {} \
             layers later",
            first.name,
            number(delta),
            case.hidden().len()
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{SyntheticRun, column};

    #[test]
    fn a_vanishing_gradient_and_a_vanishing_signal_are_both_found() {
        let mut run = SyntheticRun::sound();
        run.hidden()[0].delta_rms = column(&[1e-9, 1e-9]);
        assert_eq!(run.detect(detect).unwrap().evidence.len(), 1);
        run.hidden()[2].row_sd = column(&[1e-6, 1e-6]);
        assert_eq!(run.detect(detect).unwrap().evidence.len(), 2);
    }

    #[test]
    fn a_small_gradient_is_no_cause_if_the_same_initial_network_learned() {
        let mut run = SyntheticRun::sound();
        run.hidden()[0].delta_rms = column(&[1e-3, 1e-3]);
        run.context.same_start = Some(0.8);
        assert!(run.detect(detect).is_ok());
        run.context.same_start = Some(0.95);
        assert!(run.detect(detect).unwrap_err().contains("reached 95% of"));
    }

    #[test]
    fn a_share_of_half_a_percent_of_the_gradient_is_enough() {
        let mut run = SyntheticRun::sound();
        run.hidden()[0].delta_rms = column(&[5e-3, 5e-3]);
        run.hidden()[2].row_sd = column(&[0.02, 0.02]);
        assert!(run.detect(detect).is_err());
    }
}
