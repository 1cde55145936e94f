//! How many steps, and when to look.

use crate::spec::Settings;
use crate::spec::settings::{Batch, Budget};

/// About how many moments and exact risks a trace keeps.
const LOOKS: u64 = 50;

/// The plan of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Updates to make.
    pub steps: u64,
    /// Updates of the whole budget, of which a run that is stopped on the way makes but the first.
    pub budget: u64,
    /// Steps in an epoch.
    pub steps_per_epoch: u64,
    /// Steps whose layer statistics are kept, first and last among them.
    pub moments: Vec<u64>,
    /// Epochs whose exact risks are kept, 0 and the last among them.
    pub risks: Vec<u64>,
}

impl Schedule {
    /// The plan for this many training rows.
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

    /// The epoch, from 1, that a step (from 0) is part of.
    pub fn epoch_of(&self, step: u64) -> u64 {
        step / self.steps_per_epoch + 1
    }

    /// Whether a step is the last of its epoch, or of the run.
    pub fn ends_epoch(&self, step: u64) -> bool {
        (step + 1).is_multiple_of(self.steps_per_epoch) || step + 1 == self.steps
    }
}

/// Rows in a batch: never more than there are.
pub fn rows_per_batch(batch: Batch, rows: usize) -> usize {
    match batch {
        Batch::Full => rows,
        Batch::Rows(m) => m.min(rows),
    }
}

/// About 50 of 0..n, evenly spread, first and last among them.
fn spread(n: u64) -> Vec<u64> {
    if n <= LOOKS {
        return (0..n).collect();
    }
    (0..LOOKS)
        .map(|i| (i * (n - 1) + (LOOKS - 1) / 2) / (LOOKS - 1))
        .collect()
}
