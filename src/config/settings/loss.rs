//! The loss of a row, and how its class enters it.

/// The loss of one row; the loss of a batch is its mean over rows. r is H(x) − y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loss {
    /// Squared error r², the mean over outputs (PyTorch's `MSELoss`).
    Mse,
    /// Absolute error |r|, the mean over outputs (PyTorch's `L1Loss`); its derivative at 0 is 0.
    Mae,
    /// Huber loss, the mean over outputs (PyTorch's `HuberLoss`): ½r² for |r| ≤ δ, else δ(|r| − ½δ).
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
    /// Returns whether it is a loss of probabilities. Under such a loss, a sigmoid or softmax that is saturated at
    /// the wrong end still has a gradient.
    pub fn is_cross_entropy(self) -> bool {
        match self {
            Loss::Bce | Loss::CrossEntropy => true,
            Loss::Mse | Loss::Mae | Loss::Huber { .. } => false,
        }
    }
}

/// How the classes of rows enter the loss.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Labels {
    /// ε of y ← (1 − ε)y + ε/k, of k classes (Szegedy et al. 2016; PyTorch's `label_smoothing`). All recorded losses
    /// include it.
    pub smoothing: f64,
    /// Weight of each class.
    pub weights: ClassWeights,
}

/// Weights of the rows in the loss, which is the weighted mean Σ w_y ℓ / Σ w_y over the rows of a batch, or over all
/// rows for an exact loss. As in PyTorch's `CrossEntropyLoss(weight=…)`, the part of a smoothed label that belongs to
/// class c has the weight of c. The binary cross-entropy treats two classes in the same way.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ClassWeights {
    /// Equal weights.
    #[default]
    Equal,
    /// n/(k n_c) for a class c with n_c of n training rows, of k classes (scikit-learn's `balanced`), so that all
    /// classes count equally. 1 for a class without training rows.
    Balanced,
    /// One weight per class, in the order of the classes.
    Each(Vec<f64>),
}

impl ClassWeights {
    /// Returns the weight of every class, given the number of training rows of each; `None` for equal weights.
    pub fn of(&self, rows: &[usize]) -> Option<Vec<f64>> {
        let n = rows.iter().sum::<usize>() as f64;
        let balanced = |of: &usize| match *of {
            0 => 1.0,
            of => n / (rows.len() * of) as f64,
        };
        match self {
            ClassWeights::Equal => None,
            ClassWeights::Balanced => Some(rows.iter().map(balanced).collect()),
            ClassWeights::Each(weights) => Some(weights.clone()),
        }
    }
}
