//! Steps too small to get anywhere in the epochs given.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, entries, median};
use crate::diagnose::finding::{Finding, Threshold};
use crate::number::number;

const UPDATE: Threshold = Threshold {
    quantity: "RMS(Δw)/RMS(w) of a step, median over layers and time",
    value: 2e-4,
    healthy: (2e-4, 0.05),
    why: "of a thousand such steps, all in one direction, the weights change by a fifth",
};

pub const RULE: Rule = Rule {
    code: Code::LearningRateTooLow,
    title: "The learning rate is too low",
    meaning: "Every step is in the right direction, and too short to matter.",
    cause: "w ← w − α ∂R/∂w: with a tiny α, weights hardly change however many the steps.",
    section: "4) Learning rate is too high/low",
    signs: "The training curve falls slowly and evenly to the last epoch.",
    remedies: &["raise the rate by a factor of ten, and look at several on a logarithmic scale"],
    thresholds: &[UPDATE],
};

pub fn look(case: &Case) -> Verdict {
    let layers = case.trace.layers.iter();
    let ratio = median(layers.map(|layer| median(entries(&layer.update_ratio))));
    if !UPDATE.is_above(ratio) {
        return Err(format!(
            "a step changes the weights by {} of their size",
            number(ratio)
        ));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![UPDATE.against(ratio)],
        sentence: format!(
            "a step changes the weights by only {} of their size",
            number(ratio)
        ),
    })
}
