//! Final quantities of a run, from its trace.

use super::layers;
use crate::config::Quantity;
use crate::results::CellResults;
use crate::trace::{Outcome, Real, Trace, Trajectory};

/// A quantity of one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measured {
    /// The value; infinite in the bad direction for a diverged run.
    Value(f64),
    /// Why the run does not have the quantity.
    Absent(&'static str),
    /// The run is incomplete.
    Unfinished,
}

/// Returns a quantity at the end of a run.
///
/// Losses that are not finite, and all losses of a diverged run, are +∞. Its skills are −∞, and its accuracies 0. Its
/// skill gap is NaN, which is within no bounds.
pub fn measure(trace: &Trace, quantity: Quantity) -> Measured {
    if !trace.outcome.is_complete() {
        return Measured::Unfinished;
    }
    let diverged = matches!(trace.outcome, Outcome::Diverged { .. });
    match last(trace, quantity) {
        Ok(value) if value.is_finite() && !diverged => Measured::Value(value),
        Ok(_) => Measured::Value(worst(quantity)),
        Err(why) => Measured::Absent(why),
    }
}

/// Returns the final quantity of every run of a cell that has it, in the order of the seeds.
pub fn over_seeds(cell: &CellResults, quantity: Quantity) -> Vec<f64> {
    cell.traces()
        .filter_map(|trace| match measure(trace, quantity) {
            Measured::Value(value) => Some(value),
            Measured::Absent(_) | Measured::Unfinished => None,
        })
        .collect()
}

/// Returns whether a smaller value is better.
pub(super) fn smaller_is_better(quantity: Quantity) -> bool {
    match quantity {
        Quantity::TrainLoss
        | Quantity::ValidationLoss
        | Quantity::TestLoss
        | Quantity::SkillGap
        | Quantity::DeadShare
        | Quantity::SaturatedShare
        | Quantity::ExcessRisk
        | Quantity::WeightError => true,
        Quantity::Skill
        | Quantity::ValidationSkill
        | Quantity::TrainAccuracy
        | Quantity::ValidationAccuracy
        | Quantity::TestAccuracy
        | Quantity::GradientRatio => false,
    }
}

/// Returns the value of a quantity for a diverged run.
fn worst(quantity: Quantity) -> f64 {
    match quantity {
        Quantity::TrainLoss
        | Quantity::ValidationLoss
        | Quantity::TestLoss
        | Quantity::ExcessRisk
        | Quantity::WeightError => f64::INFINITY,
        Quantity::Skill | Quantity::ValidationSkill => f64::NEG_INFINITY,
        // These have no meaning for a diverged run, so that they are within no bounds.
        Quantity::SkillGap
        | Quantity::GradientRatio
        | Quantity::DeadShare
        | Quantity::SaturatedShare => f64::NAN,
        Quantity::TrainAccuracy | Quantity::ValidationAccuracy | Quantity::TestAccuracy => 0.0,
    }
}

/// Returns the last recorded value of a quantity, for any outcome.
///
/// # Errors
/// Why the quantity does not exist.
pub fn last(trace: &Trace, quantity: Quantity) -> Result<f64, &'static str> {
    const NO_VALIDATION: &str = "there are no validation rows (data.validation)";
    const NO_TEST: &str = "there are no test rows (data.test)";
    const NO_CLASSES: &str = "accuracy needs a classification task";
    const NO_OPTIMUM: &str = "the exact optimum is not known";
    const NO_RISKS: &str = "the run has no evaluation";
    const NO_SKILL: &str =
        "skill is not defined, since the best constant prediction has no finite, positive loss";
    let accuracy = |accuracy: Option<Real>| accuracy.map(|a| a.0).ok_or(NO_CLASSES);
    let meaningful = |learnable: f64| {
        if learnable.is_finite() && learnable > 0.0 {
            Ok(())
        } else {
            Err(NO_SKILL)
        }
    };
    let train = || trace.end().ok_or(NO_RISKS);
    let validation = || match trace.evaluations.is_empty() {
        true => Err(NO_RISKS),
        false => trace.validation_end().ok_or(NO_VALIDATION),
    };
    let skill = || {
        meaningful(trace.data.learnable())?;
        trace.skill().ok_or(NO_RISKS)
    };
    let validation_skill = || {
        validation()?;
        meaningful(trace.data.validation_learnable().unwrap_or(f64::NAN))?;
        trace.validation_skill().ok_or(NO_VALIDATION)
    };
    let no_way = Trajectory::default();
    let way = trace.trajectory.as_ref().unwrap_or(&no_way);
    match quantity {
        Quantity::TrainLoss => train().map(|risk| risk.loss.0),
        Quantity::ValidationLoss => validation().map(|risk| risk.loss.0),
        Quantity::TestLoss => trace.test.map(|risk| risk.loss.0).ok_or(NO_TEST),
        Quantity::Skill => skill(),
        Quantity::ValidationSkill => validation_skill(),
        Quantity::SkillGap => Ok(skill()? - validation_skill()?),
        Quantity::TrainAccuracy => accuracy(train()?.accuracy),
        Quantity::ValidationAccuracy => accuracy(validation()?.accuracy),
        Quantity::TestAccuracy => accuracy(trace.test.ok_or(NO_TEST)?.accuracy),
        Quantity::GradientRatio => layers::gradient_ratio(trace),
        Quantity::DeadShare => layers::dead_share(trace),
        Quantity::SaturatedShare => layers::saturated_share(trace),
        Quantity::ExcessRisk => way.excess.last().map(|excess| excess.0).ok_or(NO_OPTIMUM),
        Quantity::WeightError => way.error.map(|error| error.0).ok_or(NO_OPTIMUM),
    }
}
