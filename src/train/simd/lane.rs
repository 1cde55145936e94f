//! A run in its lane: its record, its progress, and its values of a step.

use super::kernel::float::Float;
use super::kernel::update::Rates;
use super::rows::RowTables;
use crate::config::Settings;
use crate::config::settings::{Clip, OptimizerSettings};
use crate::trace::Outcome;
use crate::train::components::optim::clip::factor;
use crate::train::components::optim::schedule::Rate;
use crate::train::recorder::record::Record;
use std::rc::Rc;
use std::time::Instant;

/// A run in its lane.
#[derive(Debug)]
pub struct Lane<'a, T> {
    /// Its index among the received jobs.
    pub place: usize,
    /// The record from which its trace is built.
    pub record: Record<'a>,
    /// Its rows.
    pub tables: Rc<RowTables<T>>,
    /// Index of the batch stream of the stack.
    pub stream: usize,
    /// The next step, from 0.
    pub step: u64,
    /// When its timeout ends.
    pub deadline: Option<Instant>,
    /// Its optimizer values.
    pub optimizer: OptimizerSchedule,
    /// The state after the current step.
    pub status: StepStatus,
}

/// The state of a run after one step.
#[derive(Debug, Clone, Copy, Default)]
pub struct StepStatus {
    /// The batch loss or an update is not finite.
    pub diverged: bool,
    /// The timeout is exceeded.
    pub late: bool,
    /// Early stopping applies.
    pub out_of_patience: bool,
}

impl<T> Lane<'_, T> {
    /// Returns whether this is the last step, as far as known before the update.
    pub fn is_last(&self) -> bool {
        self.status.diverged || self.status.late
    }

    /// Returns how the run ends with this step, if it does.
    pub fn outcome(&self) -> Option<Outcome> {
        let (step, schedule) = (self.step, self.record.schedule());
        if self.status.diverged {
            Some(Outcome::Diverged { step })
        } else if self.status.late {
            Some(Outcome::TimedOut { step: step + 1 })
        } else if self.status.out_of_patience {
            let epoch = schedule.epoch_of(step);
            Some(Outcome::StoppedEarly { epoch })
        } else if step + 1 == schedule.steps {
            Some(Outcome::Finished)
        } else {
            None
        }
    }
}

/// The optimizer values of a run over time.
#[derive(Debug, Clone, Copy)]
pub struct OptimizerSchedule {
    rate: Rate,
    clip: Clip,
    l1: f64,
    decay: f64,
    optimizer: OptimizerSettings,
    /// β₁^t and β₂^t of Adam after t updates.
    powers: [f64; 2],
}

impl OptimizerSchedule {
    /// Returns the values before the first of a number of steps.
    pub fn new(settings: &Settings, steps: u64) -> OptimizerSchedule {
        OptimizerSchedule {
            rate: Rate::new(settings, steps),
            clip: settings.clip,
            l1: settings.l1,
            decay: settings.weight_decay,
            optimizer: settings.optimizer,
            powers: [1.0; 2],
        }
    }

    /// Writes the values that are constant over all steps.
    pub fn begin<T: Float>(&self, lane: usize, rates: &mut Rates<T>) {
        rates.most[lane] = T::of(self.clip.value.unwrap_or(f64::INFINITY));
        rates.l1[lane] = T::of(self.l1);
        rates.decay[lane] = T::of(self.decay);
        match self.optimizer {
            OptimizerSettings::Sgd { momentum, .. } => rates.first[lane] = T::of(momentum),
            OptimizerSettings::Adam {
                beta1,
                beta2,
                epsilon,
            }
            | OptimizerSettings::AdamW {
                beta1,
                beta2,
                epsilon,
            } => {
                rates.first[lane] = T::of(beta1);
                rates.first_rest[lane] = T::of(1.0 - beta1);
                rates.second[lane] = T::of(beta2);
                rates.second_rest[lane] = T::of(1.0 - beta2);
                rates.epsilon[lane] = T::of(epsilon);
            }
            OptimizerSettings::RmsProp {
                beta2,
                epsilon,
                momentum,
            } => {
                rates.first[lane] = T::of(momentum);
                rates.second[lane] = T::of(beta2);
                rates.second_rest[lane] = T::of(1.0 - beta2);
                rates.epsilon[lane] = T::of(epsilon);
            }
            OptimizerSettings::AdaGrad { epsilon, .. } => rates.epsilon[lane] = T::of(epsilon),
        }
        if self.optimizer.has_decoupled_decay() {
            rates.decay[lane] = T::of(0.0);
        }
    }

    /// Writes the clipping factor for a gradient with this norm.
    pub fn clip<T: Float>(&self, lane: usize, norm: f64, rates: &mut Rates<T>) {
        if let Some(most) = self.clip.norm {
            rates.scale[lane] = T::of(factor(most, norm));
        }
    }

    /// Writes the values for the update of this step, from 0.
    pub fn advance<T: Float>(&mut self, lane: usize, step: u64, rates: &mut Rates<T>) {
        let lr = self.rate.at(step);
        let along = match self.optimizer {
            OptimizerSettings::Sgd { .. } | OptimizerSettings::RmsProp { .. } => -lr,
            OptimizerSettings::Adam { beta1, beta2, .. }
            | OptimizerSettings::AdamW { beta1, beta2, .. } => {
                self.powers[0] *= beta1;
                self.powers[1] *= beta2;
                rates.correction[lane] = T::of((1.0 - self.powers[1]).sqrt());
                -lr / (1.0 - self.powers[0])
            }
            OptimizerSettings::AdaGrad { lr_decay, .. } => -lr / (1.0 + step as f64 * lr_decay),
        };
        rates.step[lane] = T::of(along);
        if self.optimizer.has_decoupled_decay() {
            rates.shrink[lane] = T::of(-lr * self.decay);
        }
    }
}
