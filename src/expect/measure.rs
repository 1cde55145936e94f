//! What a trace says about a quantity at the end of its run.

use super::layers;
use crate::results::CellResults;
use crate::spec::Quantity;
use crate::trace::{Outcome, Real, Trace, Trajectory};

/// A quantity of one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measured {
    /// It has this value. Infinite in the bad direction where training diverged.
    Value(f64),
    /// The run has no such quantity; why.
    Absent(&'static str),
    /// The run did not come to an end.
    Unfinished,
}

/// A quantity at the end of a run.
///
/// Losses that are not finite, and all losses of a run that diverged, are +∞; skills then are −∞,
/// accuracies 0. A gap of skills has no value then (NaN), which lies within no bounds.
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

/// A quantity of every run of a cell that has it at its end, in the order of the seeds.
pub fn over_seeds(cell: &CellResults, quantity: Quantity) -> Vec<f64> {
    cell.traces()
        .filter_map(|trace| match measure(trace, quantity) {
            Measured::Value(value) => Some(value),
            Measured::Absent(_) | Measured::Unfinished => None,
        })
        .collect()
}

/// Whether a smaller value is a better one.
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

/// What a run is taken to have reached where training fell to pieces.
fn worst(quantity: Quantity) -> f64 {
    match quantity {
        Quantity::TrainLoss
        | Quantity::ValidationLoss
        | Quantity::TestLoss
        | Quantity::ExcessRisk
        | Quantity::WeightError => f64::INFINITY,
        Quantity::Skill | Quantity::ValidationSkill => f64::NEG_INFINITY,
        // Nothing can be said of these, so that they lie within no bounds.
        Quantity::SkillGap
        | Quantity::GradientRatio
        | Quantity::DeadShare
        | Quantity::SaturatedShare => f64::NAN,
        Quantity::TrainAccuracy | Quantity::ValidationAccuracy | Quantity::TestAccuracy => 0.0,
    }
}

/// The number that the trace took down last, however its run ended.
///
/// # Errors
/// Why there is none.
pub fn last(trace: &Trace, quantity: Quantity) -> Result<f64, &'static str> {
    const NO_VALIDATION: &str = "there are no validation rows (data.validation)";
    const NO_TEST: &str = "there are no test rows (data.test)";
    const NO_CLASSES: &str = "accuracy is for classes only";
    const NO_OPTIMUM: &str = "no exact optimum is known to compare with";
    const NO_RISKS: &str = "its risk was never taken";
    const NO_SKILL: &str =
        "skill has no meaning where a constant predictor has no finite loss above 0";
    let accuracy = |accuracy: Option<Real>| accuracy.map(|a| a.0).ok_or(NO_CLASSES);
    let meaningful = |learnable: f64| {
        if learnable.is_finite() && learnable > 0.0 {
            Ok(())
        } else {
            Err(NO_SKILL)
        }
    };
    let last = trace.risks.last();
    let train = || last.map(|point| point.train).ok_or(NO_RISKS);
    let validation = || last.ok_or(NO_RISKS)?.validation.ok_or(NO_VALIDATION);
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

/// The middle and both ends of some values; never a mean, which one infinite value would swallow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Lowest.
    pub low: f64,
    /// The middle one; of an even number, the mean of the two in the middle.
    pub median: f64,
    /// Highest; infinities and then NaN count as highest of all.
    pub high: f64,
    /// How many there are.
    pub n: usize,
}

impl Spread {
    /// Of values in any order; `None` of none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
        // The sign of NaN says nothing.
        let plain = |v: f64| if v.is_nan() { f64::NAN.abs() } else { v };
        let mut values: Vec<f64> = values.into_iter().map(plain).collect();
        values.sort_by(f64::total_cmp);
        let (&low, &high) = (values.first()?, values.last()?);
        let n = values.len();
        Some(Spread {
            low,
            // Two infinities of different sign have no middle.
            median: values[(n - 1) / 2].midpoint(values[n / 2]),
            high,
            n,
        })
    }
}
