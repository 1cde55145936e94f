//! Stopped while it still learned.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;

const FALL: Threshold = Threshold {
    quantity: "fall of the loss over the second half, as a share of the best constant's",
    side: Side::Above,
    value: 0.03,
    healthy: (-0.01, 0.11),
    why: "as many epochs once more would gain as much again",
};

const STEPS: Threshold = Threshold {
    quantity: "steps",
    side: Side::Below,
    value: 200.0,
    healthy: (84.0, 15000.0),
    why: "no recipe of the suite learns in fewer",
};

pub const RULE: Rule = Rule {
    code: Code::Undertrained,
    title: "Stopped too early",
    meaning: "It was learning, and the budget ran out.",
    cause: "SGD takes many small steps, each in a direction that is right on average only. How many \
            it needs is seen from the training curve, and from nothing else.",
    section: "3) You didn't train long enough",
    signs: "The training curve still falls at the end.",
    remedies: &["train longer"],
    thresholds: &[STEPS, FALL],
};

/// Whether it was stopped within its first steps.
pub fn at_once(case: &Case) -> Verdict {
    let steps = case.trace.steps as f64;
    if !STEPS.is_crossed(steps) || case.trace.steps == 0 {
        return Err(format!("it made {} steps", number(steps)));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![STEPS.against(steps)],
        sentence: format!("it was stopped after {} steps", number(steps)),
    })
}

/// Whether its loss still fell.
pub fn falling(case: &Case) -> Verdict {
    let fall = case.late_fall();
    let words = format!(
        "by {} of the best constant's over the second half",
        number(fall)
    );
    if !FALL.is_crossed(fall) {
        return Err(format!("its loss fell {words}"));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![FALL.against(fall)],
        sentence: format!("its loss still fell {words}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::sound::Run;

    #[test]
    fn a_loss_that_still_falls_is_told_from_one_at_rest() {
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
    fn a_handful_of_steps_is_too_few() {
        let mut run = Run::sound();
        run.trace.steps = 30;
        assert!(run.look(at_once).is_ok());
        run.trace.steps = 300;
        assert!(run.look(at_once).is_err());
    }
}
