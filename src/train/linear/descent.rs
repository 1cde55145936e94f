//! Gradient descent on least squares: w ← w − α ∇R(w), one pass over X per iteration.

use super::pass::Passes;
use super::path::{Clock, Here, Path, looks};
use super::{Control, Descent, LeastSquares, Objective, Solution, SolveError};
use super::{Ended, lipschitz};

/// Minimizes from w = 0. The pass for the gradient also gives the loss, so [`super::Stop`] is checked in every
/// iteration at no cost. The passes for L count as passes, not as iterations.
///
/// # Errors
/// [`SolveError`].
pub fn gradient_descent(
    p: &LeastSquares,
    how: &Descent,
    control: &Control,
) -> Result<Solution, SolveError> {
    let objective = Objective::least_squares(p)?;
    let clock = Clock::start();
    let (rate, before, note) = rate(p, how, control)?;
    let mut passes = Passes::new(objective, control.workers);
    let mut weights = vec![0.0; objective.weights()];
    let mut gradient = weights.clone();
    let mut risk = passes.at(&weights, &mut gradient);
    let mut path = Path::new(&objective, how.stop, risk, &gradient);
    let wanted = looks(how.stop.iterations, control.looks);
    let mut iteration = 0;
    let ended = loop {
        let here = Here {
            iteration,
            passes: (before + iteration + 1) as f64,
            seconds: clock.seconds(),
            risk,
            gradient: &gradient,
            weights: &weights,
        };
        let halted = || (control.halted)().then_some(Ended::Halted);
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
    control: &Control,
) -> Result<(f64, u64, Option<String>), SolveError> {
    match how.rate {
        Some(rate) if rate > 0.0 && rate.is_finite() => Ok((rate, 0, None)),
        Some(rate) => Err(SolveError::Rate(rate.to_string())),
        None => {
            let l = lipschitz(p, control.workers)?;
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
