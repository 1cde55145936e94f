//! Steps too small to get anywhere in the epochs given.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::Case;
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;

const STEP: Threshold = Threshold {
    quantity: "largest RMS(Δw)/RMS(w) of a step, of all layers and moments",
    side: Side::Below,
    value: 3e-3,
    healthy: (0.003, 25.0),
    why: "steps become small where a minimum is near, but of a rate that is right not even the first \
          ones are; crawling recipes had 0.0029 at most, those that were stopped too early 0.005 at \
          least",
};

const CRAWL: Threshold = Threshold {
    quantity: "fall of the loss over the second half, as a share of the best constant's",
    side: Side::Above,
    value: 0.01,
    healthy: (-0.01, 0.11),
    why: "what moves that slowly has not come to rest: crawling recipes had 0.016 at least, small \
          networks at rest 0.01 at most",
};

const STANDSTILL: Threshold = Threshold {
    quantity: STEP.quantity,
    side: Side::Below,
    value: 3e-4,
    healthy: STEP.healthy,
    why: "a thousand such steps in one direction change the weights by less than a third, so that it \
          can't have come to rest anywhere but where it began",
};

pub const RULE: Rule = Rule {
    code: Code::LearningRateTooLow,
    title: "The learning rate is too low",
    meaning: "Every step goes the right way, and too short a way to matter.",
    cause: "w ← w − α ∂R/∂w: with a tiny α the weights hardly change, however many the steps.",
    section: "4) Learning rate is too high/low",
    signs: "The training curve falls slowly and evenly up to the last epoch.",
    remedies: &["raise the rate by a factor of ten; look at several on a logarithmic scale"],
    thresholds: &[STEP, CRAWL, STANDSTILL],
};

/// Whether it never moved, so that nothing else of it can be known.
pub fn standstill(case: &Case) -> Verdict {
    let step = case.largest_step();
    let words = format!(
        "its largest step changed a layer's weights by {} of their size",
        number(step)
    );
    if !STANDSTILL.is_crossed(step) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![STANDSTILL.against(step)],
        sentence: words,
    })
}

/// Whether its steps are small, and it still moves.
pub fn crawl(case: &Case) -> Verdict {
    let (step, fall) = (case.largest_step(), case.late_fall());
    let words = format!(
        "its largest step changed a layer's weights by {} of their size, and over the second half its \
         loss fell by {} of the best constant's",
        number(step),
        number(fall)
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

    /// Steps of these sizes, relative to the weights.
    fn with_steps(mut run: Run, steps: &[f64]) -> Run {
        for layer in &mut run.trace.layers {
            layer.update_ratio = column(steps);
        }
        run
    }

    #[test]
    fn a_crawl_is_told_from_rest_and_from_steps_that_were_large_once() {
        let falls = || Run::sound().with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6]);
        let crawls = with_steps(falls(), &[1e-3, 1e-5]);
        assert!(crawls.look(crawl).unwrap().sentence.contains("by 0.001 of"));
        assert!(crawls.look(standstill).is_err());
        let rests = crawls.with_losses(&[1.0, 0.6, 0.6, 0.6, 0.6]);
        assert!(rests.look(crawl).is_err());
        assert!(with_steps(falls(), &[4e-3, 5e-6]).look(crawl).is_err());
    }

    #[test]
    fn a_standstill_needs_no_fall() {
        let rests = || Run::sound().with_losses(&[1.0, 0.6, 0.6, 0.6, 0.6]);
        assert!(with_steps(rests(), &[2e-4, 2e-4]).look(standstill).is_ok());
        assert!(with_steps(rests(), &[4e-4, 2e-4]).look(standstill).is_err());
    }
}
