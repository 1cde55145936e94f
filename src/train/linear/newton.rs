//! Logistic regression by Newton's method: w ← w − t H⁻¹∇R(w), a weighted least-squares problem in every iteration.
//! Steps are halved until the loss decreases.

use super::factor::Factor;
use super::gram::hessian;
use super::pass::Passes;
use super::path::{Iterate, Path, Stopwatch, path_iterations};
use super::problem::{Logistic, Objective, SolveError, norm};
use super::solution::{Solution, SolverOptions, SolverStatus, StopCriteria};
use crate::trace::SEPARABLE;
use std::f64::consts::LN_2;

/// Minimum decrease of the loss, as a share of the decrease that the slope predicts (Armijo).
const ENOUGH: f64 = 1e-4;
/// Share of the loss below which a decrease is lost in rounding.
const INVISIBLE: f64 = 1e-12;
/// Maximum number of halvings of a step; shorter steps change no digit.
const HALVINGS: i32 = 40;

/// Minimizes from w = 0 until a criterion of [`StopCriteria`] holds, or the loss no longer decreases in 64 bits.
///
/// # Errors
/// [`SolveError`].
pub fn newton(
    p: &Logistic,
    stop: StopCriteria,
    options: &SolverOptions,
) -> Result<Solution, SolveError> {
    let objective = Objective::logistic(p)?;
    let clock = Stopwatch::start();
    let mut passes = Passes::new(objective, options.workers);
    let mut weights = vec![0.0; objective.weights()];
    let mut gradient = weights.clone();
    let mut risk = passes.at(&weights, &mut gradient);
    let mut path = Path::new(&objective, stop, risk, &gradient);
    let wanted = path_iterations(stop.iterations, options.points);
    let (mut iteration, mut read, mut note) = (0, 1, None);
    let ended = loop {
        let here = Iterate {
            iteration,
            passes: read as f64,
            seconds: clock.seconds(),
            risk,
            gradient: &gradient,
            weights: &weights,
        };
        let mut ends = path.ends(&here);
        let mut next = None;
        if ends.is_none() {
            let hessian = hessian(&objective, &weights, options.workers, options.halted);
            match hessian {
                None => ends = Some(SolverStatus::Halted),
                Some(hessian) if !hessian.is_finite() => {
                    return Err(SolveError::NotFinite);
                }
                Some(hessian) => {
                    read += 1;
                    let factor = Factor::new(hessian.hessian(), options.workers)?;
                    note = factor.note();
                    let step = factor.solve(&gradient);
                    next = line_search(&mut passes, &weights, &step, &gradient, risk, &mut read);
                    if next.is_none() {
                        ends = Some(SolverStatus::Converged);
                    }
                }
            }
        }
        if ends.is_some() || wanted.binary_search(&iteration).is_ok() {
            path.push(&here);
        }
        if let Some(ended) = ends {
            break ended;
        }
        if let Some(found) = next {
            (weights, gradient, risk) = found;
        }
        iteration += 1;
    };
    if risk * (objective.rows() as f64) < LN_2 {
        // Then the loss of every row is below ln 2, so every row is classified correctly.
        note = Some(SEPARABLE.to_owned());
    }
    Ok(Solution {
        weights,
        path: path.points,
        ended,
        iterations: iteration,
        rate: None,
        seconds: clock.seconds(),
        bytes: read * objective.bytes(),
        note,
    })
}

/// Returns weights, gradient and loss for the longest step t = 1, ½, ¼, … with a sufficient decrease of the loss. If
/// the decrease is lost in rounding, the full step is accepted if it shrinks the gradient. Returns `None` if there is
/// no such step.
fn line_search(
    passes: &mut Passes,
    weights: &[f64],
    step: &[f64],
    gradient: &[f64],
    risk: f64,
    read: &mut u64,
) -> Option<(Vec<f64>, Vec<f64>, f64)> {
    let slope: f64 = step.iter().zip(gradient).map(|(s, g)| s * g).sum();
    let mut at = vec![0.0; weights.len()];
    for halvings in 0..HALVINGS {
        let t = 0.5_f64.powi(halvings);
        let moved = weights.iter().zip(step).map(|(w, s)| w - t * s);
        let moved: Vec<f64> = moved.collect();
        *read += 1;
        let there = passes.at(&moved, &mut at);
        if slope <= INVISIBLE * risk {
            return (norm(&at) < norm(gradient)).then_some((moved, at, there));
        }
        if there <= risk - ENOUGH * t * slope {
            return Some((moved, at, there));
        }
    }
    None
}
