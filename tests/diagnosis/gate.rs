//! The best that is known for some data, and whether a run comes near it.
//!
//! What is best comes from a reference run on the same rows: a network large enough for every data
//! set here, stopped where the validation rows liked it best, so that noise learned by heart is not
//! taken for skill.

use super::recipe::Recipe;
use sweep::trace::{RiskPoint, Trace};

/// The share of the best known skill that counts as learned.
const LEARNED: f64 = 0.85;

/// How much of the best known skill on the validation rows may be lost: as much as that of a perfect
/// one, since a share of a small skill is lost by chance.
const LOSS: f64 = 1.0 - LEARNED;

/// The best skills known for the rows of one seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// On the training rows.
    pub train: f64,
    /// On the validation rows.
    pub validation: Option<f64>,
}

/// The run that tells the best for the data of a recipe, under its loss and output; none for a
/// one-weight risk, whose best is known.
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
    // Standardising undoes scales and offsets.
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

/// The best of a reference run.
pub fn best(reference: Option<&Trace>) -> Best {
    let Some(trace) = reference else {
        return Best {
            train: 1.0,
            validation: None,
        };
    };
    let loss = |point: &RiskPoint| point.validation.unwrap_or(point.train).loss.0;
    let risks = trace.risks.iter();
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
        train: 1.0 - point.train.loss.0 / trace.data.constant_train_loss.0,
        validation,
    }
}

impl Best {
    /// Whether a run has learned its training rows.
    pub fn is_learned(&self, trace: &Trace) -> bool {
        trace
            .skill()
            .is_some_and(|skill| skill >= LEARNED * self.train)
    }

    /// Whether it had learned them at any time.
    pub fn was_learned(&self, trace: &Trace) -> bool {
        let constant = trace.data.constant_train_loss.0;
        let skill = |point: &RiskPoint| 1.0 - point.train.loss.0 / constant;
        trace
            .risks
            .iter()
            .any(|point| skill(point) >= LEARNED * self.train)
    }

    /// Whether what a run has learned holds for the validation rows.
    pub fn is_general(&self, trace: &Trace) -> bool {
        match (self.validation, trace.validation_skill()) {
            (Some(best), Some(skill)) => skill >= best - LOSS,
            _ => true,
        }
    }
}
