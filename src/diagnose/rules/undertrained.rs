//! Stopped while it still learned.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Threshold};
use crate::number::number;

const FALL: Threshold = Threshold {
    quantity: "fall of the loss over the second half, as a share of the best constant's",
    value: 0.03,
    healthy: (0.0, 0.03),
    why: "as much again in as many epochs once more",
};

pub const RULE: Rule = Rule {
    code: Code::Undertrained,
    title: "Stopped too early",
    meaning: "It was learning, and the budget ran out.",
    cause: "SGD needs many steps, each of them small; the training curve says when it is done.",
    section: "3) You didn't train long enough",
    signs: "The training curve still falls at the end.",
    remedies: &["train longer"],
    thresholds: &[FALL],
};

pub fn look(case: &Case) -> Verdict {
    let risks = &case.trace.risks;
    let Some(middle) = risks.get(risks.len() / 2) else {
        return Err("its risk was never taken".to_owned());
    };
    let fall = (middle.train.loss.0 - case.last_loss()) / case.constant_loss();
    if !FALL.is_below(fall) {
        return Err(format!(
            "its loss fell by {} of the best constant's over the second half",
            number(fall)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![FALL.against(fall)],
        sentence: format!(
            "its loss still fell by {} of the best constant's over the second half",
            number(fall)
        ),
    })
}
