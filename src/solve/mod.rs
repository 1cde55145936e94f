//! Linear models fitted on all rows at once, in 64 bits: the lecture's three ways to least squares,
//! and Newton's to logistic regression.
//!
//! | solver | what it costs | what it reads |
//! |---|---|---|
//! | [`normal_equations`] | n d² / 2 multiplications, then d³ / 6 | X twice |
//! | [`gradient_descent`] | 2 n d per iteration | X once per iteration |
//! | [`stochastic`] | 2 m d per iteration | m rows per iteration |
//! | [`newton`] | n d² / 2 per iteration | X twice per iteration, and once per halved step |
//!
//! The risk is the mean over rows of the loss of Aug(x)·w, with Aug(x) = (x, 1) where there is a bias:
//! the last entry of w, for which no column of ones is ever made. Rows are only read, one after
//! another, so that a memory map of a file larger than memory serves as well.
//!
//! What comes out does not depend on the number of workers (`pass.rs`, `walk.rs`), nor on the clock.

mod bandwidth;
mod board;
mod cholesky;
mod descent;
pub mod engine;
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
mod stochastic;
mod walk;

pub use bandwidth::bandwidth;
pub use descent::gradient_descent;
pub use lipschitz::{Lipschitz, lipschitz};
pub use newton::newton;
pub use normal::normal_equations;
pub use path::looks;
pub use rate::stochastic_rate;
pub use stochastic::{Stochastic, stochastic};

use crate::spec::settings::Sampling;

/// X, n × d.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Row after row.
    pub values: &'a [f64],
    /// d.
    pub features: usize,
}

/// R(w) = (1/n) Σ (Aug(xᵢ)·w − yᵢ)².
#[derive(Debug, Clone, Copy)]
pub struct LeastSquares<'a> {
    /// X.
    pub x: Rows<'a>,
    /// n values.
    pub y: &'a [f64],
    /// Whether w has a bias, as its last entry.
    pub bias: bool,
}

/// R(w) = (1/n) Σ [ln(1 + e^zᵢ) − yᵢ zᵢ] with zᵢ = Aug(xᵢ)·w: the cross-entropy of two classes.
#[derive(Debug, Clone, Copy)]
pub struct Logistic<'a> {
    /// X.
    pub x: Rows<'a>,
    /// n classes, 0 or 1.
    pub y: &'a [f64],
    /// Whether w has a bias, as its last entry.
    pub bias: bool,
}

/// When to stop: at the first of these that holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// ‖∇R(w)‖ is at most this share of ‖∇R(0)‖.
    pub gradient: Option<f64>,
    /// The excess risk is at most this.
    pub excess: Option<Excess>,
    /// So many iterations are done.
    pub iterations: u64,
}

/// A bound on the excess risk (R(w) − R(w*)) / (R(0) − R(w*)): 1 at the start, 0 at the optimum, with
/// no unit, and as telling where R(w*) is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Excess {
    /// The bound.
    pub share: f64,
    /// R(w*), from a solver that is exact.
    pub optimum: f64,
}

/// What surrounds a solver; none of it changes what it comes to.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Threads.
    pub workers: usize,
    /// Most points of the path that are wanted beside the last ([`looks`]). A solver that has to read
    /// all rows for a look checks [`Stop`] at these alone.
    pub looks: usize,
    /// Asked before every iteration whether to give up.
    pub halted: &'a (dyn Fn() -> bool + Sync),
}

/// How gradient descent goes about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Descent {
    /// α; 1/L where not given ([`lipschitz`]).
    pub rate: Option<f64>,
    /// When to stop.
    pub stop: Stop,
}

/// One look at the weights on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Updates done.
    pub iteration: u64,
    /// Rows read until then, over n; without those that were only read to look.
    pub passes: f64,
    /// R(w).
    pub risk: f64,
    /// ‖∇R(w)‖ / ‖∇R(0)‖; 0 where both are.
    pub gradient: f64,
    /// Since the start, without what looking took.
    pub seconds: f64,
    /// w, where it has at most two entries.
    pub weights: Option<Vec<f64>>,
}

/// How a solver ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// At what it was to reach.
    Converged,
    /// All iterations are spent.
    IterationsSpent,
    /// The risk is not finite, or a million times that of w = 0: the rate is too high.
    Diverged,
    /// It was told to give up.
    Halted,
}

/// What a solver came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// w: d entries, then the bias where there is one.
    pub weights: Vec<f64>,
    /// From w = 0, or the one point of a direct solver. The last is of `weights`.
    pub path: Vec<Point>,
    /// How it ended.
    pub ended: Ended,
    /// Updates done; 1 for the normal equations.
    pub iterations: u64,
    /// The learning rate, whoever chose it; none of a solver that has none.
    pub rate: Option<f64>,
    /// From the start to the end, without what looking took.
    pub seconds: f64,
    /// Bytes of X that were read in that time.
    pub bytes: u64,
    /// What a reader should know.
    pub note: Option<String>,
}

/// A problem that can't be solved.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SolveError {
    /// Rows and targets that don't fit each other.
    #[error(
        "failed to take {values} values as rows of {features} features with {targets} targets; give {features} values per target, and at least one"
    )]
    Shape {
        /// Values of X.
        values: usize,
        /// d.
        features: usize,
        /// Values of y.
        targets: usize,
    },
    /// NaN or infinity, or numbers whose squares are.
    #[error(
        "failed to fit rows that hold NaN, infinities or numbers beyond 1e150; clean or scale them"
    )]
    NotFinite,
    /// A class that is neither 0 nor 1.
    #[error(
        "failed to fit a logistic regression to a target that is neither 0 nor 1; it is for two classes"
    )]
    Classes,
    /// A rate that is no rate.
    #[error("failed to descend at a rate of {0}; give a positive number")]
    Rate(String),
    /// The eigenvalues of a matrix were not found.
    #[error("failed to find the eigenvalues of XᵀX; scale the features to similar sizes")]
    Eigenvalues,
}

/// The loss of one row, of z = Aug(x)·w.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// (z − y)².
    Square,
    /// ln(1 + e^z) − yz.
    Logistic,
}

/// What is minimised: the mean loss over the rows.
#[derive(Debug, Clone, Copy)]
struct Objective<'a> {
    x: Rows<'a>,
    y: &'a [f64],
    bias: bool,
    loss: Loss,
}

impl Loss {
    /// The loss, and its derivative by z.
    #[inline(always)]
    fn at(self, z: f64, y: f64) -> [f64; 2] {
        match self {
            Loss::Square => [(z - y) * (z - y), 2.0 * (z - y)],
            // As in `nn::loss`: overflows nowhere.
            Loss::Logistic => [
                z.max(0.0) - z * y + (-z.abs()).exp().ln_1p(),
                sigmoid(z) - y,
            ],
        }
    }
}

/// 1/(1 + e^−z), from the side on which the power is small.
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

    /// n.
    fn rows(&self) -> usize {
        self.y.len()
    }

    /// Entries of w.
    fn weights(&self) -> usize {
        self.x.features + usize::from(self.bias)
    }

    /// Bytes of X.
    fn bytes(&self) -> u64 {
        size_of_val(self.x.values) as u64
    }

    /// w without the bias, and the bias, 0 where there is none.
    fn split<'w>(&self, w: &'w [f64]) -> (&'w [f64], f64) {
        let (w, bias) = w.split_at(self.x.features);
        (w, bias.first().copied().unwrap_or(0.0))
    }
}

/// ‖v‖.
fn norm(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests;
