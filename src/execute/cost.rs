//! The cost model: how long runs take, counted from their settings.
//!
//! [`Work`] counts the arithmetic of a run, whatever the machine. The [`Costs`] of its [`Executor`](crate::train::executor::Executor)
//! turn counts into seconds on the machine on which `benches/cost.rs` measured them. A
//! [`Calibration`](crate::study::Calibration) corrects them for the processor at hand. Early stopping and divergence
//! end runs earlier than counted.

use super::group::Group;
use super::plan::Plan;
use crate::config::Settings;
use crate::config::settings::{Activation, Loss, OptimizerSettings, Precision, Solver};
use crate::trace::PROBE_ROWS;
use crate::train::components::layers::layers;
use crate::train::components::outputs;
use crate::train::datasets::{Files, fitted_rows, sizes};
use crate::train::executor::Costs;
use crate::train::schedule::{Schedule, rows_per_batch};

/// The arithmetic of one run.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Work {
    /// Once for all runs of the same rows that train together: numbers in the rows; for the best linear model,
    /// products of its second moments, and products and exponentials of one step of its descent.
    pub rows: [f64; 4],
    /// Once for all runs that train together: steps, layers × steps; in training, weights × rows, neurons × rows,
    /// neurons × rows with an exponential or a normalization, outputs × rows with a logarithm, weights × steps; in
    /// evaluations, weights × rows, neurons × rows.
    pub steps: [f64; 9],
    /// Time in the precision of the run, relative to float32.
    pub precision: f64,
}

/// Seconds to start the workers and to end the last writes of the store.
const START: f64 = 0.01;

/// Fraction of its budget that a solver by descent usually needs to reach its tolerance.
const UNTIL_TOLERANCE: f64 = 0.1;

/// Steps of Newton's method that logistic regression usually takes.
const NEWTON_STEPS: f64 = 8.0;

/// Time in float64 over time in float32, in the stacked executor: half as many lanes.
const DOUBLE: f64 = 2.0;

impl Work {
    /// Counts a run.
    pub fn of(settings: &Settings, files: &Files) -> Work {
        let sizes = sizes(&settings.data, files);
        let (train, evaluated, d, k) = match sizes {
            Some(of) => {
                let k = outputs(settings, of.classes, of.targets);
                (of.train, of.train + of.validation, of.features, k)
            }
            // A one-weight model has a single row without content.
            None => (1, 1, 1, 1),
        };
        let layers = layers(settings, d, k);
        let weights: f64 = layers.iter().map(|l| (l.inputs * l.outputs) as f64).sum();
        let neurons: f64 = layers.iter().map(|layer| layer.outputs as f64).sum();
        let normalized = layers.iter().filter(|layer| layer.norm.is_some());
        let normalized: f64 = normalized.map(|layer| layer.outputs as f64).sum();
        let (weights, neurons) = (weights.max(1.0), neurons.max(1.0));
        let schedule = Schedule::new(settings, train);
        let steps = schedule.steps as f64;
        let rows = steps * rows_per_batch(settings.batch, train) as f64;
        let costly = normalized + neurons * exponentials(settings.activation);
        // Batch normalization sees the probe rows apart from all others.
        let probed = match normalized > 0.0 {
            true => PROBE_ROWS.min(train),
            false => 0,
        };
        let looks = ((schedule.looks.len() + 1) * evaluated + schedule.looks.len() * probed) as f64;
        let numbers = sizes.map_or(0.0, |of| (of.rows() * (of.features + of.targets)) as f64);
        let solver = settings.solving.map(|solving| solving.solver);
        let descended = match solver {
            Some(Solver::Gd | Solver::Sgd) => UNTIL_TOLERANCE,
            Some(Solver::NormalEquations | Solver::Newton) | None => 1.0,
        };
        let products = match solver {
            Some(solver) => solved(solver, d as f64, train as f64, weights * rows),
            None => weights * rows,
        };
        let [moments, descent, exponentials] = match sizes {
            Some(_) => linear(settings.loss, train, d, k.max(2)),
            None => [0.0; 3],
        };
        Work {
            rows: [numbers, moments, descent, exponentials],
            steps: [
                steps,
                steps * layers.len().max(1) as f64,
                products,
                neurons * rows * descended,
                costly * rows,
                logarithms(settings.loss) * k as f64 * rows,
                weights * steps * memories(settings.optimizer),
                weights * looks,
                neurons * looks,
            ],
            precision: match settings.precision {
                Precision::F32 => 1.0,
                Precision::F64 => DOUBLE,
            },
        }
    }

    /// Returns the seconds of this run in a call of an executor with these costs. The runs of a call share its costs.
    pub fn seconds(&self, costs: &Costs, share: Share) -> f64 {
        let Share { together, of_rows } = share;
        let sum = |counts: &[f64], costs: &[f64]| -> f64 {
            counts
                .iter()
                .zip(costs)
                .map(|(count, cost)| count * cost)
                .sum()
        };
        let rows = sum(&self.rows, &costs.rows) / of_rows.max(1) as f64;
        let steps = sum(&self.steps, &costs.steps) * self.precision / together.max(1) as f64;
        (costs.run + rows + steps) * 1e-9
    }
}

