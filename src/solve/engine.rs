//! The engine of runs whose weights a solver finds: job in, trace out.
//!
//! Runs go one after another and each takes all cores, so that the clock of one is not that of its
//! neighbours too. Least squares of the same rows have one exact optimum, which is solved for once and
//! is what all of their paths are measured against.

mod known;
mod model;
mod record;

use super::{
    Control as Around, Descent, Excess, LeastSquares, Logistic, Rows, Solution, SolveError,
};
use super::{Stochastic, Stop, gradient_descent, newton, stochastic};
use crate::data::Dataset;
use crate::spec::Settings;
use crate::spec::settings::{Loss, Solver, Solving};
use crate::trace::{Clock, Outcome, Trace};
use crate::train::rows::NO_ROWS;
use crate::train::schedule::{Schedule, rows_per_batch};
use crate::train::{Control, Ended, Job, failed, is_past};
use known::{Exact, Known};
use std::sync::Arc;
use std::thread;

/// Name of this engine, part of the identity of its runs: other products have other bits.
pub const NAME: &str = match cfg!(feature = "openblas") {
    true => crate::identity::engine::SOLVER_OPENBLAS,
    false => crate::identity::engine::SOLVER,
};

/// Most looks at a run.
const LOOKS: usize = 60;

/// Whether it takes runs of these settings.
///
/// # Errors
/// The reason, to follow "because".
pub fn takes(settings: &Settings) -> Result<(), &'static str> {
    match settings.solving {
        Some(_) => Ok(()),
        None => Err("no solver was asked for"),
    }
}

/// Why several targets have no solver.
const SEVERAL: &str = "a solver finds the weights of one target, and y has several columns; take `solver = \"none\"`, or a y of one column";

/// Solves one run after another, and tells of each by its place. Nothing comes out of one that was
/// cancelled, nor of those after it.
pub fn solve_all(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Control,
    ended: &mut dyn FnMut(usize, Ended),
) {
    let mut known = Known::default();
    for (place, job) in jobs.enumerate() {
        let wrong = |why: String| Some(failed(&job, NAME, why).into());
        let run = match (job.settings.solving, &job.data) {
            (Some(_), Some(data)) if data.train.targets > 1 => wrong(SEVERAL.to_owned()),
            (Some(solving), Some(data)) if !data.train.is_empty() => {
                let run = solve(&job, solving, data, &mut known, control);
                run.unwrap_or_else(|error| wrong(error.to_string()))
            }
            _ => wrong(NO_ROWS.to_owned()),
        };
        match run {
            Some(run) => ended(place, run),
            None => return,
        }
    }
}

/// The rows of a data set as a solver takes them, always with a bias.
fn least_squares(data: &Dataset) -> LeastSquares<'_> {
    LeastSquares {
        x: Rows {
            values: &data.train.x,
            features: data.features.len(),
        },
        y: &data.train.y,
        bias: true,
    }
}

/// Solves one run: nothing if it was cancelled.
fn solve(
    job: &Job,
    solving: Solving,
    data: &Arc<Dataset>,
    known: &mut Known,
    control: &Control,
) -> Result<Option<Ended>, SolveError> {
    let deadline = control.deadline();
    let halted = || control.is_cancelled() || is_past(deadline);
    let around = Around {
        workers: thread::available_parallelism().map_or(1, usize::from),
        looks: LOOKS,
        halted: &halted,
    };
    let bandwidth = known.bandwidth(data, around.workers);
    let squares = job.settings.loss == Loss::Mse;
    let exact = match squares {
        true => known.exact(data, &around)?,
        false => None,
    };
    let solution = match exact {
        None if squares => None,
        Some(exact) if solving.solver == Solver::NormalEquations => Some(exact.solution.clone()),
        _ => Some(found(job, solving, data, exact, &around)?),
    };
    if control.is_cancelled() {
        return Ok(None);
    }
    Ok(Some(match solution {
        Some(solution) => {
            let clock = Clock {
                looks: solution.path.iter().map(|point| point.seconds).collect(),
                bandwidth,
            };
            let trace = record::trace(job, data, exact, solution);
            Ended { trace, clock }
        }
        None => timed_out(job),
    }))
}

/// A run whose time was up before anything was known.
fn timed_out(job: &Job) -> Ended {
    let nothing = failed(job, NAME, String::new());
    let outcome = Outcome::TimedOut { step: 0 };
    Trace { outcome, ..nothing }.into()
}

/// What an iterative solver comes to.
fn found(
    job: &Job,
    solving: Solving,
    data: &Dataset,
    exact: Option<&Exact>,
    around: &Around,
) -> Result<Solution, SolveError> {
    let settings = job.settings;
    let n = data.train.len();
    let stop = Stop {
        gradient: solving.gradient_tolerance,
        excess: solving
            .excess_tolerance
            .zip(exact)
            .map(|(share, exact)| Excess {
                share,
                optimum: exact.risk(),
            }),
        iterations: Schedule::new(settings, n).steps,
    };
    let rate = (settings.lr > 0.0).then_some(settings.lr);
    let problem = least_squares(data);
    match solving.solver {
        Solver::NormalEquations | Solver::Gd => {
            gradient_descent(&problem, &Descent { rate, stop }, around)
        }
        Solver::Sgd => {
            let how = Stochastic {
                rate,
                batch: rows_per_batch(settings.batch, n),
                sampling: settings.sampling,
                seed: job.seed,
                stop,
            };
            stochastic(&problem, &how, around)
        }
        Solver::Newton => {
            let LeastSquares { x, y, bias } = problem;
            newton(&Logistic { x, y, bias }, stop, around)
        }
    }
}
