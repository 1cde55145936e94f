//! The record from which a trace is built: what to record at which step, and where.
//!
//! Every executor keeps one per run, and passes its measurements as numbers. Thus times and contents of snapshots are
//! equal for all executors.

use super::curve::thin;
use super::observe::{LayerSums, Penalty, Snapshots, rounded};
use super::outputs::{Answers, Probe};
use super::trajectory::TrainingTrajectory;
use super::{before, facts};
use crate::config::Settings;
use crate::config::settings::Precision;
use crate::trace::{Curve, Evaluation, Layer, Outcome, Real, Score, Trace};
use crate::train::Job;
use crate::train::components::optim::schedule::Rate;
use crate::train::schedule::Schedule;

/// The growing record of a run.
#[derive(Debug)]
pub struct Record<'a> {
    job: Job<'a>,
    engine: &'static str,
    schedule: Schedule,
    /// Number of trainable parameters.
    parameters: u64,
    probe: Probe,
    start: Answers,
    rate: Rate,
    snapshots: Snapshots,
    /// Number of scheduled observations that were made.
    looks: usize,
    /// Number of steps in which clipping changed the gradient, of those in which that is known.
    clipped: (u64, u64),
    /// Sum and number of this epoch's batch losses.
    losses: (f64, u32),
    /// Mean batch losses of the previous epochs.
    curve: Vec<f64>,
    evaluations: Vec<Evaluation>,
    patience: Patience,
    steps: u64,
    trajectory: Option<TrainingTrajectory>,
}

/// The exact losses of a model on the training rows, and on the validation rows if there are any.
pub type Losses = (MeasuredLoss, Option<MeasuredLoss>);

/// How a snapshot is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Permanently.
    Kept,
    /// Until the next one: early stopping may end the run with this epoch, which is known only after the update.
    Provisional,
}

/// The losses of some rows, as an executor measures them.
#[derive(Debug, Clone, Copy)]
pub struct MeasuredLoss {
    /// Mean loss.
    pub loss: f64,
    /// Number of correctly predicted rows; `None` for a regression.
    pub correct: Option<usize>,
    /// Number of rows.
    pub rows: usize,
}

/// How long the monitored loss has not improved.
#[derive(Debug)]
struct Patience {
    /// Maximum number of epochs without improvement.
    epochs: Option<usize>,
    best: f64,
    waited: usize,
}

