//! A sigmoid output is saturated under the squared loss.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, percent, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::diagnose::known::saturates;
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
    fixes: &[
        "`cross-entropy` in place of the squared loss",
        "`batch normalization of the output`",
        "`output bias 0`: start the bias of the output at 0",
    ],
    combination: "The rule applies to sigmoid outputs. It does not apply under the cross-entropy.",
    thresholds: &[SATURATED],
};

/// What a saturated output means under a loss.
enum Meaning {
    /// It cannot be, or does not matter, for this reason.
    Harmless(&'static str),
    /// It gets almost no gradient from the loss of this name.
    Harmful(&'static str),
}

const LINEAR: &str = "the output has no activation that could saturate";

const COMPENSATED: &str = "with the cross-entropy, a saturated output still learns";

/// Returns what the words for activation and loss of the output mean; `None` if they are missing, or not known.
fn meaning(output: &Layer, loss: Option<&str>) -> Option<Meaning> {
    let activation = output.activation.as_deref().and_then(saturates);
    match (activation, loss.unwrap_or_default()) {
        (Some(false), _) => Some(Meaning::Harmless(LINEAR)),
        (_, "bce" | "cross-entropy") => Some(Meaning::Harmless(COMPENSATED)),
        (Some(true), "mse") => Some(Meaning::Harmful("squared")),
        (Some(true), "mae") => Some(Meaning::Harmful("absolute")),
        (Some(true), "huber") => Some(Meaning::Harmful("Huber")),
        (_, _) => None,
    }
}

/// Returns whether a trace records what the rule looks at, in words that it knows.
pub fn is_recorded(case: &Case) -> bool {
    let is_recorded = |output: &Layer| match meaning(output, case.trace.loss.as_deref()) {
        Some(Meaning::Harmless(_)) => true,
        Some(Meaning::Harmful(_)) => !output.saturated.is_empty(),
        None => false,
    };
    case.output().is_some_and(is_recorded)
}

pub fn detect(case: &Case) -> Detection {
    let Some(output) = case.output() else {
        return Err(LINEAR.to_owned());
    };
    let words = match meaning(output, case.trace.loss.as_deref()) {
        Some(Meaning::Harmful(loss)) => loss,
        Some(Meaning::Harmless(why)) => return Err(why.to_owned()),
        None => return Err("its output activation or its loss is not known".to_owned()),
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
    use crate::config::keys::find;
    use crate::config::settings::{Loss, OutputActivation};
    use crate::testkit::sound::{SyntheticRun, column};

    #[test]
    fn every_loss_of_sweep_files_is_known_and_no_other_word_is() {
        let output = |activation: &str| Layer {
            activation: Some(activation.to_owned()),
            ..Layer::default()
        };
        let is_known =
            |activation: &str, loss: &str| meaning(&output(activation), Some(loss)).is_some();
        for loss in find("loss").unwrap().kind.words() {
            assert!(is_known("sigmoid", loss.name), "{}", loss.name);
        }
        assert!(!is_known("sigmoid", "focal") && !is_known("hard-sigmoid", "mse"));
        // One word is enough if the other does not matter.
        assert!(is_known("linear", "focal") && is_known("hard-sigmoid", "bce"));
        assert!(meaning(&output("linear"), None).is_some());
        assert!(meaning(&output("sigmoid"), None).is_none());
    }

    #[test]
    fn a_saturated_output_is_a_fault_unless_the_loss_is_a_cross_entropy() {
        let mut run = SyntheticRun::sound();
        run.settings.output = OutputActivation::Sigmoid;
        run.output().saturated = column(&[1.0, 1.0]);
        assert_eq!(run.detect(detect).unwrap().evidence[0].value, 1.0);
        run.settings.loss = Loss::Mae;
        assert!(run.detect(detect).is_ok());
        run.output().saturated = column(&[0.4, 1.0]);
        assert!(run.detect(detect).is_err());
        run.output().saturated = column(&[1.0, 1.0]);
        run.settings.loss = Loss::Bce;
        assert!(run.detect(detect).is_err());
    }
}
