//! Whether a run learned: its skill, compared with the reference skill of its data.
//!
//! A root cause is named only for a run that fails. The criterion has no unit and adapts to the
//! data: noise alone can keep a good network from a skill of 1. Then the best skill of any run, or
//! of the best linear model, shows how much can be learned.

use super::context::Context;
use super::finding::{Evidence, Side, Threshold};
use super::known::is_one_weight;
use crate::trace::{Outcome, Trace};

/// Training skill as a fraction of the reference skill.
pub const LEARNED: Threshold = Threshold {
    quantity: "training skill ÷ reference skill",
    side: Side::Above,
    value: 0.85,
    healthy: (0.95, 1.1),
    why: "in 20 seeds of every experiment, cells with the fix applied end above it. Cells with a \
              failure end below it, except `overfit` cells",
};

/// Training skill by itself. Its typical range and that of [`HELD_OUT`] come from the 203 healthy runs
/// of the quick suite.
pub const LEAST: Threshold = Threshold {
    quantity: "training skill",
    side: Side::Below,
    value: 0.1,
    healthy: (0.65, 1.0),
    why: "fitting noise alone can reach a skill of 0.1",
};

/// Validation skill.
pub const HELD_OUT: Threshold = Threshold {
    quantity: "validation skill",
    side: Side::Below,
    value: 0.0,
    healthy: (0.35, 1.0),
    why: "the best constant prediction of the training rows is better on the validation rows",
};

/// The skill of a run and the reference skill.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// The training skill 1 − L/L₀ at the end; −∞ if training diverged.
    pub skill: f64,
    /// The reference skill.
    pub best: f64,
    /// Where the reference skill comes from; a noun phrase.
    pub source: &'static str,
}

impl Gate {
    /// Returns the gate of a run that ended.
    pub fn of(trace: &Trace, context: &Context) -> Gate {
        let (best, source) = best(trace, context);
        Gate {
            skill: end_skill(trace).unwrap_or(f64::NEG_INFINITY),
            best,
            source,
        }
    }

    /// Returns what a trace lacks so that its skill is not known, as a noun phrase; `None` if the skill is known, or if
    /// the run diverged, which is a failure at any skill.
    pub fn unknown(trace: &Trace) -> Option<&'static str> {
        if matches!(trace.outcome, Outcome::Diverged { .. }) {
            return None;
        }
        match (trace.end(), trace.data.constant_train_loss.0.is_nan()) {
            (None, _) => Some("the exact training loss"),
            (Some(_), true) => Some("the loss of the best constant prediction"),
            (Some(_), false) => None,
        }
    }

    /// Returns the least skill that counts as learned.
    pub fn bar(&self) -> f64 {
        LEARNED.value * self.best
    }

    /// Returns whether the run learned.
    pub fn is_passed(&self) -> bool {
        self.skill >= self.bar()
    }
}

/// Returns the evidence that a run learned nothing, compared with any reference: a training skill near
/// 0, or a negative validation skill.
pub fn nothing_learned(trace: &Trace) -> Option<Evidence> {
    let skill = end_skill(trace).unwrap_or(f64::NEG_INFINITY);
    if LEAST.is_crossed(skill) {
        return Some(LEAST.against(skill));
    }
    let held_out = held_out_skill(trace)?;
    HELD_OUT
        .is_crossed(held_out)
        .then(|| HELD_OUT.against(held_out))
}

/// Returns the validation skill at the end, −∞ if training diverged; none without validation rows, or
/// if these leave nothing to learn.
pub fn held_out_skill(trace: &Trace) -> Option<f64> {
    let learnable = trace.data.validation_learnable()?;
    let skill = trace.validation_skill().filter(|_| learnable > 0.0)?;
    let diverged = matches!(trace.outcome, Outcome::Diverged { .. });
    Some(match skill.is_finite() && !diverged {
        true => skill,
        false => f64::NEG_INFINITY,
    })
}

