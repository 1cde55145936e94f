//! What is minimised: the loss of a row.

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
