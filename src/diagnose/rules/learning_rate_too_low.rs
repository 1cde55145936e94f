//! Steps are too small for the budget.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, fell, ratio};
use crate::diagnose::finding::{Finding, Side, Threshold};

const STEP: Threshold = Threshold {
    quantity: "largest update ratio RMS(Δw)/RMS(w), over all layers and snapshots",
    side: Side::Below,
    value: 3e-3,
    healthy: (0.003, 25.0),
    why: "steps are small near a minimum, but with a suitable learning rate the first steps are \
              not. Runs with too low a rate had at most 0.0029, and undertrained runs at least \
              0.005",
};

const STILL_FALLS: Threshold = Threshold {
    quantity: "fall of the training loss over the second half, as a fraction of the best constant's loss",
    side: Side::Above,
    value: 0.01,
    healthy: (-0.01, 0.11),
    why: "a loss that falls this fast has not converged. Runs with too low a rate had at least \
              0.016, and small networks that had converged at most 0.01",
};

const TINY_STEP: Threshold = Threshold {
    quantity: STEP.quantity,
    side: Side::Below,
    value: 3e-4,
    healthy: STEP.healthy,
    why: "1,000 such steps in one direction change the weights by less than a third, so the run \
              can only be near its start",
};

pub const RULE: Rule = Rule {
    code: Code::LearningRateTooLow,
    title: "The learning rate is too low",
    meaning: "Every step goes in the right direction, but is too small to lower the loss within \
              the budget.",
    cause: "The update is w ← w − α ∂L/∂w. With a tiny learning rate α, the weights hardly \
              change, however many steps there are.",
    section: "4) Learning rate is too high/low",
    symptoms: "The training curve falls slowly and evenly up to the last epoch.",
    fixes: &["`higher learning rate`: 10, 100 or 1,000 times as high"],
    combination: "The rule matches if (1) and (2) hold, or if (3) holds. (3) is checked first.",
    thresholds: &[STEP, STILL_FALLS, TINY_STEP],
};

/// Detects weights that hardly changed; nothing else can be concluded about such a run.
pub fn tiny_steps(case: &Case) -> Detection {
    let step = case.largest_step();
    let words = format!("the largest update ratio of a layer {}", ratio(step));
    if !TINY_STEP.is_crossed(step) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![TINY_STEP.against(step)],
        sentence: words,
    })
}

/// Detects small steps with a loss that still falls.
pub fn small_steps(case: &Case) -> Detection {
    let (step, fall) = (case.largest_step(), case.late_fall());
    let words = format!(
        "the largest update ratio of a layer {}, and over the second half the training loss {}",
        ratio(step),
        fell(fall)
    );
    if !(STEP.is_crossed(step) && STILL_FALLS.is_crossed(fall)) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![STEP.against(step), STILL_FALLS.against(fall)],
        sentence: words,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{SyntheticRun, column};

    /// Returns the run with these update ratios.
    fn with_steps(mut run: SyntheticRun, steps: &[f64]) -> SyntheticRun {
        for layer in &mut run.trace.layers {
            layer.update_ratio = column(steps);
        }
        run
    }

    #[test]
    fn small_steps_count_only_with_a_falling_loss_and_without_large_steps() {
        let falling = || SyntheticRun::sound().with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6]);
        let small = with_steps(falling(), &[1e-3, 1e-5]);
        assert!(
            small
                .detect(small_steps)
                .unwrap()
                .sentence
                .contains("is 0.001,")
        );
        assert!(small.detect(tiny_steps).is_err());
        let flat = small.with_losses(&[1.0, 0.6, 0.6, 0.6, 0.6]);
        assert!(flat.detect(small_steps).is_err());
        assert!(
            with_steps(falling(), &[4e-3, 5e-6])
                .detect(small_steps)
                .is_err()
        );
    }

    #[test]
    fn tiny_steps_need_no_falling_loss() {
        let flat = || SyntheticRun::sound().with_losses(&[1.0, 0.6, 0.6, 0.6, 0.6]);
        assert!(with_steps(flat(), &[2e-4, 2e-4]).detect(tiny_steps).is_ok());
        assert!(
            with_steps(flat(), &[4e-4, 2e-4])
                .detect(tiny_steps)
                .is_err()
        );
    }
}
