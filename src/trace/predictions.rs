//! The predictions of a network before and after training.

use super::Real;
use serde::{Deserialize, Serialize};

/// The predictions of the network for the probe rows, before and after training.
///
/// One column per output: one for a regression or two classes with a sigmoid, one per class for softmax
/// (probabilities). With several targets, only the first is kept.
///
/// A one-weight model has no rows: `features` and `target` are empty, `start` and `end` hold w itself (one column of
/// one entry), and the lattice has values of w with R(w) in both `start` and `end`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Predictions {
    /// Features of the probe rows in original units, one column per feature; only the first two.
    #[serde(with = "super::column::columns")]
    pub features: Vec<Vec<Real>>,
    /// Targets: values, or class indices.
    #[serde(with = "super::column")]
    pub target: Vec<Real>,
    /// Outputs on the probe rows before training.
    #[serde(with = "super::column::columns")]
    pub start: Vec<Vec<Real>>,
    /// Outputs on the probe rows after training.
    #[serde(with = "super::column::columns")]
    pub end: Vec<Vec<Real>>,
    /// Outputs on a regular grid over the range of one or two features; `None` for more features.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lattice: Option<Lattice>,
}

impl Predictions {
    /// Returns whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        *self == Predictions::default()
    }
}

/// Outputs on a regular grid of one feature (a curve) or two (a map).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lattice {
    /// The positions along every feature, in original units.
    #[serde(with = "super::column::columns")]
    pub axes: Vec<Vec<Real>>,
    /// Outputs before training, one column per output; the last feature varies fastest.
    #[serde(with = "super::column::columns")]
    pub start: Vec<Vec<Real>>,
    /// Outputs after training.
    #[serde(with = "super::column::columns")]
    pub end: Vec<Vec<Real>>,
}