impl<'a> Record<'a> {
    /// Returns the record before training: layers with weights, number of trainable parameters, and initial
    /// predictions.
    pub fn new(
        job: &Job<'a>,
        engine: &'static str,
        schedule: Schedule,
        layers: Vec<Layer>,
        parameters: u64,
        (probe, start): (Probe, Answers),
    ) -> Record<'a> {
        Record {
            patience: Patience {
                epochs: job.settings.patience,
                best: f64::INFINITY,
                waited: 0,
            },
            trajectory: TrainingTrajectory::new(job, &schedule),
            rate: Rate::new(job.settings, schedule.budget),
            job: job.clone(),
            engine,
            schedule,
            parameters,
            probe,
            start,
            snapshots: Snapshots::new(layers),
            looks: 0,
            clipped: (0, 0),
            losses: (0.0, 0),
            curve: Vec::new(),
            evaluations: Vec::new(),
            steps: 0,
        }
    }

    /// Returns whether weights are requested after `step` updates; `last` is true at the end of the run.
    pub fn wants_weights(&self, step: u64, last: bool) -> bool {
        let keep = self.job.keep.as_ref();
        let keep = keep.is_some_and(|keep| keep.is_due(step, last));
        let own = self.trajectory.as_ref();
        keep || own.is_some_and(|trajectory| trajectory.is_due(step, last))
    }

    /// Stores requested weights: one entry per tensor, in the order of [`crate::train::components::Model::state`].
    pub fn weights(&mut self, step: u64, last: bool, numbers: Vec<Vec<f64>>) {
        let own = self.trajectory.as_mut();
        if let Some(trajectory) = own.filter(|trajectory| trajectory.is_due(step, last)) {
            trajectory.record(step, &numbers);
        }
        if let Some(keep) = self
            .job
            .keep
            .as_ref()
            .filter(|keep| keep.is_due(step, last))
        {
            keep.take(step, numbers);
        }
    }

    /// Returns the schedule.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Records the loss of a batch.
    pub fn batch_loss(&mut self, loss: f64) {
        self.losses.0 += loss;
        self.losses.1 += 1;
    }

    /// Records the norm of a gradient before clipping by norm.
    pub fn gradient_norm(&mut self, norm: f64) {
        if let Some(most) = self.job.settings.clip.norm {
            self.clipped.0 += u64::from(norm > most);
            self.clipped.1 += 1;
        }
    }

    /// Returns whether exact losses and layers are observed before the update of a step.
    pub fn is_scheduled(&self, step: u64) -> bool {
        self.schedule.looks.get(self.looks) == Some(&step)
    }

    /// Returns whether the layers are observed before the update of a step, and how; `last` is true at the end of the
    /// run.
    pub fn look_due(&self, step: u64, last: bool) -> Option<Due> {
        if last || self.is_scheduled(step) {
            Some(Due::Kept)
        } else if self.patience.epochs.is_some() && self.schedule.ends_epoch(step) {
            Some(Due::Provisional)
        } else {
            None
        }
    }

    /// Records the layers before the update of a step.
    pub fn layers(&mut self, step: u64, due: Due, layers: &[LayerSums]) {
        self.looks += usize::from(due == Due::Kept);
        let clip = self.job.settings.clip;
        if let (Some(most), None) = (clip.value, clip.norm) {
            let is_clipped = layers.iter().any(|layer| layer.gradient.max_abs > most);
            self.clipped.0 += u64::from(is_clipped);
            self.clipped.1 += 1;
        }
        let penalty = penalty(self.job.settings, self.rate.at(step));
        let provisional = due == Due::Provisional;
        self.snapshots.push(step, layers, penalty, provisional);
    }

    /// Ends a step, and its epoch if it is the last step of one. Returns whether exact losses are due after it.
    pub fn end_step(&mut self, step: u64, last: bool) -> bool {
        self.steps = step + 1;
        let last = last || self.steps == self.schedule.steps;
        if !(last || self.schedule.ends_epoch(step)) {
            return false;
        }
        let mean = self.losses.0 / f64::from(self.losses.1);
        self.losses = (0.0, 0);
        self.curve.push(self.own_digits(mean));
        last || self.patience.epochs.is_some()
    }

    /// Records the exact losses before the update of a step.
    pub fn losses(&mut self, step: u64, losses: Losses) {
        let evaluation = self.evaluation(step, losses);
        self.evaluations.push(evaluation);
    }

    /// Records the exact losses after a step, which are kept if it is the last one. Returns whether early stopping
    /// applies.
    pub fn losses_after(&mut self, step: u64, last: bool, losses: Losses) -> bool {
        let evaluation = self.evaluation(step + 1, losses);
        let out = self.patience.runs_out(evaluation.watched_loss());
        let more = step + 1 < self.schedule.steps;
        if out || last || !more {
            self.evaluations.push(evaluation);
        }
        out && more
    }

    /// Returns the finished trace, with the exact loss of the test rows and the final outputs. If the last update
    /// made the weights nonfinite, the run has diverged: no batch loss shows it, but the exact loss does.
    pub fn finish(self, outcome: Outcome, test: Option<MeasuredLoss>, end: Answers) -> Trace {
        let blown_up = self
            .evaluations
            .last()
            .is_some_and(|last| !last.train_loss().is_finite());
        let outcome = match outcome {
            Outcome::Finished | Outcome::StoppedEarly { .. } if blown_up => Outcome::Diverged {
                step: self.steps.saturating_sub(1),
            },
            Outcome::Finished if self.schedule.steps < self.schedule.budget => {
                Outcome::Pruned { step: self.steps }
            }
            Outcome::Finished
            | Outcome::Pruned { .. }
            | Outcome::Converged { .. }
            | Outcome::StoppedEarly { .. }
            | Outcome::Diverged { .. }
            | Outcome::TimedOut { .. }
            | Outcome::TooLarge { .. }
            | Outcome::Crashed { .. } => outcome,
        };
        let (clipped, of) = self.clipped;
        Trace {
            outcome,
            data: facts::facts(&self.job),
            steps: self.steps,
            steps_per_epoch: Some(self.schedule.steps_per_epoch),
            trainable: self.parameters,
            test: test.map(|test| self.rounded(test)),
            curve: self.epochs(),
            snapshots: self.snapshots.steps,
            clipped: (of > 0).then(|| Real(rounded(clipped as f64 / of as f64))),
            layers: self.snapshots.layers,
            evaluations: self.evaluations,
            predictions: self.probe.predictions(&self.job, self.start, end),
            trajectory: self.trajectory.map(TrainingTrajectory::into_trajectory),
            ..before(&self.job, self.engine)
        }
    }

    /// Returns the mean batch losses of the epochs, at the ends of the epochs.
    fn epochs(&self) -> Curve {
        let mut curve = thin(&self.curve);
        for step in &mut curve.at {
            *step = (*step * self.schedule.steps_per_epoch).min(self.steps);
        }
        curve
    }

    fn evaluation(&self, step: u64, (train, validation): Losses) -> Evaluation {
        Evaluation {
            step,
            train: Some(self.rounded(train)),
            validation: validation.map(|validation| self.rounded(validation)),
        }
    }

    fn rounded(&self, measured: MeasuredLoss) -> Score {
        let share = |correct| Real(correct as f64 / measured.rows as f64);
        Score {
            loss: Real(self.own_digits(measured.loss)),
            accuracy: measured.correct.map(share),
        }
    }

    /// Returns a loss with only the digits of its precision: 0.1 instead of 0.10000000149011612, the nearest 32-bit
    /// float in 64 bits. This keeps a trace small.
    fn own_digits(&self, loss: f64) -> f64 {
        match self.job.settings.precision {
            Precision::F32 => (loss as f32).to_string().parse().unwrap_or(loss),
            Precision::F64 => loss,
        }
    }
}

/// Returns the penalties of a step with this learning rate.
fn penalty(settings: &Settings, lr: f64) -> Penalty {
    let (decay, shrink) = match settings.optimizer.has_decoupled_decay() {
        true => (0.0, lr * settings.weight_decay),
        false => (settings.weight_decay, 0.0),
    };
    Penalty {
        decay,
        l1: settings.l1,
        shrink,
    }
}

impl Patience {
    /// Adds the monitored loss of an epoch. A NaN is not an improvement.
    fn runs_out(&mut self, loss: f64) -> bool {
        if loss < self.best {
            (self.best, self.waited) = (loss, 0);
        } else {
            self.waited += 1;
        }
        self.epochs.is_some_and(|epochs| self.waited >= epochs)
    }
}
