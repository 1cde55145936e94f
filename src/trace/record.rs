//! [`Trace`], the record of one run: its fields, and what follows from them.

use super::{Curve, DataFacts, Evaluation, Layer, Outcome, Predictions, Real, Score, Trajectory};
use serde::{Deserialize, Serialize};

/// The version of the JSON form of a trace.
pub const VERSION: u32 = 2;

/// Hyperparameters by name, in the order in which they were given.
pub type Params = serde_json::Map<String, serde_json::Value>;

/// The record of one run.
///
/// Every series has numbers of updates as its positions. What is measured at position t belongs to the weights after t
/// updates; gradients and updates at position t are those of the next step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The version of the form, [`VERSION`].
    pub version: u32,
    /// The hyperparameters. Those of a built-in trainer are its settings in canonical form
    /// ([`crate::identity::canonical`]).
    pub params: Params,
    /// The seed of weights, batches and data.
    #[serde(default)]
    pub seed: u64,
    /// What trained it: the name of an executor, or of a program.
    #[serde(default)]
    pub executor: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Facts about its data.
    #[serde(default)]
    pub data: DataFacts,
    /// Number of updates.
    pub steps: u64,
    /// Number of updates per epoch; `None` if the run has no epochs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps_per_epoch: Option<u64>,
    /// Number of trainable parameters; 0 if it is not recorded.
    #[serde(default)]
    pub trainable: u64,
    /// The loss function, in the words of sweep files: `mse`, `cross-entropy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<String>,
    /// The optimizer or solver, in the words of sweep files: `sgd`, `adamw`, `newton`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimizer: Option<String>,
    /// The training curve: mean batch losses, thinned to [`CURVE_POINTS`] points with all extremes. The built-in
    /// trainers have one mean per epoch, at its end.
    #[serde(default, skip_serializing_if = "Curve::is_empty")]
    pub curve: Curve,
    /// Exact losses at about 50 positions, including start (0) and end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evaluations: Vec<Evaluation>,
    /// Exact loss of the test rows at the end, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Score>,
    /// The positions of about 50 snapshots of the layers, including the first and the last step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub snapshots: Vec<u64>,
    /// The normalization of the features inside of the network: `batch`, `layer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_normalization: Option<String>,
    /// How often clipping changed the gradient; `None` without clipping. With clipping by norm, it is the share of all
    /// steps in which the norm exceeds the maximum; clipping by value does not count then. With clipping by value alone,
    /// it is the share of the observed steps, those of snapshots, in which an entry of a weight gradient exceeds the
    /// maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clipped: Option<Real>,
    /// The layers with weights, input side first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<Layer>,
    /// The predictions of the network, before and after training.
    #[serde(default, skip_serializing_if = "Predictions::is_empty")]
    pub predictions: Predictions,
    /// The trajectory of the weights of a linear model, if it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trajectory: Option<Trajectory>,
    /// The end of what a program printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
}

/// Maximum number of probe rows, which are the first training rows.
pub const PROBE_ROWS: usize = 200;

/// Maximum number of points of a stored training curve.
pub const CURVE_POINTS: usize = 512;

impl Trace {
    /// Returns the trace of a run with these parameters that has no steps yet.
    pub fn new(params: Params) -> Trace {
        Trace {
            version: VERSION,
            params,
            seed: 0,
            executor: String::new(),
            outcome: Outcome::Finished,
            data: DataFacts::default(),
            steps: 0,
            steps_per_epoch: None,
            trainable: 0,
            loss: None,
            optimizer: None,
            curve: Curve::default(),
            evaluations: Vec::new(),
            test: None,
            snapshots: Vec::new(),
            input_normalization: None,
            clipped: None,
            layers: Vec::new(),
            predictions: Predictions::default(),
            trajectory: None,
            output: None,
        }
    }

    /// Returns whether it was recorded by version 1 of a built-in trainer, which records less of its layers.
    pub fn is_of_version_1(&self) -> bool {
        let first = self.layers.first();
        first.is_some_and(|layer| layer.fan_in.is_some() && layer.neuron_spread.is_none())
            && !self.snapshots.is_empty()
    }

    /// Returns the last evaluation with an exact training loss.
    pub fn last(&self) -> Option<&Evaluation> {
        let mut evaluations = self.evaluations.iter().rev();
        evaluations.find(|evaluation| evaluation.train.is_some())
    }

    /// Returns the training loss and accuracy at the end.
    pub fn end(&self) -> Option<Score> {
        self.last()?.train
    }

    /// Returns the steps and losses of the evaluations with an exact training loss.
    pub fn train_losses(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        let evaluations = self.evaluations.iter();
        evaluations.filter_map(|at| Some((at.step, at.train?.loss.0)))
    }

