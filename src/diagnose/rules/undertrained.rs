//! Training ended while the loss was still falling.

use super::definition::{Detection, Rule};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, fell};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::format::count;
use crate::trace::Outcome;

const FALL: Threshold = Threshold {
    quantity: "fall of the training loss over the second half, as a fraction of the best constant's loss",
    side: Side::Above,
    value: 0.03,
    healthy: (-0.01, 0.11),
    why: "if the loss keeps falling at this rate, another half of the budget lowers it by the \
              same amount",
};

const STEPS: Threshold = Threshold {
    quantity: "steps",
    side: Side::Below,
    value: 200.0,
    healthy: (84.0, 15000.0),
    why: "all healthy configurations of the labeled test suite have a budget of at least 400 steps. \
              Healthy runs with fewer steps ended by early stopping",
};

const SOLVED: &str = "a solver found the weights";

pub const RULE: Rule = Rule {
    code: Code::Undertrained,
    title: "Training ended too early",
    meaning: "The loss was still falling when the budget ended, or the run had very few steps.",
    cause: "SGD takes many small steps, and each step is right only on average. Only the training \
              curve shows how many steps are needed.",
    section: "3) You didn't train long enough",
    symptoms: "The training curve still falls at the end.",
    fixes: &["`longer training`: 5, 25 or 125 times the budget"],
    combination: "(1) or (2) is enough. (1) is checked early: after the causes at initialization \
              and divergence. (2) is checked late: after the rules on the learning rate and on \
              dead neurons. The rule does not apply to a solver that converged or is exact.",
    thresholds: &[STEPS, FALL],
};

/// Detects a run with very few steps.
pub fn few_steps(case: &Case) -> Detection {
    if is_solved(case) {
        return Err(SOLVED.to_owned());
    }
    let steps = case.trace.steps as f64;
    let words = count(case.trace.steps as usize, "step");
    if !STEPS.is_crossed(steps) || case.trace.steps == 0 {
        return Err(format!("it trained for {words}"));
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![STEPS.against(steps)],
        sentence: format!("training ended after {words}"),
    })
}

/// Returns whether a solver found the weights, so that the budget did not end the run.
fn is_solved(case: &Case) -> bool {
    let is_exact = case.trace.optimizer.as_deref() == Some("normal-equations");
    is_exact || matches!(case.trace.outcome, Outcome::Converged { .. })
}

/// Detects a loss that was still falling.
pub fn falling(case: &Case) -> Detection {
    if is_solved(case) {
        return Err(SOLVED.to_owned());
    }
    let fall = case.late_fall();
    let words = format!("{} over the second half", fell(fall));
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
    use crate::config::settings::{Solver, Solving};
    use crate::testkit::sound::SyntheticRun;

    #[test]
    fn a_loss_that_still_falls_is_undertrained_and_a_flat_one_is_not() {
        assert!(
            SyntheticRun::sound()
                .with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6])
                .detect(falling)
                .is_ok()
        );
        assert!(
            SyntheticRun::sound()
                .with_losses(&[1.0, 0.7, 0.61, 0.6, 0.59])
                .detect(falling)
                .is_err()
        );
    }

    #[test]
    fn the_fall_is_measured_between_training_losses() {
        let mut run = SyntheticRun::sound()
            .with_losses(&[1.0, 0.9, 0.8, 0.7, 0.6])
            .with_validation(&[0.6; 5]);
        // The middle of the run has a validation loss alone.
        run.trace.evaluations[2].train = None;
        let fall = run.detect(falling).map(|finding| finding.evidence[0].value);
        assert!(fall.is_ok_and(|fall| (fall - 0.3).abs() < 1e-9));
    }

    #[test]
    fn a_solver_that_converged_or_is_exact_is_not_undertrained() {
        let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.5]);
        run.trace.steps = 1;
        assert!(run.detect(few_steps).is_ok() && run.detect(falling).is_ok());
        run.trace.outcome = Outcome::Converged { step: 1 };
        assert!(run.detect(few_steps).is_err() && run.detect(falling).is_err());
        run.trace.outcome = Outcome::Finished;
        run.settings.solving = Some(Solving {
            solver: Solver::NormalEquations,
            gradient_tolerance: None,
            excess_tolerance: None,
        });
        assert!(run.detect(few_steps).is_err() && run.detect(falling).is_err());
    }

    #[test]
    fn thirty_steps_are_too_few() {
        let mut run = SyntheticRun::sound();
        run.trace.steps = 30;
        assert!(run.detect(few_steps).is_ok());
        run.trace.steps = 300;
        assert!(run.detect(few_steps).is_err());
    }
}
