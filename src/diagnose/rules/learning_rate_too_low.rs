//! Steps too small to get anywhere in the epochs given.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Threshold};
use crate::number::number;

const UPDATE: Threshold = Threshold {
    quantity: "RMS(Δw)/RMS(w) of a step, median over time and layers",
    value: 2e-4,
    healthy: (2e-4, 0.05),
    why: "a thousand such steps, all in one direction, change the weights by a fifth",
};

pub const RULE: Rule = Rule {
    code: Code::LearningRateTooLow,
    title: "The learning rate is too low",
    meaning: "Every step goes the right way, and too short a way to matter.",
    cause: "w ← w − α ∂R/∂w: with a tiny α the weights hardly change, however many the steps.",
    section: "4) Learning rate is too high/low",
    signs: "The training curve falls slowly and evenly up to the last epoch.",
    remedies: &["raise the rate by a factor of ten; look at several on a logarithmic scale"],
    thresholds: &[UPDATE],
};

pub fn look(case: &Case) -> Verdict {
    let ratio = case.update_ratio();
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnose::tests::{Run, column};

    #[test]
    fn tiny_steps_are_told_from_small_ones() {
        let mut run = Run::sound();
        for layer in &mut run.trace.layers {
            layer.update_ratio = column(&[1e-4, 1e-5]);
        }
        assert!(run.look(look).unwrap().sentence.contains("5.5e-5"));
        for layer in &mut run.trace.layers {
            layer.update_ratio = column(&[1e-3, 5e-4]);
        }
        assert!(run.look(look).is_err());
    }
}
