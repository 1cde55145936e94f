//! L, the Lipschitz constant of the gradient of least squares: the largest eigenvalue of its Hessian
//! (2/n) Aug(X)ᵀAug(X), by power iteration. Descent at the rate 1/L never goes uphill.

use super::pass::Passes;
use super::{LeastSquares, Objective, SolveError, norm};
use crate::seed;
use rand::RngExt;

/// It is done when the estimate grows by less than this share.
const DONE: f64 = 1e-2;
/// Most passes.
const PASSES: u64 = 50;

/// The largest eigenvalue of the Hessian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lipschitz {
    /// L: the estimate grows towards it, and is taken where it has all but ceased to. A rate of 1/L is
    /// safe up to twice its size, so that what is missing does no harm.
    pub value: f64,
    /// Passes over X that it took.
    pub passes: u64,
}

/// L by power iteration from a start that is always the same.
///
/// # Errors
/// [`SolveError::Shape`]; [`SolveError::NotFinite`].
pub fn lipschitz(p: &LeastSquares, workers: usize) -> Result<Lipschitz, SolveError> {
    let objective = Objective::least_squares(p)?;
    // Of the targets 0 the gradient at v is the Hessian times v.
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
        // ‖Hv‖ for ‖v‖ = 1 is at most L, and nearer to it than the Rayleigh quotient.
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
