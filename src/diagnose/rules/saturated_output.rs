//! A sigmoid output is saturated under the squared loss.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;
use crate::spec::settings::{Loss, OutputActivation};

const SATURATED: Threshold = Threshold {
    quantity: "share of the rows with a saturated output, before training",
    side: Side::Above,
    value: 0.5,
    healthy: (0.0, 0.08),
    why: "most rows then have less than a twentieth of the largest gradient",
};

pub const RULE: Rule = Rule {
    code: Code::SaturatedOutput,
    title: "The output is saturated under the squared loss",
    meaning: "The output is certain of its prediction before it has learned anything, so certain \
              that almost no gradient comes back to correct it.",
    cause: "∂H/∂z = ∂H/∂a · σ′(z), and σ′(z) ≈ 0 if |z| is large. Under the squared loss nothing \
              compensates this factor; the logarithm of the cross-entropy cancels it.",
    section: "7) Activation function saturates",
    signs: "The training curve is flat, far above the loss of the best constant. All predictions \
              are 0, or all are 1, and every gradient is tiny.",
    remedies: &[
        "use the cross-entropy",
        "use batch normalization of the output",
        "start the output's bias at 0",
    ],
    combination: "",
    thresholds: &[SATURATED],
};

pub fn look(case: &Case) -> Verdict {
    let Some(output) = case
        .output()
        .filter(|_| case.settings.output != OutputActivation::Linear)
    else {
        return Err("the output has no activation that could saturate".to_owned());
    };
    if case.settings.loss.is_cross_entropy() {
        return Err("with the cross-entropy, a saturated output still learns".to_owned());
    }
    let share = start(&output.saturated);
    if !SATURATED.is_crossed(share) {
        return Err(format!(
            "before training, the output is saturated for {} of the rows",
            number(share)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![SATURATED.against(share).in_layer(&output.name).born()],
        sentence: format!(
            "before training, the output is saturated for {} of the rows, and the {} loss does not \
             compensate for it",
            number(share),
            match case.settings.loss {
                Loss::Mae => "absolute",
                Loss::Huber { .. } => "Huber",
                Loss::Mse | Loss::Bce | Loss::CrossEntropy => "squared",
            }
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
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
