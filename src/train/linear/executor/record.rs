//! Converts the result of a solver to the trace of its run.

use super::model::LinearModel;
use super::shared_facts::Exact;
use crate::config::settings::{Loss, Solver};
use crate::trace::{
    Bowl, CURVE_POINTS, Curve, Evaluation, Outcome, Real, Score, Trace, Trajectory,
};
use crate::train::Job;
use crate::train::components::layers::{described, layers};
use crate::train::datasets::Dataset;
use crate::train::linear::problem::norm;
use crate::train::linear::solution::{PathPoint, Solution, SolverStatus};
use crate::train::recorder::outputs::Probe;
use crate::train::recorder::trajectory::{TrajectoryPoint, bowl, record_point, rounded};
use crate::train::recorder::{before, facts};
use crate::train::schedule::Schedule;

/// The name of this executor, part of the run ID, because different matrix products give different bits.
pub(super) const NAME: &str = match cfg!(feature = "openblas") {
    true => crate::identity::engine::SOLVER_OPENBLAS,
    false => crate::identity::engine::SOLVER,
};

/// Maximum number of points of the path of a run.
pub(super) const PATH_POINTS: usize = 60;

/// The points of a path are few enough to need no thinning.
const _: () = assert!(PATH_POINTS < CURVE_POINTS);

/// Returns the trace of a solved run.
pub(super) fn trace(job: &Job, data: &Dataset, exact: Option<&Exact>, of: Solution) -> Trace {
    let model = LinearModel::new(job.settings.loss, data);
    let probe = Probe::new(job);
    let zero = vec![0.0; of.weights.len()];
    let [start, end] = [&zero, &of.weights].map(|weights| model.answers(&probe, weights));
    let evaluations = evaluations(data, &of, &model);
    record_weights(job, &of);
    // The single layer of a linear model has no statistics to compare.
    let plan = layers(job.settings, data.features.len(), 1);
    Trace {
        outcome: outcome(job, &of),
        data: facts::facts(job),
        steps: of.iterations,
        steps_per_epoch: Some(Schedule::new(job.settings, data.train.len()).steps_per_epoch),
        trainable: of.weights.len() as u64,
        layers: described(job.settings, &plan),
        curve: curve(&evaluations),
        test: model.risk(&data.test, &of.weights),
        evaluations,
        predictions: probe.predictions(job, start, end),
        trajectory: Some(trajectory(job, data, exact, &of)),
        ..before(job, NAME)
    }
}

/// Passes the weights to a requested recorder: start, end, and those in between that are known.
fn record_weights(job: &Job, of: &Solution) {
    let Some(keep) = &job.keep else { return };
    let take = |step: u64, weights: &[f64]| {
        let (w, bias) = weights.split_at(weights.len() - 1);
        keep.take(step, vec![w.to_vec(), bias.to_vec()]);
    };
    take(0, &vec![0.0; of.weights.len()]);
    let between = of.path.iter().filter(|point| point.iteration > 0);
    for point in between.filter(|point| point.iteration < of.iterations) {
        if let Some(weights) = &point.weights {
            take(point.iteration, weights);
        }
    }
    take(of.iterations, &of.weights);
}

fn outcome(job: &Job, of: &Solution) -> Outcome {
    let step = of.iterations;
    let direct =
        job.settings.solving.map(|solving| solving.solver) == Some(Solver::NormalEquations);
    match of.ended {
        // A direct solver does not converge over iterations.
        SolverStatus::Converged if direct => Outcome::Finished,
        SolverStatus::Converged => Outcome::Converged { step },
        SolverStatus::IterationsSpent => Outcome::Finished,
        SolverStatus::Diverged => Outcome::Diverged {
            step: step.saturating_sub(1),
        },
        SolverStatus::Halted => Outcome::TimedOut { step },
    }
}

/// Returns the exact losses at the points of the path. Validation losses are known only where the weights are.
fn evaluations(data: &Dataset, of: &Solution, model: &LinearModel) -> Vec<Evaluation> {
    let at = |weights: &[f64], step: u64, train: Score| Evaluation {
        step,
        train: Some(train),
        validation: model.risk(&data.validation, weights),
    };
    let zero = vec![0.0; of.weights.len()];
    let start = model.risk(&data.train, &zero);
    let mut all: Vec<Evaluation> = start.map(|score| at(&zero, 0, score)).into_iter().collect();
    let last = of.path.len().saturating_sub(1);
    for (i, point) in of.path.iter().enumerate().filter(|(_, p)| p.iteration > 0) {
        let plain = Score {
            loss: Real(point.risk),
            accuracy: None,
        };
        all.push(match (&point.weights, i == last) {
            (Some(weights), _) => at(weights, point.iteration, plain),
            (None, true) => {
                let whole = model.risk(&data.train, &of.weights);
                at(&of.weights, point.iteration, whole.unwrap_or(plain))
            }
            (None, false) => Evaluation {
                step: point.iteration,
                train: Some(plain),
                validation: None,
            },
        });
    }
    all
}

/// Returns the losses after the start, as a training curve; a solver has no batch losses.
fn curve(evaluations: &[Evaluation]) -> Curve {
    let after = || evaluations.iter().skip(1);
    Curve {
        at: after().map(|evaluation| evaluation.step).collect(),
        values: after()
            .map(|evaluation| Real(evaluation.train_loss()))
            .collect(),
        of: evaluations.len().saturating_sub(1) as u64,
    }
}

/// Returns the trajectory of the weights, compared with the exact optimum if it is known.
fn trajectory(job: &Job, data: &Dataset, exact: Option<&Exact>, of: &Solution) -> Trajectory {
    let squares = job.settings.loss == Loss::Mse && data.features.len() == 1;
    let bowl = squares.then(|| bowl(&data.train)).flatten();
    let lowest = exact.map(Exact::risk);
    let start = mean_square(&data.train.y);
    let mut trajectory = Trajectory {
        lowest: lowest.map(Real),
        error: exact.map(|exact| Real(error(&of.weights, &exact.solution.weights))),
        bowl,
        bytes: Some(of.bytes),
        note: of.note.clone(),
        ..Trajectory::default()
    };
    for point in &of.path {
        let seen = TrajectoryPoint {
            iteration: point.iteration,
            passes: point.passes,
            risk: point.risk,
            excess: lowest.map(|lowest| excess(point, bowl, lowest, start)),
            gradient: point.gradient,
        };
        record_point(
            &mut trajectory,
            seen,
            point.weights.as_deref().unwrap_or(&[]),
        );
    }
    trajectory
}

/// Returns (R(w) − R(w*)) / (R(0) − R(w*)). If only the losses are known, it has only the digits of their difference,
/// and may be below 0.
fn excess(point: &PathPoint, bowl: Option<Bowl>, lowest: f64, start: f64) -> f64 {
    match (bowl, point.weights.as_deref()) {
        (Some(bowl), Some([w, b])) => bowl.above([*w, *b]) / bowl.above([0.0; 2]),
        _ => (point.risk - lowest).max(0.0) / (start - lowest),
    }
}

/// Returns ‖w − w*‖ / ‖w*‖.
fn error(weights: &[f64], optimum: &[f64]) -> f64 {
    let off: Vec<f64> = weights.iter().zip(optimum).map(|(w, o)| w - o).collect();
    rounded(norm(&off) / norm(optimum), 6)
}

/// Returns R(0) under the squared error.
fn mean_square(y: &[f64]) -> f64 {
    y.iter().map(|y| y * y).sum::<f64>() / y.len() as f64
}
