//! Exact losses and accuracies, measured during a run.

use super::Real;
use serde::{Deserialize, Serialize};

/// Exact losses after a number of updates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Number of updates.
    pub step: u64,
    /// On all training rows; `None` if it was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train: Option<Score>,
    /// On all validation rows, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<Score>,
}

/// Loss and accuracy on some rows, in evaluation mode.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Mean loss over the rows.
    pub loss: Real,
    /// Share of the rows with a correctly predicted class; `None` for a regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<Real>,
}

impl Evaluation {
    /// Returns the training loss; NaN if it was not measured.
    pub fn train_loss(&self) -> f64 {
        self.train.map_or(f64::NAN, |score| score.loss.0)
    }

    /// Returns the validation loss, or the training loss without validation rows; NaN if neither was measured. Compare it
    /// between evaluations of a built-in trainer only: those of other programs need not all have the same losses.
    pub fn watched_loss(&self) -> f64 {
        let score = self.validation.or(self.train);
        score.map_or(f64::NAN, |score| score.loss.0)
    }
}
