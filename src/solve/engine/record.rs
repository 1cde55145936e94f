//! Converts the result of a solver to the trace of its run.

use super::known::Exact;
use super::model::Linear;
use super::{LOOKS, NAME};
use crate::data::Dataset;
use crate::identity::canonical;
use crate::solve::{Ended as How, Point, Solution, norm};
use crate::spec::settings::{Loss, Solver};
use crate::trace::{Bowl, CURVE_POINTS, Curve, Outcome, Real, Risk, RiskPoint, Trace, Trajectory};
use crate::train::outputs::Probe;
use crate::train::schedule::Schedule;
use crate::train::trajectory::{Seen, bowl, rounded, take_down};
use crate::train::{Job, facts};

/// The points of a path are few enough to need no thinning.
const _: () = assert!(LOOKS < CURVE_POINTS);

/// Returns the trace of a solved run.
pub(super) fn trace(job: &Job, data: &Dataset, exact: Option<&Exact>, of: Solution) -> Trace {
    let model = Linear::new(job.settings.loss, data);
    let probe = Probe::new(job);
    let zero = vec![0.0; of.weights.len()];
    let [before, after] = [&zero, &of.weights].map(|weights| model.answers(&probe, weights));
    let risks = risks(job, data, &of, &model);
    hand_over(job, &of);
    Trace {
        settings: canonical(job.settings),
        seed: job.seed,
        engine: NAME.to_owned(),
        outcome: outcome(job, &of),
        data: facts::facts(job),
        steps: of.iterations,
        parameters: of.weights.len() as u64,
        curve: curve(&risks),
        test: model.risk(&data.test, &of.weights),
        risks,
        // A linear model has a single layer, so there are no layer statistics to compare.
        moments: Vec::new(),
        layers: Vec::new(),
        outputs: probe.outputs(job, before, after),
        trajectory: Some(trajectory(job, data, exact, &of)),
    }
}

/// Passes the weights to a requested recorder: start, end, and those in between that are known.
fn hand_over(job: &Job, of: &Solution) {
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
        How::Converged if direct => Outcome::Finished,
        How::Converged => Outcome::Converged { step },
        How::IterationsSpent => Outcome::Finished,
        How::Diverged => Outcome::Diverged {
            step: step.saturating_sub(1),
        },
        How::Halted => Outcome::TimedOut { step },
    }
}

/// Returns the exact losses at the start, and at the last snapshot of every epoch that has one. Validation losses are
/// known only where the weights are.
fn risks(job: &Job, data: &Dataset, of: &Solution, model: &Linear) -> Vec<RiskPoint> {
    let schedule = Schedule::new(job.settings, data.train.len());
    let at = |weights: &[f64], epoch: u64, train: Risk| RiskPoint {
        epoch,
        train,
        validation: model.risk(&data.validation, weights),
    };
    let zero = vec![0.0; of.weights.len()];
    let start = model.risk(&data.train, &zero);
    let mut risks: Vec<RiskPoint> = start.map(|risk| at(&zero, 0, risk)).into_iter().collect();
    let last = of.path.len().saturating_sub(1);
    for (i, point) in of.path.iter().enumerate().filter(|(_, p)| p.iteration > 0) {
        let epoch = point.iteration.div_ceil(schedule.steps_per_epoch);
        let ends = of.path.get(i + 1);
        if ends.is_some_and(|next| next.iteration.div_ceil(schedule.steps_per_epoch) == epoch) {
            continue;
        }
        let plain = Risk {
            loss: Real(point.risk),
            accuracy: None,
        };
        risks.push(match (&point.weights, i == last) {
            (Some(weights), _) => at(weights, epoch, plain),
            (None, true) => {
                let whole = model.risk(&data.train, &of.weights);
                at(&of.weights, epoch, whole.unwrap_or(plain))
            }
            (None, false) => RiskPoint {
                epoch,
                train: plain,
                validation: None,
            },
        });
    }
    risks
}

/// Returns the losses after the start, as a training curve; a solver has no batch losses.
fn curve(risks: &[RiskPoint]) -> Curve {
    let after = || risks.iter().skip(1);
    Curve {
        epochs: after().map(|point| point.epoch).collect(),
        values: after().map(|point| point.train.loss).collect(),
        of: risks.last().map_or(0, |last| last.epoch),
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
        let seen = Seen {
            iteration: point.iteration,
            passes: point.passes,
            risk: point.risk,
            excess: lowest.map(|lowest| excess(point, bowl, lowest, start)),
            gradient: point.gradient,
        };
        take_down(
            &mut trajectory,
            seen,
            point.weights.as_deref().unwrap_or(&[]),
        );
    }
    trajectory
}

/// Returns (R(w) − R(w*)) / (R(0) − R(w*)). If only the losses are known, it has only the digits of their difference,
/// and may be below 0.
fn excess(point: &Point, bowl: Option<Bowl>, lowest: f64, start: f64) -> f64 {
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
