//! A run's trace as it grows: what is due at which step, and where it goes.
//!
//! Every engine keeps one of these per run and brings it its measurements as numbers, so that when
//! they are taken and what is made of them is the same for all.

use super::curve::thin;
use super::observe::{LayerSums, Moments};
use super::outputs::{Answers, Probe};
use super::schedule::Schedule;
use super::trajectory::Trained;
use super::{Job, facts};
use crate::identity::canonical;
use crate::spec::settings::Precision;
use crate::trace::{Outcome, Real, Risk, RiskPoint, Trace};

/// The trace as it grows.
#[derive(Debug)]
pub struct Record<'a> {
    job: Job<'a>,
    engine: &'static str,
    schedule: Schedule,
    /// Trainable weights.
    parameters: u64,
    probe: Probe,
    start: Answers,
    moments: Moments,
    /// How many of the moments due were taken.
    looks: usize,
    /// Sum and number of this epoch's batch losses.
    losses: (f64, u32),
    /// Their means, of the epochs before.
    curve: Vec<f64>,
    risks: Vec<RiskPoint>,
    patience: Patience,
    steps: u64,
    trajectory: Option<Trained>,
}

/// How a moment is taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// For good.
    Kept,
    /// Until another follows: patience may end the run with this epoch, which is known only after
    /// the update.
    Provisional,
}

/// The losses of some rows, as an engine measures them.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Mean loss.
    pub loss: f64,
    /// Rows whose class is predicted; none for a regression.
    pub correct: Option<usize>,
    /// Rows.
    pub rows: usize,
}

/// How long the watched loss has not become better.
#[derive(Debug)]
struct Patience {
    /// Epochs to bear it.
    epochs: Option<usize>,
    best: f64,
    waited: usize,
}

impl<'a> Record<'a> {
    /// Of a run that has not begun: its layers with weights (name, inputs, outputs), its number of
    /// trainable weights, and what it says at the start.
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

    /// Whether anybody wants the weights after so many updates; `last` says that no more follow.
    pub fn wants_weights(&self, step: u64, last: bool) -> bool {
        let keep = self.job.keep.as_ref();
        let keep = keep.is_some_and(|keep| keep.is_due(step, last));
        let own = self.trajectory.as_ref();
        keep || own.is_some_and(|trajectory| trajectory.is_due(step, last))
    }

    /// Takes the weights that somebody wants: one entry per tensor, in the order of
    /// [`crate::nn::Model::state`].
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

    /// Its plan.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Takes down the loss of a step's batch.
    pub fn batch_loss(&mut self, loss: f64) {
        self.losses.0 += loss;
        self.losses.1 += 1;
    }

    /// Whether the layer statistics of a step are due: `last` says that no step follows.
    pub fn moment_due(&self, step: u64, last: bool) -> Option<Due> {
        if last || self.schedule.moments.get(self.looks) == Some(&step) {
            Some(Due::Kept)
        } else if self.patience.epochs.is_some() && self.schedule.ends_epoch(step) {
            Some(Due::Provisional)
        } else {
            None
        }
    }

    /// Takes down the layer statistics of a step.
    pub fn moment(&mut self, step: u64, due: Due, layers: &[LayerSums]) {
        self.looks += usize::from(due == Due::Kept);
        self.moments.push(step, layers, due == Due::Provisional);
    }

    /// Ends a step, and its epoch if it is the last of one; tells whether exact risks are due.
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

    /// Takes down the exact risks before training.
    pub fn first_risk(&mut self, train: Measured, validation: Option<Measured>) {
        let point = self.risk_point(0, train, validation);
        self.risks.push(point);
    }

    /// Takes down the exact risks after a step, and says whether patience ran out with them.
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

    /// The finished trace, with the exact risk of the test rows and what the model says at the
    /// end. A run is not finished whose last update blew it up: no batch loss came after that, but
    /// the exact risk knows.
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
                Outcome::Stopped { step: self.steps }
            }
            Outcome::Finished
            | Outcome::Stopped { .. }
            | Outcome::Converged { .. }
            | Outcome::StoppedEarly { .. }
            | Outcome::Diverged { .. }
            | Outcome::TimedOut { .. }
            | Outcome::TooLarge { .. }
            | Outcome::Failed { .. } => outcome,
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

    /// A loss with no more digits than its precision has: 0.1, not the 0.10000000149011612 that
    /// the nearest 32-bit float is in 64 bits, to keep a trace small.
    fn own_digits(&self, loss: f64) -> f64 {
        match self.job.settings.precision {
            Precision::F32 => (loss as f32).to_string().parse().unwrap_or(loss),
            Precision::F64 => loss,
        }
    }
}

impl Patience {
    /// Takes the watched loss of one more epoch. A NaN is not better.
    fn runs_out(&mut self, loss: f64) -> bool {
        if loss < self.best {
            (self.best, self.waited) = (loss, 0);
        } else {
            self.waited += 1;
        }
        self.epochs.is_some_and(|epochs| self.waited >= epochs)
    }
}
