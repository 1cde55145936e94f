//! The number of steps, and the steps of snapshots.

use crate::spec::Settings;
use crate::spec::settings::{Batch, Budget};

/// Approximate number of snapshots and exact losses of a trace.
const LOOKS: u64 = 50;

/// The schedule of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Number of updates.
    pub steps: u64,
    /// Number of updates of the full budget; a pruned run makes only the first of them.
    pub budget: u64,
    /// Number of steps in an epoch.
    pub steps_per_epoch: u64,
    /// Steps of the layer statistics, including first and last.
    pub moments: Vec<u64>,
    /// Epochs of the exact losses, including 0 and the last.
    pub risks: Vec<u64>,
}

impl Schedule {
    /// Returns the schedule for this number of training rows.
    pub fn new(settings: &Settings, rows: usize) -> Schedule {
        let steps_per_epoch = settings.batch.per_epoch(rows as u64);
        let (n, unit) = match settings.budget {
            Budget::Epochs(epochs) => (epochs as u64, steps_per_epoch),
            Budget::Steps(steps) => (steps as u64, 1),
        };
        let steps = unit * settings.stop_at.map_or(n, |end| n.min(end as u64));
        Schedule {
            steps,
            budget: unit * n,
            steps_per_epoch,
            moments: spread(steps),
            risks: spread(steps.div_ceil(steps_per_epoch) + 1),
        }
    }

    /// Returns the epoch, from 1, of a step, from 0.
    pub fn epoch_of(&self, step: u64) -> u64 {
        step / self.steps_per_epoch + 1
    }

    /// Returns whether a step is the last of its epoch or of the run.
    pub fn ends_epoch(&self, step: u64) -> bool {
        (step + 1).is_multiple_of(self.steps_per_epoch) || step + 1 == self.steps
    }
}

/// Returns the number of rows in a batch, at most the number of rows.
pub fn rows_per_batch(batch: Batch, rows: usize) -> usize {
    match batch {
        Batch::Full => rows,
        Batch::Rows(m) => m.min(rows),
    }
}

/// Returns about 50 of 0..n, evenly spaced, including first and last.
fn spread(n: u64) -> Vec<u64> {
    if n <= LOOKS {
        return (0..n).collect();
    }
    (0..LOOKS)
        .map(|i| (i * (n - 1) + (LOOKS - 1) / 2) / (LOOKS - 1))
        .collect()
}
