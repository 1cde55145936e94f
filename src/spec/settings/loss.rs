//! What is minimised: the loss of a row, and how its class enters that.

/// The loss of one row; the risk is its mean over rows. r is H(x) − y.
#[derive(Debug, Clone, Copy, PartialEq)]
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
        match self {
            Loss::Bce | Loss::CrossEntropy => true,
            Loss::Mse | Loss::Mae | Loss::Huber { .. } => false,
        }
    }
}

/// How the classes of rows enter the loss.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Labels {
    /// ε of y ← (1 − ε)y + ε/k, of k classes (Szegedy et al. 2016; PyTorch's `label_smoothing`). It is in every
    /// loss that is recorded.
    pub smoothing: f64,
    /// What the row of each class counts for.
    pub weights: ClassWeights,
}

/// What rows count for in the loss, which is their weighted mean: Σ w_y ℓ / Σ w_y over the rows of a batch, and over
/// all rows where an exact risk is recorded. As PyTorch's `CrossEntropyLoss(weight=…)`, where the part of a
/// smoothed label that is of class c has the weight of c; of two classes under the binary cross-entropy the same.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ClassWeights {
    /// All the same.
    #[default]
    Equal,
    /// n/(k n_c) for a class c that has n_c of n training rows, of k classes (scikit-learn's `balanced`): every class
    /// counts for as much. 1 for a class without training rows.
    Balanced,
    /// One weight per class, in the order of the classes.
    Each(Vec<f64>),
}

impl ClassWeights {
    /// The weight of every class, `rows` being the training rows of each; none where all are the same.
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
