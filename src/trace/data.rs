//! Facts about the data of a run: names, numbers of rows, and the losses of the best constant and the best linear
//! model.

use super::Real;
use serde::{Deserialize, Serialize};

/// Facts about the data of a run. Losses that are not known are NaN or `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DataFacts {
    /// Names of the features.
    pub features: Vec<String>,
    /// Name of the target; for several targets, all names.
    pub target: String,
    /// Names of the targets if there are several, else empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// Class names; empty for a regression.
    pub classes: Vec<String>,
    /// Number of training rows.
    pub train_rows: u64,
    /// Number of validation rows.
    pub validation_rows: u64,
    /// Number of test rows.
    pub test_rows: u64,
    /// L₀: the loss of the best constant prediction for the training rows, on the training rows, under the loss of
    /// the run.
    pub constant_train_loss: Real,
    /// The loss of the same constant on the validation rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant_validation_loss: Option<Real>,
    /// The loss of the best linear model on the training rows, under the loss of the run; `None` if none was fitted
    /// ([`crate::train::datasets::Dataset::linear_fit`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linear_train_loss: Option<Real>,
    /// The loss of the same model on the validation rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linear_validation_loss: Option<Real>,
    /// L*: the lowest possible loss on the training rows, if it is not 0. Smoothed labels make it positive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowest_train_loss: Option<Real>,
    /// The lowest possible loss on the validation rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowest_validation_loss: Option<Real>,
    /// The scales of the features; `None` if they are not recorded, or for a one-weight model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scales: Option<FeatureScales>,
}

impl Default for DataFacts {
    fn default() -> DataFacts {
        DataFacts {
            features: Vec::new(),
            target: String::new(),
            targets: Vec::new(),
            classes: Vec::new(),
            train_rows: 0,
            validation_rows: 0,
            test_rows: 0,
            constant_train_loss: Real(f64::NAN),
            constant_validation_loss: None,
            linear_train_loss: None,
            linear_validation_loss: None,
            lowest_train_loss: None,
            lowest_validation_loss: None,
            scales: None,
        }
    }
}

impl DataFacts {
    /// Returns the name of the target with stored outputs.
    pub fn first_target(&self) -> &str {
        self.targets.first().unwrap_or(&self.target)
    }

    /// Returns L₀ − L*: how much the loss can improve on the best constant, on the training rows.
    pub fn learnable(&self) -> f64 {
        self.constant_train_loss.0 - self.lowest_train_loss.map_or(0.0, |lowest| lowest.0)
    }

    /// Returns L₀ − L* for the validation rows.
    pub fn validation_learnable(&self) -> Option<f64> {
        let lowest = self.lowest_validation_loss.map_or(0.0, |lowest| lowest.0);
        Some(self.constant_validation_loss?.0 - lowest)
    }

    /// Returns the remaining share (L − L*)/(L₀ − L*) of a loss on the training rows, which is 1 − skill.
    pub fn left(&self, loss: f64) -> f64 {
        (loss - self.lowest_train_loss.map_or(0.0, |lowest| lowest.0)) / self.learnable()
    }

    /// Returns the remaining share of a loss on the validation rows.
    pub fn validation_left(&self, loss: f64) -> Option<f64> {
        let lowest = self.lowest_validation_loss.map_or(0.0, |lowest| lowest.0);
        Some((loss - lowest) / self.validation_learnable()?)
    }
}

/// Scales of the features on the training rows, after standardization and before batch normalization. Constant
/// features do not count: if all are constant, all scales are 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FeatureScales {
    /// Lowest standard deviation.
    pub lowest_sd: Real,
    /// Highest standard deviation.
    pub highest_sd: Real,
    /// Largest |mean|.
    pub highest_mean: Real,
}
