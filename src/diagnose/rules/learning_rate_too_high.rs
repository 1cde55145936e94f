//! Steps too large: the risk blows up.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, entries};
use crate::diagnose::finding::{Finding, Threshold};
use crate::number::number;
use crate::trace::Outcome;

const BLOW_UP: Threshold = Threshold {
    quantity: "highest loss, as a multiple of the first and of the best constant's",
    value: 10.0,
    healthy: (0.0, 3.0),
    why: "no step downhill takes a loss there",
};

pub const RULE: Rule = Rule {
    code: Code::LearningRateTooHigh,
    title: "The learning rate is too high",
    meaning: "Every step overshoots: the risk rises, oscillates, or blows up.",
    cause: "A step follows the gradient at the point where it stands. Where the risk bends before \
            the step is over, it leads up the other side.",
    section: "4) Learning rate is too high/low",
    signs: "The training curve jumps to and fro, or rises to infinity.",
    remedies: &[
        "lower the rate by a factor of ten, and look at several rates on a logarithmic scale",
        "use larger batches, if the jumps are those of the batches",
    ],
    thresholds: &[BLOW_UP],
};

/// Whether the loss left for infinity.
pub fn blow_up(case: &Case) -> Verdict {
    let scale = case.first_loss().max(case.constant_loss());
    let curve = entries(&case.trace.curve.values);
    let highest = curve.fold(case.last_loss(), f64::max) / scale;
    let diverged = matches!(case.trace.outcome, Outcome::Diverged { .. });
    if !diverged && !BLOW_UP.is_below(highest) {
        return Err("its loss never left for infinity".to_owned());
    }
    let value = if diverged { f64::INFINITY } else { highest };
    Ok(Finding {
        code: RULE.code,
        evidence: vec![BLOW_UP.against(value)],
        sentence: match case.trace.outcome {
            Outcome::Diverged { step } => format!("it blew up: at step {step} it was not finite"),
            _ => format!(
                "its loss rose to {} times what it should be",
                number(highest)
            ),
        },
    })
}
