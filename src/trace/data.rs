//! What a trace says of the data: names, numbers of rows, and the losses that a network is held against, the
//! best constant's and the best linear model's.

use super::Real;
use serde::{Deserialize, Serialize};

/// The data of a run, in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataFacts {
    /// Names of the features.
    pub features: Vec<String>,
    /// Name of what is predicted; of several, all of them.
    pub target: String,
    /// Names of the targets, where they are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// Names of the classes; empty for a regression.
    pub classes: Vec<String>,
    /// Training rows.
    pub train_rows: u64,
    /// Validation rows.
    pub validation_rows: u64,
    /// Test rows.
    pub test_rows: u64,
    /// L₀: the risk of the best constant predictor of the training rows, on the training rows,
    /// under the run's own loss.
    pub constant_train_loss: Real,
    /// The risk of that same constant on the validation rows.
    pub constant_validation_loss: Option<Real>,
    /// The risk of the best linear model on the training rows, under the run's own loss; none where
    /// none was fitted ([`crate::data::Dataset::baseline`]).
    pub linear_train_loss: Option<Real>,
    /// The risk of that same model on the validation rows.
    pub linear_validation_loss: Option<Real>,
    /// L*: the lowest risk that any prediction can have on the training rows, where that is not 0: smoothed
    /// labels are no certainties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest_train_loss: Option<Real>,
    /// The same on the validation rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest_validation_loss: Option<Real>,
    /// How large the features are; none of a one-weight risk.
    pub scales: Option<FeatureScales>,
}

impl DataFacts {
    /// The name of the target whose outputs are kept.
    pub fn first_target(&self) -> &str {
        self.targets.first().unwrap_or(&self.target)
    }

    /// L₀ − L*: how much the best constant leaves to be learned of the training rows.
    pub fn learnable(&self) -> f64 {
        self.constant_train_loss.0 - self.lowest_train_loss.map_or(0.0, |lowest| lowest.0)
    }

    /// The same of the validation rows.
    pub fn validation_learnable(&self) -> Option<f64> {
        let lowest = self.lowest_validation_loss.map_or(0.0, |lowest| lowest.0);
        Some(self.constant_validation_loss?.0 - lowest)
    }

    /// What of it a loss on the training rows leaves, (L − L*)/(L₀ − L*): 1 − skill.
    pub fn left(&self, loss: f64) -> f64 {
        (loss - self.lowest_train_loss.map_or(0.0, |lowest| lowest.0)) / self.learnable()
    }

    /// The same of a loss on the validation rows.
    pub fn validation_left(&self, loss: f64) -> Option<f64> {
        let lowest = self.lowest_validation_loss.map_or(0.0, |lowest| lowest.0);
        Some((loss - lowest) / self.validation_learnable()?)
    }
}

/// How large features are on the training rows, as the network is given them: after standardisation,
/// before batch normalisation. Features that never change say nothing and count for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FeatureScales {
    /// Lowest standard deviation.
    pub lowest_sd: Real,
    /// Highest standard deviation.
    pub highest_sd: Real,
    /// Largest |mean|.
    pub highest_mean: Real,
}
