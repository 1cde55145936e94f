//! Gradient descent on least squares: w ← w − α ∇R(w), one pass over X per iteration.

use super::lipschitz::lipschitz;
use super::pass::Passes;
use super::path::{Iterate, Path, Stopwatch, path_iterations};
use super::problem::{LeastSquares, Objective, SolveError};
use super::solution::{Solution, SolverOptions, SolverStatus, StopCriteria};

/// The settings of gradient descent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Descent {
    /// α; 1/L by default ([`lipschitz`]).
    pub rate: Option<f64>,
    /// When to stop.
    pub stop: StopCriteria,
}

/// Minimizes from w = 0. The pass for the gradient also gives the loss, so [`StopCriteria`] is checked in every
/// iteration at no cost. The passes for L count as passes, not as iterations.
///
/// # Errors
/// [`SolveError`].
pub fn gradient_descent(
    p: &LeastSquares,
    how: &Descent,
    options: &SolverOptions,
) -> Result<Solution, SolveError> {
    let objective = Objective::least_squares(p)?;
    let clock = Stopwatch::start();
    let (rate, before, note) = rate(p, how, options)?;
    let mut passes = Passes::new(objective, options.workers);
    let mut weights = vec![0.0; objective.weights()];
    let mut gradient = weights.clone();
    let mut risk = passes.at(&weights, &mut gradient);
    let mut path = Path::new(&objective, how.stop, risk, &gradient);
    let wanted = path_iterations(how.stop.iterations, options.points);
    let mut iteration = 0;
    let ended = loop {
        let here = Iterate {
            iteration,
            passes: (before + iteration + 1) as f64,
            seconds: clock.seconds(),
            risk,
            gradient: &gradient,
            weights: &weights,
        };
        let halted = || (options.halted)().then_some(SolverStatus::Halted);
        let ends = path.ends(&here).or_else(halted);
        if ends.is_some() || wanted.binary_search(&iteration).is_ok() {
            path.push(&here);
        }
        if let Some(ended) = ends {
            break ended;
        }
        for (w, g) in weights.iter_mut().zip(&gradient) {
            *w -= rate * g;
        }
        risk = passes.at(&weights, &mut gradient);
        iteration += 1;
    };
    Ok(Solution {
        weights,
        path: path.points,
        ended,
        iterations: iteration,
        rate: Some(rate),
        seconds: clock.seconds(),
        bytes: (before + iteration + 1) * objective.bytes(),
        note,
    })
}

/// Returns α, the number of passes to find it, and a description.
fn rate(
    p: &LeastSquares,
    how: &Descent,
    options: &SolverOptions,
) -> Result<(f64, u64, Option<String>), SolveError> {
    match how.rate {
        Some(rate) if rate > 0.0 && rate.is_finite() => Ok((rate, 0, None)),
        Some(rate) => Err(SolveError::Rate(rate.to_string())),
        None => {
            let l = lipschitz(p, options.workers)?;
            // If all features are 0, the loss is constant, and any rate works.
            let rate = if l.value > 0.0 { 1.0 / l.value } else { 1.0 };
            let note = format!(
                "rate 1/L with L = {}, the largest eigenvalue of the Hessian, by power iteration in {}",
                crate::format::number(l.value),
                crate::format::count(l.passes as usize, "pass"),
            );
            Ok((rate, l.passes, Some(note)))
        }
    }
}
