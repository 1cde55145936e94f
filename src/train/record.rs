//! The record from which a trace is built: what to record at which step, and where.
//!
//! Every executor keeps one per run, and passes its measurements as numbers. Thus times and contents of snapshots are
//! equal for all executors.

use super::curve::thin;
use super::observe::{LayerSums, Moments};
use super::outputs::{Answers, Probe};
use super::schedule::Schedule;
use super::trajectory::Trained;
use super::{Job, facts};
use crate::identity::canonical;
use crate::spec::settings::Precision;
use crate::trace::{Outcome, Real, Risk, RiskPoint, Trace};

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
    moments: Moments,
    /// Number of scheduled snapshots that were taken.
    looks: usize,
    /// Sum and number of this epoch's batch losses.
    losses: (f64, u32),
    /// Mean batch losses of the previous epochs.
    curve: Vec<f64>,
    risks: Vec<RiskPoint>,
    patience: Patience,
    steps: u64,
    trajectory: Option<Trained>,
}

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
pub struct Measured {
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
    /// Returns the record before training: layers with weights (name, inputs, outputs), number of trainable
    /// parameters, and initial outputs.
    pub fn new(
        job: &Job<'a>,
        engine: &'static str,
        schedule: Schedule,
        layers: impl Iterator<Item = (String, u64, u64)>,
        parameters: u64,
        (probe, start): (Probe, Answers),
    ) -> Record<'a> {
        Record {
            patience: Patience {
                epochs: job.settings.patience,
                best: f64::INFINITY,
                waited: 0,
            },
            trajectory: Trained::new(job, &schedule),
            job: job.clone(),
            engine,
            schedule,
            parameters,
            probe,
            start,
            moments: Moments::new(layers),
            looks: 0,
            losses: (0.0, 0),
            curve: Vec::new(),
            risks: Vec::new(),
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

    /// Stores requested weights: one entry per tensor, in the order of [`crate::nn::Model::state`].
    pub fn weights(&mut self, step: u64, last: bool, numbers: Vec<Vec<f64>>) {
        let own = self.trajectory.as_mut();
        if let Some(trajectory) = own.filter(|trajectory| trajectory.is_due(step, last)) {
            trajectory.look(step, &numbers);
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

    /// Returns whether layer statistics of a step are due; `last` is true at the end of the run.
    pub fn moment_due(&self, step: u64, last: bool) -> Option<Due> {
        if last || self.schedule.moments.get(self.looks) == Some(&step) {
            Some(Due::Kept)
        } else if self.patience.epochs.is_some() && self.schedule.ends_epoch(step) {
            Some(Due::Provisional)
        } else {
            None
        }
    }

    /// Records the layer statistics of a step.
    pub fn moment(&mut self, step: u64, due: Due, layers: &[LayerSums]) {
        self.looks += usize::from(due == Due::Kept);
        self.moments.push(step, layers, due == Due::Provisional);
    }

    /// Ends a step, and its epoch if it is the last step of one. Returns whether exact losses are due.
    pub fn end_step(&mut self, step: u64, last: bool) -> bool {
        self.steps = step + 1;
        if !(last || self.schedule.ends_epoch(step)) {
            return false;
        }
        let mean = self.losses.0 / f64::from(self.losses.1);
        self.losses = (0.0, 0);
        self.curve.push(self.own_digits(mean));
        self.risk_due(step, last) || self.patience.epochs.is_some()
    }

    fn risk_due(&self, step: u64, last: bool) -> bool {
        let epoch = self.schedule.epoch_of(step);
        last || self.schedule.risks.binary_search(&epoch).is_ok()
    }

    /// Records the exact losses before training.
    pub fn first_risk(&mut self, train: Measured, validation: Option<Measured>) {
        let point = self.risk_point(0, train, validation);
        self.risks.push(point);
    }

    /// Records the exact losses after a step, and returns whether early stopping applies.
    pub fn risk(
        &mut self,
        step: u64,
        last: bool,
        train: Measured,
        validation: Option<Measured>,
    ) -> bool {
        let point = self.risk_point(self.schedule.epoch_of(step), train, validation);
        let watched = point.validation.unwrap_or(point.train).loss.0;
        let out = self.patience.runs_out(watched);
        if out || self.risk_due(step, last) {
            self.risks.push(point);
        }
        out && step + 1 < self.schedule.steps
    }

    /// Returns the finished trace, with the exact loss of the test rows and the final outputs. If the last update
    /// made the weights nonfinite, the run has diverged: no batch loss shows it, but the exact loss does.
    pub fn finish(self, outcome: Outcome, test: Option<Measured>, end: Answers) -> Trace {
        let blown_up = self
            .risks
            .last()
            .is_some_and(|last| !last.train.loss.0.is_finite());
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
        Trace {
            settings: canonical(self.job.settings),
            seed: self.job.seed,
            engine: self.engine.to_owned(),
            outcome,
            data: facts::facts(&self.job),
            steps: self.steps,
            parameters: self.parameters,
            test: test.map(|test| self.rounded(test)),
            curve: thin(&self.curve),
            risks: self.risks,
            moments: self.moments.steps,
            layers: self.moments.layers,
            outputs: self.probe.outputs(&self.job, self.start, end),
            trajectory: self.trajectory.map(Trained::into_trajectory),
        }
    }

    fn risk_point(&self, epoch: u64, train: Measured, validation: Option<Measured>) -> RiskPoint {
        RiskPoint {
            epoch,
            train: self.rounded(train),
            validation: validation.map(|validation| self.rounded(validation)),
        }
    }

    fn rounded(&self, measured: Measured) -> Risk {
        let share = |correct| Real(correct as f64 / measured.rows as f64);
        Risk {
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
