//! Least squares by the normal equations: AᵀA w = Aᵀy with A = Aug(X).
//!
//! This is one step of Newton's method from w = 0, because R is quadratic. A second step with the same factors
//! recovers most of the digits that forming XᵀX loses (iterative refinement, for one more pass over X).

use super::factor::Factor;
use super::gram::squares;
use super::pass::Passes;
use super::path::{Iterate, Path, Stopwatch};
use super::problem::{LeastSquares, Objective, SolveError, norm};
use super::solution::{Solution, SolverOptions, SolverStatus, StopCriteria};

/// Returns the exact solution. If it is not unique, returns the one of minimum norm, with a note.
///
/// # Errors
/// [`SolveError`].
pub fn normal_equations(p: &LeastSquares, options: &SolverOptions) -> Result<Solution, SolveError> {
    let objective = Objective::least_squares(p)?;
    let mut clock = Stopwatch::start();
    let start = vec![0.0; objective.weights()];
    let Some(squares) = squares(&objective, options.workers, options.halted) else {
        return Ok(halted(start, &clock));
    };
    if !squares.is_finite() {
        return Err(SolveError::NotFinite);
    }
    let (risk, mut gradient) = squares.start();
    let stop = StopCriteria {
        gradient: None,
        excess: None,
        iterations: 1,
    };
    let mut path = Path::new(&objective, stop, risk, &gradient);
    let factor = Factor::new(squares.hessian(), options.workers)?;
    let mut passes = Passes::new(objective, options.workers);
    let first = step(&factor, &start, &gradient);
    let mut best = first.clone();
    let mut risk = passes.at(&first, &mut gradient);
    let mut weights = step(&factor, &first, &gradient);
    let seconds = clock.seconds();
    clock.without(|| {
        let slope = norm(&gradient);
        let refined = passes.at(&weights, &mut gradient);
        if norm(&gradient) <= slope {
            (best, risk) = (std::mem::take(&mut weights), refined);
        } else {
            passes.at(&best, &mut gradient);
        }
        path.push(&Iterate {
            iteration: 1,
            passes: 2.0,
            seconds,
            risk,
            gradient: &gradient,
            weights: &best,
        });
    });
    Ok(Solution {
        weights: best,
        path: path.points,
        ended: SolverStatus::Converged,
        iterations: 1,
        rate: None,
        seconds,
        bytes: 2 * objective.bytes(),
        note: factor.note(),
    })
}

/// Returns w − A⁻¹g.
fn step(factor: &Factor, w: &[f64], gradient: &[f64]) -> Vec<f64> {
    let step = factor.solve(gradient);
    w.iter().zip(step).map(|(w, step)| w - step).collect()
}

fn halted(start: Vec<f64>, clock: &Stopwatch) -> Solution {
    Solution {
        weights: start,
        path: Vec::new(),
        ended: SolverStatus::Halted,
        iterations: 0,
        rate: None,
        seconds: clock.seconds(),
        bytes: 0,
        note: None,
    }
}
