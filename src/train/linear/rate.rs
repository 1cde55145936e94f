//! A learning rate for stochastic gradient descent on least squares that is stable for every batch.
//!
//! Batches of m out of n rows have the expected smoothness 𝓛 = n(m − 1)/(m(n − 1)) L + (n − m)/(m(n − 1)) max Lᵢ,
//! where Lᵢ = 2‖Aug(xᵢ)‖² is that of one row. At the rate 1/(2𝓛), the expected distance to the optimum shrinks in
//! every iteration except for the noise (Gower et al. 2019, "SGD: General Analysis and Improved Rates", theorem 3.1
//! and proposition 3.8). For m = n it is half the rate of gradient descent.

use super::lipschitz::lipschitz;
use super::pass::in_parallel;
use super::problem::{LeastSquares, Objective, SolveError};
use std::sync::{Mutex, PoisonError};

/// Returns 1/(2𝓛) for batches of m rows, and the number of passes to find it.
///
/// # Errors
/// [`SolveError`].
pub fn stochastic_rate(
    p: &LeastSquares,
    batch: usize,
    workers: usize,
) -> Result<(f64, u64), SolveError> {
    let objective = Objective::least_squares(p)?;
    let l = lipschitz(p, workers)?;
    let (n, m) = (objective.rows() as f64, batch as f64);
    let others = (n - 1.0).max(1.0);
    let smoothness = n * (m - 1.0) / (m * others) * l.value
        + (n - m) / (m * others) * 2.0 * longest(&objective, workers);
    let rate = if smoothness > 0.0 {
        0.5 / smoothness
    } else {
        1.0
    };
    Ok((rate, l.passes + 1))
}

/// Returns max ‖Aug(xᵢ)‖².
fn longest(objective: &Objective, workers: usize) -> f64 {
    let d = objective.x.features;
    let all = Mutex::new(0.0_f64);
    let blocks = objective.x.values.chunks(d * 65_536_usize.div_ceil(d));
    in_parallel(workers, blocks, |rows| {
        let squares = rows
            .chunks_exact(d)
            .map(|row| row.iter().map(|x| x * x).sum::<f64>());
        let most = squares.fold(0.0, f64::max);
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        *all = all.max(most);
    });
    let longest = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    longest + f64::from(u8::from(objective.bias))
}
