//! Stochastic gradient descent on least squares: w ← w − α (2/m) Σ_B (Aug(xᵢ)·w − yᵢ) Aug(xᵢ).

use super::pass::Passes;
use super::path::{Iterate, Path, Stopwatch, path_iterations};
use super::problem::{LeastSquares, Objective, SolveError};
use super::rate::stochastic_rate;
use super::sgd_steps::SgdSteps;
use super::solution::{Solution, SolverOptions, SolverStatus, StopCriteria};
use crate::config::settings::Sampling;

/// The settings of stochastic gradient descent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stochastic {
    /// α; [`stochastic_rate`] by default.
    pub rate: Option<f64>,
    /// Number m of rows in a batch, at most n.
    pub batch: usize,
    /// How batches are sampled.
    pub sampling: Sampling,
    /// The seed of the batches, which are the same as in step-by-step training.
    pub seed: u64,
    /// When to stop; loss and gradient are known only at points of the path.
    pub stop: StopCriteria,
}

/// Minimizes from w = 0 with a constant learning rate.
///
/// # Errors
/// [`SolveError`].
pub fn stochastic(
    p: &LeastSquares,
    how: &Stochastic,
    options: &SolverOptions,
) -> Result<Solution, SolveError> {
    let objective = Objective::least_squares(p)?;
    let mut clock = Stopwatch::start();
    let batch = how.batch.clamp(1, objective.rows());
    let (rate, before, note) = rate(p, how, batch, options)?;
    let mut passes = Passes::new(objective, options.workers);
    let stream = (how.sampling, how.seed);
    let mut steps = SgdSteps::new(objective, stream, batch, rate, options.workers);
    let mut gradient = vec![0.0; objective.weights()];
    let mut path = None;
    let mut wanted = path_iterations(how.stop.iterations, options.points).into_iter();
    let ended = loop {
        let whole = steps.to(wanted.next().unwrap_or(how.stop.iterations), options);
        let read = before as f64 + steps.rows() as f64 / objective.rows() as f64;
        let seconds = clock.seconds();
        let ends = clock.without(|| {
            let weights = steps.weights();
            let risk = passes.at(&weights, &mut gradient);
            let path = path.get_or_insert_with(|| Path::new(&objective, how.stop, risk, &gradient));
            let here = Iterate {
                iteration: steps.iteration(),
                passes: read,
                seconds,
                risk,
                gradient: &gradient,
                weights: &weights,
            };
            path.push(&here);
            path.ends(&here)
        });
        let halted = || (!whole).then_some(SolverStatus::Halted);
        if let Some(ended) = ends.or_else(halted) {
            break ended;
        }
    };
    Ok(Solution {
        path: path.map(|path| path.points).unwrap_or_default(),
        ended,
        iterations: steps.iteration(),
        rate: Some(rate),
        seconds: clock.seconds(),
        bytes: before * objective.bytes() + steps.rows() * 8 * objective.x.features as u64,
        weights: steps.weights(),
        note,
    })
}

/// Returns α, the number of passes to find it, and a description.
fn rate(
    p: &LeastSquares,
    how: &Stochastic,
    batch: usize,
    options: &SolverOptions,
) -> Result<(f64, u64, Option<String>), SolveError> {
    match how.rate {
        Some(rate) if rate > 0.0 && rate.is_finite() => Ok((rate, 0, None)),
        Some(rate) => Err(SolveError::Rate(rate.to_string())),
        None => {
            let (rate, passes) = stochastic_rate(p, batch, options.workers)?;
            let note = format!(
                "rate 1/(2𝓛) with 𝓛 the expected smoothness of batches of {batch}, found in {}",
                crate::format::count(passes as usize, "pass"),
            );
            Ok((rate, passes, Some(note)))
        }
    }
}
