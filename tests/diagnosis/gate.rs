//! The reference skill of a data set, and whether a run learned.
//!
//! It comes from a reference run on the same rows: a network that is large enough for every data set of the
//! suite. It counts at its lowest validation loss, so memorized noise does not count as skill.

use super::recipe::Recipe;
use sweep::trace::{Evaluation, Trace};

/// Training skill as a fraction of the reference skill: a run with at least this fraction learned.
const LEARNED: f64 = 0.85;

/// How far the validation skill may be below that of the reference run. It is no fraction, because a small skill
/// varies by chance.
const LOSS: f64 = 1.0 - LEARNED;

/// The reference skills for the rows of one seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// On the training rows.
    pub train: f64,
    /// On the validation rows.
    pub validation: Option<f64>,
}

/// Returns the reference run for the data of a recipe, under its loss and output; none for a one-weight
/// model, because its optimum is known.
pub fn reference(recipe: &Recipe) -> Option<Recipe> {
    if recipe.get("data.source") == "none" {
        return None;
    }
    let kept = |key: &str| key.starts_with("data.") || ["loss", "output"].contains(&key);
    let whole = Recipe::default();
    let data: Vec<(&str, &str)> = recipe
        .apart_from(&whole)
        .into_iter()
        .filter(|(key, _)| kept(key))
        .collect();
    // Standardized features have neither scales nor offsets.
    let rows = whole
        .clone()
        .edited(&data)
        .without(&["data.scales", "data.offsets"])
        .set("data.standardize", true);
    let network = rows
        .set("depth", 2)
        .set("width", 32)
        .word("activation", "tanh")
        .word("init", "lecun");
    let recipe = network
        .word("optimizer", "adam")
        .set("lr", 0.01)
        .set("batch", 32)
        .set("epochs", 400);
    Some(recipe)
}

/// Returns the skills of a reference run; a training skill of 1 without one.
pub fn best(reference: Option<&Trace>) -> Best {
    let Some(trace) = reference else {
        return Best {
            train: 1.0,
            validation: None,
        };
    };
    let loss = Evaluation::watched_loss;
    let risks = trace.evaluations.iter();
    let Some(point) = risks.min_by(|a, b| loss(a).total_cmp(&loss(b))) else {
        return Best {
            train: f64::NAN,
            validation: None,
        };
    };
    let constant = trace.data.constant_validation_loss;
    let validation = point
        .validation
        .zip(constant)
        .map(|(risk, constant)| 1.0 - risk.loss.0 / constant.0);
    Best {
        train: 1.0 - point.train_loss() / trace.data.constant_train_loss.0,
        validation,
    }
}

impl Best {
    /// Returns whether a run learned its training rows.
    pub fn is_learned(&self, trace: &Trace) -> bool {
        trace
            .skill()
            .is_some_and(|skill| skill >= LEARNED * self.train)
    }

    /// Returns whether it had learned them at any evaluation.
    pub fn was_learned(&self, trace: &Trace) -> bool {
        let constant = trace.data.constant_train_loss.0;
        let skill = |point: &Evaluation| 1.0 - point.train_loss() / constant;
        trace
            .evaluations
            .iter()
            .any(|point| skill(point) >= LEARNED * self.train)
    }

    /// Returns whether its validation skill is close enough to that of the reference run.
    pub fn generalizes(&self, trace: &Trace) -> bool {
        match (self.validation, trace.validation_skill()) {
            (Some(best), Some(skill)) => skill >= best - LOSS,
            _ => true,
        }
    }
}
