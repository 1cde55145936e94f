//! The problems of the solvers: least squares and logistic regression on the rows of X, and their common [`Objective`].

/// X, n × d.
#[derive(Debug, Clone, Copy)]
pub struct DesignMatrix<'a> {
    /// The entries, row-major.
    pub values: &'a [f64],
    /// Number d of features.
    pub features: usize,
}

/// A least-squares problem: R(w) = (1/n) Σ (Aug(xᵢ)·w − yᵢ)².
#[derive(Debug, Clone, Copy)]
pub struct LeastSquares<'a> {
    /// The features X.
    pub x: DesignMatrix<'a>,
    /// n targets.
    pub y: &'a [f64],
    /// Whether w has a bias, as its last entry.
    pub bias: bool,
}

/// A logistic regression: R(w) = (1/n) Σ [ln(1 + e^zᵢ) − yᵢ zᵢ] with zᵢ = Aug(xᵢ)·w, the cross-entropy of two
/// classes.
#[derive(Debug, Clone, Copy)]
pub struct Logistic<'a> {
    /// The features X.
    pub x: DesignMatrix<'a>,
    /// n classes, 0 or 1.
    pub y: &'a [f64],
    /// Whether w has a bias, as its last entry.
    pub bias: bool,
}

/// A problem that cannot be solved.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SolveError {
    /// The numbers of values and targets do not match.
    #[error(
        "failed to split {values} values into rows of {features} features with {targets} targets; pass {features} values per target, and at least one"
    )]
    Shape {
        /// Number of values of X.
        values: usize,
        /// Number d of features.
        features: usize,
        /// Number of values of y.
        targets: usize,
    },
    /// NaN or infinity, or numbers with infinite squares.
    #[error("failed to fit rows with NaN, infinities or numbers beyond 1e150; clean or scale them")]
    NotFinite,
    /// A class that is neither 0 nor 1.
    #[error(
        "failed to fit a logistic regression: a target is neither 0 nor 1; it needs two classes"
    )]
    Classes,
    /// An invalid learning rate.
    #[error("failed to use the learning rate {0}; pass a positive number")]
    Rate(String),
    /// The eigenvalues of a matrix could not be computed.
    #[error("failed to compute the eigenvalues of XᵀX; scale the features to similar sizes")]
    Eigenvalues,
}

/// The loss of one row with z = Aug(x)·w.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowLoss {
    /// (z − y)².
    Square,
    /// ln(1 + e^z) − yz.
    Logistic,
}

/// The objective: the mean loss over the rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Objective<'a> {
    pub x: DesignMatrix<'a>,
    pub y: &'a [f64],
    pub bias: bool,
    pub loss: RowLoss,
}

impl RowLoss {
    /// Returns the loss, and its derivative with respect to z.
    #[inline(always)]
    pub fn at(self, z: f64, y: f64) -> [f64; 2] {
        match self {
            RowLoss::Square => [(z - y) * (z - y), 2.0 * (z - y)],
            // As in `components::loss`: without overflow.
            RowLoss::Logistic => [
                z.max(0.0) - z * y + (-z.abs()).exp().ln_1p(),
                sigmoid(z) - y,
            ],
        }
    }
}

/// Returns 1/(1 + e^−z), without overflow of the exponential.
pub(super) fn sigmoid(z: f64) -> f64 {
    let small = (-z.abs()).exp();
    if z < 0.0 {
        small / (1.0 + small)
    } else {
        1.0 / (1.0 + small)
    }
}

impl<'a> Objective<'a> {
    /// # Errors
    /// [`SolveError::Shape`].
    pub fn least_squares(p: &LeastSquares<'a>) -> Result<Self, SolveError> {
        let LeastSquares { x, y, bias } = *p;
        Objective {
            x,
            y,
            bias,
            loss: RowLoss::Square,
        }
        .checked()
    }

    /// # Errors
    /// [`SolveError::Shape`], [`SolveError::Classes`].
    pub fn logistic(p: &Logistic<'a>) -> Result<Self, SolveError> {
        let Logistic { x, y, bias } = *p;
        if y.iter().any(|y| *y != 0.0 && *y != 1.0) {
            return Err(SolveError::Classes);
        }
        Objective {
            x,
            y,
            bias,
            loss: RowLoss::Logistic,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, SolveError> {
        let DesignMatrix { values, features } = self.x;
        let fits = features.checked_mul(self.y.len()) == Some(values.len());
        if !fits || values.is_empty() {
            return Err(SolveError::Shape {
                values: values.len(),
                features,
                targets: self.y.len(),
            });
        }
        Ok(self)
    }

    /// Returns the number n of rows.
    pub fn rows(&self) -> usize {
        self.y.len()
    }

    /// Returns the number of entries of w.
    pub fn weights(&self) -> usize {
        self.x.features + usize::from(self.bias)
    }

    /// Returns the number of bytes of X.
    pub fn bytes(&self) -> u64 {
        size_of_val(self.x.values) as u64
    }

    /// Returns w without the bias, and the bias, which is 0 without one.
    pub fn split<'w>(&self, w: &'w [f64]) -> (&'w [f64], f64) {
        let (w, bias) = w.split_at(self.x.features);
        (w, bias.first().copied().unwrap_or(0.0))
    }
}

/// Returns ‖v‖.
pub(super) fn norm(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}
