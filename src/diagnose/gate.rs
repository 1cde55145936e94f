//! Whether a run learned: its skill against the best that is known for its data.
//!
//! A root cause is named only for a run that failed. What counts as failure has no unit and knows
//! the data: noise alone can keep a sound network from a skill of 1, and then the best skill that
//! any run or the best linear model reached says how much there is to learn.

use super::Context;
use super::finding::{Evidence, Side, Threshold};
use crate::spec::settings::{Model, Settings};
use crate::trace::{Outcome, Trace};

/// Skill as a share of the best known.
pub const LEARNED: Threshold = Threshold {
    quantity: "skill, as a share of the best known",
    side: Side::Above,
    value: 0.85,
    healthy: (0.95, 1.1),
    why: "over 20 seeds of every experiment the cures end above it and the failures below",
};

/// Skill on the training rows. Its healthy range and that of [`HELD_OUT`] are of the 203 healthy runs of the
/// quick suite.
pub const LEAST: Threshold = Threshold {
    quantity: "skill, whatever the best known is",
    side: Side::Below,
    value: 0.1,
    healthy: (0.65, 1.0),
    why: "such a run is never healthy: noise alone brings as much",
};

/// Skill on the validation rows.
pub const HELD_OUT: Threshold = Threshold {
    quantity: "skill on the validation rows",
    side: Side::Below,
    value: 0.0,
    healthy: (0.35, 1.0),
    why: "such a run is never healthy: the best constant of the training rows is better on other rows",
};

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// 1 − L/L₀ at the end; −∞ where training fell to pieces.
    pub skill: f64,
    /// The best skill known.
    pub best: f64,
    /// Where that is from.
    pub source: &'static str,
}

impl Gate {
    /// Of a run that came to its end.
    pub fn of(trace: &Trace, settings: &Settings, context: &Context) -> Gate {
        let (best, source) = best(trace, settings, context);
        Gate {
            skill: end_skill(trace).unwrap_or(f64::NEG_INFINITY),
            best,
            source,
        }
    }

    /// The least skill that counts as learned.
    pub fn bar(&self) -> f64 {
        LEARNED.value * self.best
    }

    /// Whether the run reached it.
    pub fn is_passed(&self) -> bool {
        self.skill >= self.bar()
    }
}

/// What shows that a run learned nothing, however it compares with others: its skill is next to none, or
/// less than none on the rows that were held out.
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

/// The skill on the validation rows at the end, −∞ where training fell to pieces; none where no rows are
/// held out, or these leave nothing to learn.
pub fn held_out_skill(trace: &Trace) -> Option<f64> {
    let learnable = trace.data.validation_learnable()?;
    let skill = trace.validation_skill().filter(|_| learnable > 0.0)?;
    let diverged = matches!(trace.outcome, Outcome::Diverged { .. });
    Some(match skill.is_finite() && !diverged {
        true => skill,
        false => f64::NEG_INFINITY,
    })
}

/// The best skill known, and where from: the best run of the same data (other seeds have other
/// rows, and their skills other noise in them), a reference run or the file; where none is known, a linear
/// model can't be asked for more than the best of its kind, and everything else is asked for
/// perfection, which is 1.
fn best(trace: &Trace, settings: &Settings, context: &Context) -> (f64, &'static str) {
    let risk = matches!(settings.model, Model::Risk(_)).then_some((1.0, "the global minimum"));
    let known = [
        (context.best_skill, "the best known for this data"),
        (
            context.reference_skill,
            "what a reference run reaches on this data",
        ),
        (context.target, "the target of the file"),
    ];
    let known = known
        .into_iter()
        .filter_map(|(skill, source)| Some((skill?, source)));
    let known = known.reduce(|best, next| if next.0 > best.0 { next } else { best });
    let linear = match settings.model {
        Model::Linear => linear_skill(trace).map(|skill| (skill, "the best linear model")),
        Model::Mlp { .. } | Model::Residual { .. } | Model::Own(_) | Model::Risk(_) => None,
    };
    let usable = |(skill, _): &(f64, &str)| skill.is_finite() && *skill > 0.0;
    risk.or(known.filter(usable))
        .or(linear.filter(usable))
        .unwrap_or((1.0, "perfection: no other run of this data is known"))
}

/// 1 − L/L₀ at the end; none where training fell to pieces or came to no end.
pub fn end_skill(trace: &Trace) -> Option<f64> {
    let diverged = matches!(trace.outcome, Outcome::Diverged { .. });
    let has_end = trace.outcome.is_complete() && !diverged;
    trace.skill().filter(|skill| skill.is_finite() && has_end)
}

/// Skill of the best linear model on the training rows.
pub fn linear_skill(trace: &Trace) -> Option<f64> {
    let linear = trace.data.linear_train_loss?.0;
    Some(1.0 - trace.data.left(linear)).filter(|skill| skill.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::sound::Run;

    fn gate(run: &Run) -> Gate {
        Gate::of(&run.trace, &run.settings, &run.context)
    }

    #[test]
    fn the_bar_is_a_share_of_the_best_known() {
        // Skill 0.5.
        let mut run = Run::sound().with_losses(&[1.0, 0.5]);
        assert!(!gate(&run).is_passed());
        run.context.best_skill = Some(0.58);
        assert!(gate(&run).is_passed());
    }

    #[test]
    fn the_highest_of_what_runs_references_and_the_file_say_is_the_best_known() {
        let mut run = Run::sound().with_losses(&[1.0, 0.5]);
        run.context.best_skill = Some(0.5);
        assert!(gate(&run).is_passed());
        run.context.reference_skill = Some(0.9);
        assert!(!gate(&run).is_passed());
        assert_eq!(
            gate(&run).source,
            "what a reference run reaches on this data"
        );
        run.context.target = Some(0.95);
        assert_eq!(
            (gate(&run).best, gate(&run).source),
            (0.95, "the target of the file")
        );
    }

    #[test]
    fn a_linear_model_is_held_against_the_best_of_its_kind_until_better_is_known() {
        let mut run = Run::sound().with_losses(&[1.0, 0.5]);
        run.trace.data.linear_train_loss = Some(crate::trace::Real(0.45));
        assert!(!gate(&run).is_passed());
        run.settings.model = Model::Linear;
        assert!(gate(&run).is_passed());
        run.context.best_skill = Some(0.99);
        assert!(!gate(&run).is_passed());
    }

    #[test]
    fn a_run_that_fell_to_pieces_has_not_learned_whatever_it_said_before() {
        let mut run = Run::sound();
        run.trace.outcome = Outcome::Diverged { step: 3 };
        assert_eq!(gate(&run).skill, f64::NEG_INFINITY);
        run = Run::sound().with_losses(&[1.0, f64::NAN]);
        assert!(!gate(&run).is_passed());
    }
}