    /// Returns the steps and losses of the evaluations with an exact validation loss.
    pub fn validation_losses(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        let evaluations = self.evaluations.iter();
        evaluations.filter_map(|at| Some((at.step, at.validation?.loss.0)))
    }

    /// Returns whether any evaluation has a validation loss.
    pub fn has_validation(&self) -> bool {
        self.evaluations.iter().any(|at| at.validation.is_some())
    }

    /// Returns whether the curve has at most one point per [unit](Trace::unit).
    pub fn has_curve_by_unit(&self) -> bool {
        self.curve.of <= self.epoch_of(self.steps)
    }

    /// Returns the validation loss and accuracy at the end.
    pub fn validation_end(&self) -> Option<Score> {
        self.evaluations.iter().rev().find_map(|at| at.validation)
    }

    /// Returns training and validation scores of the last evaluation with both. Returns `None` without one, or if both
    /// were measured again after it, at different steps.
    pub fn last_pair(&self) -> Option<(Score, Score)> {
        let is_pair = |at: &Evaluation| at.train.is_some() && at.validation.is_some();
        let place = self.evaluations.iter().rposition(is_pair)?;
        let [pair, later @ ..] = &self.evaluations[place..] else {
            return None;
        };
        let is_old = later.iter().any(|at| at.train.is_some())
            && later.iter().any(|at| at.validation.is_some());
        pair.train.zip(pair.validation).filter(|_| !is_old)
    }

    /// Returns the training skill at the end: 1 for perfect predictions, 0 for the best constant.
    pub fn skill(&self) -> Option<f64> {
        Some(1.0 - self.data.left(self.end()?.loss.0))
    }

    /// Returns the validation skill at the end.
    pub fn validation_skill(&self) -> Option<f64> {
        let left = self.data.validation_left(self.validation_end()?.loss.0)?;
        Some(1.0 - left)
    }

    /// Returns the epoch that a number of updates belongs to, from 1, and 0 for none; the number itself for a run without
    /// epochs. [`Trace::unit`] is its unit.
    pub fn epoch_of(&self, step: u64) -> u64 {
        step.div_ceil(self.steps_per_epoch.unwrap_or(1).max(1))
    }

    /// Returns the training curve by [epoch](Trace::epoch_of) in place of step.
    pub fn curve_by_epoch(&self) -> Curve {
        Curve {
            at: self
                .curve
                .at
                .iter()
                .map(|step| self.epoch_of(*step))
                .collect(),
            ..self.curve.clone()
        }
    }

    /// Returns a number of updates in epochs; `None` for a run without epochs.
    pub fn epochs(&self, step: u64) -> Option<f64> {
        Some(step as f64 / self.steps_per_epoch? as f64)
    }

    /// Returns a number of updates in the units of [`Trace::unit`].
    pub fn along(&self, step: u64) -> f64 {
        self.epochs(step).unwrap_or(step as f64)
    }

    /// Returns the unit of positions: `epoch`, or `step` for a run without epochs.
    pub fn unit(&self) -> &'static str {
        match self.steps_per_epoch {
            Some(_) => "epoch",
            None => "step",
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testkit::sound::SyntheticRun;

    #[test]
    fn losses_at_the_end_are_the_last_measured_ones() {
        let run = SyntheticRun::sound().with_losses(&[1.0, 0.5, 0.4, 0.3]);
        let mut trace = run.with_validation(&[1.0, 0.8, 0.7, 0.6]).trace;
        trace.evaluations[3].validation = None;
        assert_eq!(trace.validation_skill(), Some(1.0 - 0.7));
        assert_eq!(trace.skill(), Some(1.0 - 0.3));
        let pair = |trace: &super::Trace| {
            let (train, validation) = trace.last_pair()?;
            Some((train.loss.0, validation.loss.0))
        };
        assert_eq!(pair(&trace), Some((0.4, 0.7)));
        // Both losses are measured again, at different steps.
        trace.evaluations[2].train = None;
        assert_eq!(pair(&trace), None);
        trace.evaluations[1].train = None;
        trace.evaluations[3].train = None;
        assert_eq!(pair(&trace), Some((1.0, 1.0)));
        trace.evaluations.remove(0);
        assert_eq!(pair(&trace), None);
        assert_eq!(trace.train_losses().count(), 0);
        assert_eq!(trace.validation_losses().last(), Some((800, 0.7)));
    }

    #[test]
    fn a_step_belongs_to_the_epoch_that_it_is_part_of() {
        let mut trace = SyntheticRun::sound().trace;
        trace.steps_per_epoch = Some(8);
        assert_eq!([0, 1, 8, 9].map(|step| trace.epoch_of(step)), [0, 1, 1, 2]);
        trace.steps_per_epoch = None;
        assert_eq!((trace.epoch_of(250), trace.unit()), (250, "step"));
    }
}