/// Returns the reference skill and its source: the highest of the best run on the same rows, a
/// reference run, and the file. Other seeds have other rows with other noise, and do not count. Without
/// any of these, a linear model is compared with the best linear model, and every other model with a
/// skill of 1.
fn best(trace: &Trace, context: &Context) -> (f64, &'static str) {
    let risk = is_one_weight(trace).then_some((1.0, "the global minimum"));
    let best_run = match trace.has_validation() {
        true => "the best run with this seed, at its lowest validation loss",
        false => "the best run with this seed, at its lowest training loss",
    };
    let known = [
        (context.best_skill, best_run),
        (
            context.reference_skill,
            "a reference run on this data, median over its seeds",
        ),
        (context.target, "`target` in the sweep file"),
    ];
    let known = known
        .into_iter()
        .filter_map(|(skill, source)| Some((skill?, source)));
    let known = known.reduce(|best, next| if next.0 > best.0 { next } else { best });
    let is_linear = trace.layers.len() == 1;
    let linear = linear_skill(trace).filter(|_| is_linear);
    let linear = linear.map(|skill| (skill, "the best linear model"));
    let usable = |(skill, _): &(f64, &str)| skill.is_finite() && *skill > 0.0;
    risk.or(known.filter(usable))
        .or(linear.filter(usable))
        .unwrap_or((1.0, "a perfect prediction, because no other run is known"))
}

/// Returns the training skill 1 − L/L₀ at the end; none if training diverged or did not finish.
pub fn end_skill(trace: &Trace) -> Option<f64> {
    let diverged = matches!(trace.outcome, Outcome::Diverged { .. });
    let has_end = trace.outcome.is_complete() && !diverged;
    trace.skill().filter(|skill| skill.is_finite() && has_end)
}

/// Returns the training skill of the best linear model.
pub fn linear_skill(trace: &Trace) -> Option<f64> {
    let linear = trace.data.linear_train_loss?.0;
    Some(1.0 - trace.data.left(linear)).filter(|skill| skill.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::sound::SyntheticRun;

    fn gate(run: &SyntheticRun) -> Gate {
        run.gate()
    }

    #[test]
    fn a_run_has_learned_above_a_share_of_the_reference_skill() {
        // Skill 0.5.
        let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.5]);
        assert!(!gate(&run).is_passed());
        run.context.best_skill = Some(0.58);
        assert!(gate(&run).is_passed());
    }

    #[test]
    fn the_reference_skill_is_the_highest_of_runs_reference_runs_and_file() {
        let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.5]);
        run.context.best_skill = Some(0.5);
        assert!(gate(&run).is_passed());
        run.context.reference_skill = Some(0.9);
        assert!(!gate(&run).is_passed());
        assert_eq!(gate(&run).best, 0.9);
        assert!(gate(&run).source.contains("reference run"));
        run.context.target = Some(0.95);
        assert_eq!(gate(&run).best, 0.95);
        assert!(gate(&run).source.contains("`target`"));
    }

    #[test]
    fn a_linear_model_is_compared_with_the_best_linear_model_until_a_better_run_is_known() {
        let mut run = SyntheticRun::sound().with_losses(&[1.0, 0.5]);
        run.trace.data.linear_train_loss = Some(crate::trace::Real(0.45));
        assert!(!gate(&run).is_passed());
        run.settings.model = crate::config::settings::ModelSettings::Linear;
        assert!(gate(&run).is_passed());
        run.context.best_skill = Some(0.99);
        assert!(!gate(&run).is_passed());
    }

    #[test]
    fn a_run_that_diverged_has_not_learned_whatever_it_reached_before() {
        let mut run = SyntheticRun::sound();
        run.trace.outcome = Outcome::Diverged { step: 3 };
        assert_eq!(gate(&run).skill, f64::NEG_INFINITY);
        run = SyntheticRun::sound().with_losses(&[1.0, f64::NAN]);
        assert!(!gate(&run).is_passed());
    }
}
