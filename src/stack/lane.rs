//! A run in its lane: its record, its place in time, and the numbers of its own that a step takes.

use super::kernel::real::Real;
use super::kernel::update::Rates;
use super::rows::Tables;
use crate::optim::clip::factor;
use crate::optim::schedule::Rate;
use crate::spec::Settings;
use crate::spec::settings::{Clip, Optimizer};
use crate::trace::Outcome;
use crate::train::record::Record;
use std::rc::Rc;
use std::time::Instant;

/// A run in its lane.
#[derive(Debug)]
pub struct Lane<'a, T> {
    /// Its place among the jobs drawn.
    pub place: usize,
    /// Its trace as it grows.
    pub record: Record<'a>,
    /// Its rows.
    pub tables: Rc<Tables<T>>,
    /// Which of the stack's streams it has its batches from.
    pub stream: usize,
    /// The step that is next, from 0.
    pub step: u64,
    /// When its time is up.
    pub deadline: Option<Instant>,
    /// Its update rule's numbers.
    pub pace: Pace,
    /// What this step makes of it.
    pub now: Now,
}

/// What one step makes of a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Now {
    /// The batch loss or an update is not finite.
    pub diverged: bool,
    /// Its time is up.
    pub late: bool,
    /// Patience ran out.
    pub out_of_patience: bool,
}

impl<T> Lane<'_, T> {
    /// Whether no step follows, as far as is known before the update.
    pub fn is_last(&self) -> bool {
        self.now.diverged || self.now.late
    }

    /// How the run ends with this step, if it does.
    pub fn outcome(&self) -> Option<Outcome> {
        let (step, schedule) = (self.step, self.record.schedule());
        if self.now.diverged {
            Some(Outcome::Diverged { step })
        } else if self.now.late {
            Some(Outcome::TimedOut { step: step + 1 })
        } else if self.now.out_of_patience {
            let epoch = schedule.epoch_of(step);
            Some(Outcome::StoppedEarly { epoch })
        } else if step + 1 == schedule.steps {
            Some(Outcome::Finished)
        } else {
            None
        }
    }
}

/// How a run's weights move.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    rate: Rate,
    clip: Clip,
    l1: f64,
    decay: f64,
    optimizer: Optimizer,
    /// β₁^t and β₂^t of Adam after t updates.
    powers: [f64; 2],
}

impl Pace {
    /// Of a run of so many steps that has made none.
    pub fn new(settings: &Settings, steps: u64) -> Pace {
        Pace {
            rate: Rate::new(settings, steps),
            clip: settings.clip,
            l1: settings.l1,
            decay: settings.weight_decay,
            optimizer: settings.optimizer,
            powers: [1.0; 2],
        }
    }

    /// Writes the numbers that do not change from step to step.
    pub fn begin<T: Real>(&self, lane: usize, rates: &mut Rates<T>) {
        rates.most[lane] = T::of(self.clip.value.unwrap_or(f64::INFINITY));
        rates.l1[lane] = T::of(self.l1);
        rates.decay[lane] = T::of(self.decay);
        match self.optimizer {
            Optimizer::Sgd { momentum, .. } => rates.first[lane] = T::of(momentum),
            Optimizer::Adam {
                beta1,
                beta2,
                epsilon,
            }
            | Optimizer::AdamW {
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
            Optimizer::RmsProp {
                beta2,
                epsilon,
                momentum,
            } => {
                rates.first[lane] = T::of(momentum);
                rates.second[lane] = T::of(beta2);
                rates.second_rest[lane] = T::of(1.0 - beta2);
                rates.epsilon[lane] = T::of(epsilon);
            }
            Optimizer::AdaGrad { epsilon, .. } => rates.epsilon[lane] = T::of(epsilon),
        }
        if self.optimizer.has_decoupled_decay() {
            rates.decay[lane] = T::of(0.0);
        }
    }

    /// Writes what a gradient of this norm is multiplied by.
    pub fn clip<T: Real>(&self, lane: usize, norm: f64, rates: &mut Rates<T>) {
        if let Some(most) = self.clip.norm {
            rates.scale[lane] = T::of(factor(most, norm));
        }
    }

    /// Writes those that do, for the update of this step, from 0.
    pub fn advance<T: Real>(&mut self, lane: usize, step: u64, rates: &mut Rates<T>) {
        let lr = self.rate.at(step);
        let along = match self.optimizer {
            Optimizer::Sgd { .. } | Optimizer::RmsProp { .. } => -lr,
            Optimizer::Adam { beta1, beta2, .. } | Optimizer::AdamW { beta1, beta2, .. } => {
                self.powers[0] *= beta1;
                self.powers[1] *= beta2;
                rates.correction[lane] = T::of((1.0 - self.powers[1]).sqrt());
                -lr / (1.0 - self.powers[0])
            }
            Optimizer::AdaGrad { lr_decay, .. } => -lr / (1.0 + step as f64 * lr_decay),
        };
        rates.step[lane] = T::of(along);
        if self.optimizer.has_decoupled_decay() {
            rates.shrink[lane] = T::of(-lr * self.decay);
        }
    }
}
