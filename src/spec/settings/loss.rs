//! What is minimised: the loss of a row, and how its class enters that.

use super::is_default;
use serde::{Deserialize, Serialize};

/// The loss of one row; the risk is its mean over rows. r is H(x) − y.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Square loss r², the mean over outputs (PyTorch's `MSELoss`).
    Mse,
    /// Absolute loss |r|, the mean over outputs (PyTorch's `L1Loss`); its derivative at 0 is 0.
    Mae,
    /// Huber's loss, the mean over outputs (PyTorch's `HuberLoss`): ½r² for |r| ≤ δ, else δ(|r| − ½δ).
    Huber {
        /// δ, in units of y.
        delta: f64,
    },
    /// Binary cross-entropy of a sigmoid output, computed from the logit.
    Bce,
    /// Cross-entropy of a softmax output over the classes, computed from the logits.
    CrossEntropy,
}

impl Loss {
    /// Whether it is one of probabilities, under which a sigmoid or softmax that is saturated at the wrong end
    /// still has a gradient.
    pub fn is_cross_entropy(self) -> bool {
        matches!(self, Loss::Bce | Loss::CrossEntropy)
    }
}

/// How the classes of rows enter the loss.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Labels {
    /// ε of y ← (1 − ε)y + ε/k, of k classes (Szegedy et al. 2016; PyTorch's `label_smoothing`). It is in every
    /// loss that is recorded.
    #[serde(default, skip_serializing_if = "is_default")]
    pub smoothing: f64,
}
