//! The reference skill: the best evaluation of a run, and the skill of a reference run.

use super::case::median;
use super::gate::linear_skill;
use crate::results::Reference;
use crate::trace::{Evaluation, Trace};

/// Returns the training skill at the evaluation with the lowest validation loss (training loss, without
/// validation losses), whatever happened later in the run. Only evaluations with both losses count, if any has a
/// validation loss. None if there are none, or if the skill is not above that of the best linear model.
pub(super) fn best_skill(trace: &Trace) -> Option<f64> {
    let has_validation = trace.has_validation();
    let losses = |at: &Evaluation| {
        let train = at.train?;
        let watched = match has_validation {
            true => at.validation?,
            false => train,
        };
        Some((watched.loss.0, train.loss.0))
    };
    let evaluations = trace.evaluations.iter().filter_map(losses);
    let finite = evaluations.filter(|(watched, _)| watched.is_finite());
    let (_, train) = finite.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let skill = 1.0 - trace.data.left(train);
    let least = linear_skill(trace).unwrap_or(0.0).max(0.0);
    Some(skill).filter(|skill| skill.is_finite() && *skill > least)
}

/// Returns the skill of a reference run: the median over its seeds that have a result; none if it is not above
/// that of the best linear model.
pub(super) fn reference_skill(reference: &Reference) -> Option<f64> {
    Some(median(skills(reference))).filter(|skill| skill.is_finite())
}

/// Returns the skills of the runs of a reference network, without those that have no result or are not above the best
/// linear model.
pub(super) fn skills(reference: &Reference) -> impl Iterator<Item = f64> + '_ {
    let ended = reference.results.traces();
    let ended = ended.filter(|trace| trace.outcome.is_complete());
    let skills = ended.filter_map(held_out_skill);
    skills.filter(|skill| skill.is_finite())
}

/// Returns the lower of training skill and validation skill at the evaluation with the lowest validation
/// loss. A reference run trains long, and other runs need not reach what it memorized.
fn held_out_skill(trace: &Trace) -> Option<f64> {
    let train = best_skill(trace)?;
    let losses = trace.validation_losses().map(|(_, loss)| loss);
    let losses = losses.filter(|loss| loss.is_finite());
    let validation = 1.0 - trace.data.validation_left(losses.reduce(f64::min)?)?;
    Some(train.min(validation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::sound::SyntheticRun;

    #[test]
    fn the_best_skill_is_an_evaluation_with_both_losses() {
        let run = SyntheticRun::sound().with_losses(&[1.0, 0.4, 0.1, 0.3]);
        let mut trace = run.with_validation(&[1.0, 0.5, 0.4, 0.6]).trace;
        trace.data.linear_train_loss = None;
        assert_eq!(best_skill(&trace), Some(0.9));
        // A lower training loss is no validation loss.
        trace.evaluations[2].validation = None;
        assert_eq!(best_skill(&trace), Some(0.6));
        trace.evaluations[1].train = None;
        assert_eq!(best_skill(&trace), Some(0.7));
        trace.evaluations[0].validation = None;
        trace.evaluations[3].train = None;
        assert_eq!(best_skill(&trace), None);
        trace
            .evaluations
            .iter_mut()
            .for_each(|at| at.validation = None);
        assert_eq!(best_skill(&trace), Some(0.9));
    }
}