/// Returns the products of a solver.
fn solved(solver: Solver, d: f64, rows: f64, in_steps: f64) -> f64 {
    let direct = rows * d * d + d * d * d;
    match solver {
        Solver::NormalEquations => direct,
        Solver::Newton => NEWTON_STEPS * direct,
        Solver::Gd | Solver::Sgd => UNTIL_TOLERANCE * in_steps,
    }
}

/// Returns the products of the second moments of the best linear model, and the products and exponentials of one step of
/// its descent.
fn linear(loss: Loss, rows: usize, d: usize, columns: usize) -> [f64; 3] {
    let (n, p) = (fitted_rows(rows, d, columns) as f64, (d + 1) as f64);
    let k = columns as f64;
    match loss {
        Loss::Mse => [n * p * p, 0.0, 0.0],
        Loss::Mae | Loss::Huber { .. } => [n * p * p, n * p * k, 0.0],
        Loss::Bce | Loss::CrossEntropy => [n * p * p, n * p * k, n * k],
    }
}

/// Returns the exponentials of an activation and its derivative, relative to a hyperbolic tangent.
fn exponentials(activation: Activation) -> f64 {
    match activation {
        Activation::Linear | Activation::Relu | Activation::LeakyRelu { .. } => 0.0,
        Activation::Tanh
        | Activation::Sigmoid
        | Activation::Silu
        | Activation::Elu { .. }
        | Activation::Softplus => 1.0,
        Activation::Gelu => 2.0,
    }
}

/// Returns 1 for a loss with a logarithm and an exponential per output.
fn logarithms(loss: Loss) -> f64 {
    match loss {
        Loss::Bce | Loss::CrossEntropy => 1.0,
        Loss::Mse | Loss::Mae | Loss::Huber { .. } => 0.0,
    }
}

/// Returns the numbers per weight that an update reads and writes, relative to plain SGD.
fn memories(optimizer: OptimizerSettings) -> f64 {
    match optimizer {
        OptimizerSettings::Sgd { momentum, .. } => {
            if momentum == 0.0 {
                1.0
            } else {
                2.0
            }
        }
        OptimizerSettings::RmsProp { .. } | OptimizerSettings::AdaGrad { .. } => 3.0,
        OptimizerSettings::Adam { .. } | OptimizerSettings::AdamW { .. } => 4.0,
    }
}

/// Returns the seconds that the missing runs of a plan take with a number of jobs. `correction` is the time of an
/// executor over that of the model.
pub fn seconds(
    plan: &Plan,
    groups: &[Group],
    files: &Files,
    jobs: usize,
    correction: impl Fn(&str) -> f64,
) -> f64 {
    let mut workers = vec![0.0_f64; jobs.max(1)];
    let mut alone = 0.0;
    for group in groups {
        let correction = correction(group.executor.name);
        let runs = of_runs(plan, group, files);
        // When the run of a lane has ended, the lane takes the next run, so that the calls of a group share its work.
        for call in runs.chunks(group.together.max(1)) {
            let call = call.iter().sum::<f64>() * correction;
            if group.executor.alone {
                alone += call;
                continue;
            }
            // The next call starts on the worker that is done first.
            if let Some(first) = workers.iter_mut().min_by(|a, b| a.total_cmp(b)) {
                *first += call;
            }
        }
    }
    START + alone + workers.into_iter().fold(0.0, f64::max)
}

/// The number of runs that share the costs of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Runs in the call.
    pub together: usize,
    /// Runs of the same rows and seed among them.
    pub of_rows: usize,
}

/// Splits the runs of a group into calls of its executor. Returns the share of each run, in the order of the runs.
pub fn shares(plan: &Plan, group: &Group) -> Vec<Share> {
    let cell = |place: usize| &plan.results.cells[place];
    // Runs of the same rows are next to each other.
    let same = |a: &(usize, usize), b: &(usize, usize)| {
        let (one, other) = (cell(a.0), cell(b.0));
        one.runs[a.1].run.seed == other.runs[b.1].run.seed
            && one.cell.settings.data == other.cell.settings.data
    };
    let mut shares = Vec::with_capacity(group.runs.len());
    for call in group.runs.chunks(group.together.max(1)) {
        for rows in call.chunk_by(same) {
            let share = Share {
                together: call.len(),
                of_rows: rows.len(),
            };
            shares.extend(rows.iter().map(|_| share));
        }
    }
    shares
}

/// Returns the seconds of each run of a group, in their order.
pub fn of_runs(plan: &Plan, group: &Group, files: &Files) -> Vec<f64> {
    let shares = shares(plan, group).into_iter();
    let of_run = |((place, _), share): (&(usize, usize), Share)| {
        let work = Work::of(&plan.results.cells[*place].cell.settings, files);
        work.seconds(&group.executor.costs, share)
    };
    group.runs.iter().zip(shares).map(of_run).collect()
}
