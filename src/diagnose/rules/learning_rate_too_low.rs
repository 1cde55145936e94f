//! Steps are too small for the number of epochs.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, fell};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;

const STEP: Threshold = Threshold {
    quantity: "largest update ratio RMS(Δw)/RMS(w), over all layers and snapshots",
    side: Side::Below,
    value: 3e-3,
    healthy: (0.003, 25.0),
    why: "updates become small near a minimum, but with a suitable rate the first ones are not; \
          runs with too low a rate had at most 0.0029, and runs that stopped too early at least 0.005",
};

const CRAWL: Threshold = Threshold {
    quantity: "fall of the training loss over the second half, as a share of the best constant's loss",
    side: Side::Above,
    value: 0.01,
    healthy: (-0.01, 0.11),
    why: "a loss that falls this fast has not converged; runs with too low a rate had at least 0.016, \
          and small converged networks at most 0.01",
};

const STANDSTILL: Threshold = Threshold {
    quantity: STEP.quantity,
    side: Side::Below,
    value: 3e-4,
    healthy: STEP.healthy,
    why: "a thousand such steps in one direction change the weights by less than a third, so the run \
          can only be where it started",
};

pub const RULE: Rule = Rule {
    code: Code::LearningRateTooLow,
    title: "The learning rate is too low",
    meaning: "Every step goes in the right direction, but is too small to matter.",
    cause: "The update is w ← w − α ∂L/∂w. With a tiny α the weights hardly change, however many \
              steps there are.",
    section: "4) Learning rate is too high/low",
    signs: "The training curve falls slowly and evenly up to the last epoch.",
    remedies: &[
        "raise the learning rate by a factor of ten; try several values on a logarithmic scale",
    ],
    combination: "An update ratio below 0.003 counts only together with a loss that still falls (the \
              first two thresholds). Below 0.0003 it is enough on its own.",
    thresholds: &[STEP, CRAWL, STANDSTILL],
};

/// Detects weights that never moved; nothing else can be concluded about such a run.
pub fn standstill(case: &Case) -> Verdict {
    let step = case.largest_step();
    let words = format!("the largest update ratio of a layer is {}", number(step));
    if !STANDSTILL.is_crossed(step) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![STANDSTILL.against(step)],
        sentence: words,
    })
}

/// Detects small steps with a loss that still falls.
pub fn crawl(case: &Case) -> Verdict {
    let (step, fall) = (case.largest_step(), case.late_fall());
    let words = format!(
        "the largest update ratio of a layer is {}, and over the second half the training loss {} of \
         the best constant's loss",
        number(step),
        fell(fall)
    );
    if !(STEP.is_crossed(step) && CRAWL.is_crossed(fall)) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![STEP.against(step), CRAWL.against(fall)],
        sentence: words,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{Run, column};

    /// Returns the run with these update ratios.
    fn with_steps(mut run: Run, steps: &[f64]) -> Run {
        for layer in &mut run.trace.layers {
            layer.update_ratio = column(steps);
        }
        run
    }

    #[test]
    fn small_steps_count_only_with_a_falling_loss_and_without_large_steps() {
        let falls = || Run::sound().with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6]);
        let crawls = with_steps(falls(), &[1e-3, 1e-5]);
        assert!(crawls.look(crawl).unwrap().sentence.contains("is 0.001,"));
        assert!(crawls.look(standstill).is_err());
        let rests = crawls.with_losses(&[1.0, 0.6, 0.6, 0.6, 0.6]);
        assert!(rests.look(crawl).is_err());
        assert!(with_steps(falls(), &[4e-3, 5e-6]).look(crawl).is_err());
    }

    #[test]
    fn tiny_steps_need_no_falling_loss() {
        let rests = || Run::sound().with_losses(&[1.0, 0.6, 0.6, 0.6, 0.6]);
        assert!(with_steps(rests(), &[2e-4, 2e-4]).look(standstill).is_ok());
        assert!(with_steps(rests(), &[4e-4, 2e-4]).look(standstill).is_err());
    }
}
