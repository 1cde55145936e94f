//! The executor of runs with a solver: job in, trace out.
//!
//! Runs are solved one after another on all cores, so that their times are comparable. Least squares on the same rows
//! have one exact optimum, which is computed once. All of their paths are compared with it.

mod model;
mod record;
mod shared_facts;

use super::descent::{Descent, gradient_descent};
use super::newton::newton;
use super::problem::{LeastSquares, Logistic, SolveError};
use super::solution::{Excess, Solution, SolverOptions, StopCriteria};
use super::stochastic::{Stochastic, stochastic};
use crate::config::Settings;
use crate::config::settings::{Loss, Solver, Solving};
use crate::trace::{Clock, Outcome, Trace};
use crate::train::datasets::Dataset;
use crate::train::executor::{Costs, Executor};
use crate::train::recorder::failed;
use crate::train::rows::NO_ROWS;
use crate::train::schedule::{Schedule, rows_per_batch};
use crate::train::{Cancellation, Ended, Job, is_past};
use record::{NAME, PATH_POINTS};
use shared_facts::{Exact, SharedFacts, least_squares};
use std::sync::Arc;
use std::thread;

/// Solves linear models, one after another on all cores.
pub const EXECUTOR: Executor<'static> = Executor {
    name: NAME,
    takes,
    shape: |_| None,
    together: |_| 1,
    alone: true,
    costs: COSTS,
    train: &solve_all,
};

// Fitted by `benches/cost/fit.py` to runs on an AVX-512 machine.
const COSTS: Costs = Costs {
    run: 5.5e5,
    rows: [27.6, 0.01, 0.0, 0.0],
    steps: [0.042, 0.0, 0.080, 33.7, 0.0, 0.0, 0.0, 0.0, 0.0],
};

/// Returns whether the executor supports these settings.
///
/// # Errors
/// The reason, as a phrase after "because".
fn takes(settings: &Settings) -> Result<(), &'static str> {
    match settings.solving {
        Some(_) => Ok(()),
        None => Err("no solver is set"),
    }
}

/// Why solvers do not support several targets.
const SEVERAL: &str = "solvers support one target, and y has several columns; set `solver = \"none\"`, or use a y with one column";

/// Solves one run after another, and reports each by its index. A cancelled run and all runs after it report nothing.
fn solve_all(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Cancellation,
    ended: &mut dyn FnMut(usize, Ended),
) {
    let mut known = SharedFacts::default();
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

/// Solves one run. Returns nothing if it was cancelled.
fn solve(
    job: &Job,
    solving: Solving,
    data: &Arc<Dataset>,
    known: &mut SharedFacts,
    control: &Cancellation,
) -> Result<Option<Ended>, SolveError> {
    let deadline = control.deadline();
    let halted = || control.is_cancelled() || is_past(deadline);
    let options = SolverOptions {
        workers: thread::available_parallelism().map_or(1, usize::from),
        points: PATH_POINTS,
        halted: &halted,
    };
    let bandwidth = known.bandwidth(data, options.workers);
    let squares = job.settings.loss == Loss::Mse;
    let exact = match squares {
        true => known.exact(data, &options)?,
        false => None,
    };
    let solution = match exact {
        None if squares => None,
        Some(exact) if solving.solver == Solver::NormalEquations => Some(exact.solution.clone()),
        _ => Some(found(job, solving, data, exact, &options)?),
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

/// Returns the result of a run that exceeded the timeout before its start.
fn timed_out(job: &Job) -> Ended {
    let nothing = failed(job, NAME, String::new());
    let outcome = Outcome::TimedOut { step: 0 };
    Trace { outcome, ..nothing }.into()
}

/// Runs an iterative solver.
fn found(
    job: &Job,
    solving: Solving,
    data: &Dataset,
    exact: Option<&Exact>,
    options: &SolverOptions,
) -> Result<Solution, SolveError> {
    let settings = job.settings;
    let n = data.train.len();
    let stop = StopCriteria {
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
            gradient_descent(&problem, &Descent { rate, stop }, options)
        }
        Solver::Sgd => {
            let how = Stochastic {
                rate,
                batch: rows_per_batch(settings.batch, n),
                sampling: settings.sampling,
                seed: job.seed,
                stop,
            };
            stochastic(&problem, &how, options)
        }
        Solver::Newton => {
            let LeastSquares { x, y, bias } = problem;
            newton(&Logistic { x, y, bias }, stop, options)
        }
    }
}
