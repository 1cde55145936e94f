//! The learning rate of every update.

use crate::config::Settings;
use crate::config::settings::LrSchedule;

/// The learning rate of a run over time. It is bit-identical on all processors, unlike the math functions of the
/// system.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    lr: f64,
    schedule: LrSchedule,
    warmup: u64,
    steps: u64,
}

impl Rate {
    /// Returns the learning rate of a run with this number of steps.
    pub fn new(settings: &Settings, steps: u64) -> Rate {
        Rate {
            lr: settings.lr,
            schedule: settings.schedule,
            warmup: settings.warmup as u64,
            steps,
        }
    }

    /// Returns α of the update in a step, from 0.
    pub fn at(&self, step: u64) -> f64 {
        let Some(t) = step.checked_sub(self.warmup) else {
            return self.lr * (step + 1) as f64 / (self.warmup + 1) as f64;
        };
        match self.schedule {
            LrSchedule::Constant => self.lr,
            LrSchedule::Step { every, factor } => {
                self.lr * libm::pow(factor, (t / every.max(1) as u64) as f64)
            }
            LrSchedule::Exponential(factor) => self.lr * libm::pow(factor, t as f64),
            LrSchedule::Cosine => {
                let share = t as f64 / (self.steps - self.warmup) as f64;
                self.lr * 0.5 * (1.0 + libm::cos(std::f64::consts::PI * share))
            }
        }
    }
}
