//! A sigmoid output is saturated under the squared loss.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, percent, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::trace::Layer;

const SATURATED: Threshold = Threshold {
    quantity: "fraction of the rows with a saturated output, before training",
    side: Side::Above,
    value: 0.5,
    healthy: (0.0, 0.08),
    why: "most rows then get less than 1/20 of the largest possible gradient",
};

pub const RULE: Rule = Rule {
    code: Code::SaturatedOutput,
    title: "The output is saturated under the squared loss",
    meaning: "The output is close to 0 or 1 before the network has learned anything. Almost no \
              gradient comes back to correct it.",
    cause: "By the chain rule, ∂L/∂z = ∂L/∂a · σ′(z), and σ′(z) ≈ 0 if |z| is large. Under the \
              squared loss, nothing compensates for this factor. The logarithm of the \
              cross-entropy cancels it.",
    section: "7) Activation function saturates",
    symptoms: "The training curve is flat, far above the loss of the best constant prediction. All \
              predictions are 0, or all are 1, and every gradient is tiny.",
    remedies: &[
        "`cross-entropy` in place of the squared loss",
        "`batch normalization of the output`",
        "`output bias 0`: start the bias of the output at 0",
    ],
    combination: "The rule applies to sigmoid outputs. It does not apply under the cross-entropy.",
    thresholds: &[SATURATED],
};

pub fn look(case: &Case) -> Verdict {
    let has_activation = |layer: &&Layer| layer.activation.as_deref() != Some("linear");
    let Some(output) = case.output().filter(has_activation) else {
        return Err("the output has no activation that could saturate".to_owned());
    };
    let loss = case.trace.loss.as_deref().unwrap_or_default();
    let words = match loss {
        "mse" => "squared",
        "mae" => "absolute",
        "huber" => "Huber",
        "bce" | "cross-entropy" => {
            return Err("with the cross-entropy, a saturated output still learns".to_owned());
        }
        other => {
            return Err(format!(
                "how the loss `{other}` treats a saturated output is not known"
            ));
        }
    };
    let fraction = start(&output.saturated);
    let rows = match percent(fraction).as_str() {
        "0%" => "no row".to_owned(),
        "100%" => "all rows".to_owned(),
        some => format!("{some} of the rows"),
    };
    if fraction.is_nan() {
        return Err("the output is not finite before training".to_owned());
    }
    if !SATURATED.is_crossed(fraction) {
        return Err(format!(
            "before training, the output is saturated for {rows}"
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![
            SATURATED
                .against(fraction)
                .in_layer(&output.name)
                .at_start(),
        ],
        sentence: format!(
            "before training, the output is saturated for {rows}, and the {words} loss does not compensate \
             for it"
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::spec::settings::{Loss, OutputActivation};
    use crate::testkit::sound::{Run, column};

    #[test]
    fn a_saturated_output_is_a_fault_unless_the_loss_is_a_cross_entropy() {
        let mut run = Run::sound();
        run.settings.output = OutputActivation::Sigmoid;
        run.output().saturated = column(&[1.0, 1.0]);
        assert_eq!(run.look(look).unwrap().evidence[0].value, 1.0);
        run.settings.loss = Loss::Mae;
        assert!(run.look(look).is_ok());
        run.output().saturated = column(&[0.4, 1.0]);
        assert!(run.look(look).is_err());
        run.output().saturated = column(&[1.0, 1.0]);
        run.settings.loss = Loss::Bce;
        assert!(run.look(look).is_err());
    }
}
