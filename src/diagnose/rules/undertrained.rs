//! Training stopped while the loss was still falling.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, fell};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;

const FALL: Threshold = Threshold {
    quantity: "fall of the training loss over the second half, as a share of the best constant's loss",
    side: Side::Above,
    value: 0.03,
    healthy: (-0.01, 0.11),
    why: "as many epochs again would gain as much again",
};

const STEPS: Threshold = Threshold {
    quantity: "steps",
    side: Side::Below,
    value: 200.0,
    healthy: (84.0, 15000.0),
    why: "no sound configuration of the suite learns in fewer",
};

pub const RULE: Rule = Rule {
    code: Code::Undertrained,
    title: "Training stopped too early",
    meaning: "The loss was still falling when the budget ended.",
    cause: "SGD takes many small steps, and each of them is right on average only. How many \
              steps are needed shows in the training curve and nowhere else.",
    section: "3) You didn't train long enough",
    signs: "The training curve still falls at the end.",
    remedies: &["train longer"],
    combination: "One of the two thresholds is enough.",
    thresholds: &[STEPS, FALL],
};

/// Detects a run with very few steps.
pub fn at_once(case: &Case) -> Verdict {
    let steps = case.trace.steps as f64;
    if !STEPS.is_crossed(steps) || case.trace.steps == 0 {
        return Err(format!("it trained for {} steps", number(steps)));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![STEPS.against(steps)],
        sentence: format!("training ended after {} steps", number(steps)),
    })
}

/// Detects a loss that was still falling.
pub fn falling(case: &Case) -> Verdict {
    let fall = case.late_fall();
    let words = format!(
        "{} of the best constant's loss over the second half",
        fell(fall)
    );
    if !FALL.is_crossed(fall) {
        return Err(format!("the training loss {words}"));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![FALL.against(fall)],
        sentence: format!("the training loss still {words}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::sound::Run;

    #[test]
    fn a_loss_that_still_falls_is_undertrained_and_a_flat_one_is_not() {
        assert!(
            Run::sound()
                .with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6])
                .look(falling)
                .is_ok()
        );
        assert!(
            Run::sound()
                .with_losses(&[1.0, 0.7, 0.61, 0.6, 0.59])
                .look(falling)
                .is_err()
        );
    }

    #[test]
    fn thirty_steps_are_too_few() {
        let mut run = Run::sound();
        run.trace.steps = 30;
        assert!(run.look(at_once).is_ok());
        run.trace.steps = 300;
        assert!(run.look(at_once).is_err());
    }
}
