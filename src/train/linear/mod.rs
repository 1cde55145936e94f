//! Solvers for linear models on all rows in 64 bits: three for least squares, and Newton's method for logistic
//! regression.
//!
//! | solver | cost | reads |
//! |---|---|---|
//! | [`normal_equations`] | n d² / 2 multiplications, then d³ / 6 | X twice |
//! | [`gradient_descent`] | 2 n d per iteration | X once per iteration |
//! | [`stochastic`] | 2 m d per iteration | m rows per iteration |
//! | [`newton`] | n d² / 2 per iteration | X twice per iteration, and once per halved step |
//!
//! The loss is the mean over rows of the loss of Aug(x)·w. Aug(x) is (x, 1) if there is a bias, which is the last
//! entry of w; no column of ones is made. Rows are only read, in order, so a memory map of a file larger than memory
//! works too.
//!
//! Results depend neither on the number of workers (`pass.rs`, `walk.rs`) nor on time.

mod bandwidth;
mod barrier;
mod cholesky;
mod descent;
pub mod engine;
mod executor;
mod factor;
mod gram;
mod kernel;
mod lipschitz;
mod newton;
mod normal;
mod pass;
mod path;
mod product;
mod rate;
mod sgd_steps;
mod stochastic;

pub use bandwidth::bandwidth;
pub use descent::gradient_descent;
pub use lipschitz::{Lipschitz, lipschitz};
pub use newton::newton;
pub use normal::normal_equations;
pub use path::looks;
pub use rate::stochastic_rate;
pub use stochastic::{Stochastic, stochastic};

pub use executor::EXECUTOR;

use crate::config::settings::Sampling;

/// X, n × d.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// The entries, row-major.
    pub values: &'a [f64],
    /// Number d of features.
    pub features: usize,
}

/// A least-squares problem: R(w) = (1/n) Σ (Aug(xᵢ)·w − yᵢ)².
#[derive(Debug, Clone, Copy)]
pub struct LeastSquares<'a> {
    /// The features X.
    pub x: Rows<'a>,
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
    pub x: Rows<'a>,
    /// n classes, 0 or 1.
    pub y: &'a [f64],
    /// Whether w has a bias, as its last entry.
    pub bias: bool,
}

/// When to stop: at the first criterion that holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// ‖∇R(w)‖ is at most this share of ‖∇R(0)‖.
    pub gradient: Option<f64>,
    /// The excess loss is at most this.
    pub excess: Option<Excess>,
    /// Maximum number of iterations.
    pub iterations: u64,
}

/// A bound on the excess loss (R(w) − R(w*)) / (R(0) − R(w*)). It is 1 at the start and 0 at the optimum, has no
/// unit, and is meaningful if R(w*) is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Excess {
    /// The bound.
    pub share: f64,
    /// R(w*), from an exact solver.
    pub optimum: f64,
}

/// The environment of a solver, which does not affect its result.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Number of threads.
    pub workers: usize,
    /// Maximum number of points of the path without the last ([`looks`]). A solver that must read all rows for a
    /// point checks [`Stop`] only there.
    pub looks: usize,
    /// Returns whether to cancel; called before every iteration.
    pub halted: &'a (dyn Fn() -> bool + Sync),
}

/// The settings of gradient descent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Descent {
    /// α; 1/L by default ([`lipschitz`]).
    pub rate: Option<f64>,
    /// When to stop.
    pub stop: Stop,
}

/// A point of the path of a solver.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Number of updates.
    pub iteration: u64,
    /// Number of rows read so far, over n, without rows that were read only for points of the path.
    pub passes: f64,
    /// R(w).
    pub risk: f64,
    /// ‖∇R(w)‖ / ‖∇R(0)‖; 0 if both are 0.
    pub gradient: f64,
    /// Seconds since the start, without the time for points of the path.
    pub seconds: f64,
    /// w, if it has at most two entries.
    pub weights: Option<Vec<f64>>,
}

/// How a solver ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It reached its tolerance.
    Converged,
    /// It used all iterations.
    IterationsSpent,
    /// The loss is not finite, or a million times that of w = 0: the rate is too high.
    Diverged,
    /// It was cancelled.
    Halted,
}

/// The result of a solver.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// w: d entries, then the bias if there is one.
    pub weights: Vec<f64>,
    /// The path from w = 0, or the single point of a direct solver. The last point belongs to `weights`.
    pub path: Vec<Point>,
    /// How it ended.
    pub ended: Ended,
    /// Number of updates; 1 for the normal equations.
    pub iterations: u64,
    /// The learning rate, given or computed; `None` for a solver without one.
    pub rate: Option<f64>,
    /// Seconds from start to end, without the time for points of the path.
    pub seconds: f64,
    /// Bytes of X that were read in this time.
    pub bytes: u64,
    /// A note for the report.
    pub note: Option<String>,
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
enum Loss {
    /// (z − y)².
    Square,
    /// ln(1 + e^z) − yz.
    Logistic,
}

/// The objective: the mean loss over the rows.
#[derive(Debug, Clone, Copy)]
struct Objective<'a> {
    x: Rows<'a>,
    y: &'a [f64],
    bias: bool,
    loss: Loss,
}

impl Loss {
    /// Returns the loss, and its derivative with respect to z.
    #[inline(always)]
    fn at(self, z: f64, y: f64) -> [f64; 2] {
        match self {
            Loss::Square => [(z - y) * (z - y), 2.0 * (z - y)],
            // As in `nn::loss`: without overflow.
            Loss::Logistic => [
                z.max(0.0) - z * y + (-z.abs()).exp().ln_1p(),
                sigmoid(z) - y,
            ],
        }
    }
}

/// Returns 1/(1 + e^−z), without overflow of the exponential.
fn sigmoid(z: f64) -> f64 {
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
    fn least_squares(p: &LeastSquares<'a>) -> Result<Self, SolveError> {
        let LeastSquares { x, y, bias } = *p;
        Objective {
            x,
            y,
            bias,
            loss: Loss::Square,
        }
        .checked()
    }

    /// # Errors
    /// [`SolveError::Shape`], [`SolveError::Classes`].
    fn logistic(p: &Logistic<'a>) -> Result<Self, SolveError> {
        let Logistic { x, y, bias } = *p;
        if y.iter().any(|y| *y != 0.0 && *y != 1.0) {
            return Err(SolveError::Classes);
        }
        Objective {
            x,
            y,
            bias,
            loss: Loss::Logistic,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, SolveError> {
        let Rows { values, features } = self.x;
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
    fn rows(&self) -> usize {
        self.y.len()
    }

    /// Returns the number of entries of w.
    fn weights(&self) -> usize {
        self.x.features + usize::from(self.bias)
    }

    /// Returns the number of bytes of X.
    fn bytes(&self) -> u64 {
        size_of_val(self.x.values) as u64
    }

    /// Returns w without the bias, and the bias, which is 0 without one.
    fn split<'w>(&self, w: &'w [f64]) -> (&'w [f64], f64) {
        let (w, bias) = w.split_at(self.x.features);
        (w, bias.first().copied().unwrap_or(0.0))
    }
}

/// Returns ‖v‖.
fn norm(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests;
