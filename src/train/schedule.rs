//! The number of steps, and the steps of snapshots.

use crate::config::Settings;
use crate::config::settings::{BatchSize, Budget};

/// Maximum number of observations of a run.
pub const LOOKS: usize = 50;

/// Observations are at most this part of the run apart.
const PART: u64 = 20;

/// The unit of the growth from observation to observation.
const GROWTH: u64 = 64;

/// The schedule of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Number of updates.
    pub steps: u64,
    /// Number of updates of the full budget; a pruned run makes only the first of them.
    pub budget: u64,
    /// Number of steps in an epoch.
    pub steps_per_epoch: u64,
    /// The steps at which layers and exact losses are observed before the update, including first and last.
    pub looks: Vec<u64>,
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
            looks: looks(steps),
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
pub fn rows_per_batch(batch: BatchSize, rows: usize) -> usize {
    match batch {
        BatchSize::Full => rows,
        BatchSize::Rows(m) => m.min(rows),
    }
}

/// Returns about 50 of 0..n, including first and last. Steps between them grow geometrically from the start, where a run
/// changes fast, up to a 20th of the run.
fn looks(n: u64) -> Vec<u64> {
    let last = n.saturating_sub(1);
    let spaced = |growth: u64| -> Vec<u64> {
        let step =
            |at: u64| (at / GROWTH * growth + at % GROWTH * growth / GROWTH).min(last / PART);
        let next = |at: &u64| Some(at + step(*at).max(1)).filter(|next| *next < last);
        let mut looks: Vec<u64> = std::iter::successors(Some(0), next).take(LOOKS).collect();
        looks.push(last);
        looks
    };
    if n <= LOOKS as u64 {
        return (0..n).collect();
    }
    let mut growths = (1..).map(spaced);
    let is_short = |looks: &Vec<u64>| looks.len() <= LOOKS;
    growths.find(is_short).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn observations_are_about_fifty_dense_at_the_start_and_include_both_ends() {
        assert!(looks(0).is_empty());
        assert_eq!(looks(3), [0, 1, 2]);
        for n in [50, 51, 60, 100, 1000, 3000, 1_000_003, 1 << 40] {
            let looks = looks(n);
            assert!((44..=50).contains(&looks.len()), "{n}: {}", looks.len());
            assert!(looks.is_sorted_by(|a, b| a < b), "{n}: {looks:?}");
            let ends = (looks[..2].to_vec(), looks.last());
            assert_eq!(ends, (vec![0, 1], Some(&(n - 1))));
            let widest = looks
                .windows(2)
                .map(|pair| pair[1] - pair[0])
                .max()
                .unwrap();
            assert!(n < 100 || widest <= n / 20, "{n}: {looks:?}");
        }
        // Half of them are in the first tenth.
        let early = looks(3001).into_iter().filter(|look| *look <= 300);
        assert!((25..=35).contains(&early.count()));
    }
}
