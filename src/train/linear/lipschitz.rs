//! The Lipschitz constant L of the gradient of least squares: the largest eigenvalue of its Hessian (2/n)
//! Aug(X)ᵀAug(X), by power iteration. Gradient descent with the rate 1/L never increases the loss.

use super::pass::Passes;
use super::problem::{LeastSquares, Objective, SolveError, norm};
use crate::seed;
use rand::RngExt;

/// The iteration ends when the estimate grows by less than this share.
const DONE: f64 = 1e-2;
/// Maximum number of passes.
const PASSES: u64 = 50;

/// The largest eigenvalue of the Hessian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lipschitz {
    /// L: the estimate increases towards it, and is accepted when it almost stops increasing. A rate of up to 2/L is
    /// stable, so a slight underestimate is harmless.
    pub value: f64,
    /// Number of passes over X.
    pub passes: u64,
}

/// Computes L by power iteration from a fixed start.
///
/// # Errors
/// [`SolveError::Shape`]; [`SolveError::NotFinite`].
pub fn lipschitz(p: &LeastSquares, workers: usize) -> Result<Lipschitz, SolveError> {
    let objective = Objective::least_squares(p)?;
    // For zero targets, the gradient at v is the Hessian times v.
    let zeros = vec![0.0; objective.rows()];
    let objective = Objective {
        y: &zeros,
        ..objective
    };
    let mut passes = Passes::new(objective, workers);
    let mut stream = seed::stream(0, "lipschitz");
    let start = (0..objective.weights()).map(|_| stream.random::<f64>() - 0.5);
    let mut v: Vec<f64> = start.collect();
    let mut next = vec![0.0; v.len()];
    let mut value = 0.0;
    for pass in 1..=PASSES {
        let size = norm(&v);
        v.iter_mut().for_each(|v| *v /= size);
        passes.at(&v, &mut next);
        // ‖Hv‖ for ‖v‖ = 1 is at most L, and closer to it than the Rayleigh quotient.
        let estimate = norm(&next);
        if !estimate.is_finite() {
            return Err(SolveError::NotFinite);
        }
        let done = estimate <= value * (1.0 + DONE);
        value = estimate.max(value);
        if done {
            return Ok(Lipschitz {
                value,
                passes: pass,
            });
        }
        std::mem::swap(&mut v, &mut next);
    }
    Ok(Lipschitz {
        value,
        passes: PASSES,
    })
}
