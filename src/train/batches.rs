//! The training rows of the next batch, equal for all executors.

use super::schedule::rows_per_batch;
use crate::config::Settings;
use crate::config::settings::Sampling;
use crate::seed;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::ops::Range;

/// Samples batches. A batch of all rows keeps their order, so that |B| = n is bit-identical to gradient descent.
#[derive(Debug)]
pub struct Batches {
    /// Number m of rows in a batch.
    size: usize,
    sampling: Sampling,
    stream: ChaCha8Rng,
    /// The rows in the order of this epoch.
    order: Vec<u32>,
    /// How many of them were used.
    walked: usize,
    /// The range of the last batch in the order.
    drawn: Range<usize>,
}

impl Batches {
    /// Returns batches of n rows by the settings.
    pub fn new(settings: &Settings, seed: u64, n: usize) -> Batches {
        let size = rows_per_batch(settings.batch, n);
        Batches::of(size, settings.sampling, seed, n)
    }

    /// Returns batches of `size` of n rows.
    pub fn of(size: usize, sampling: Sampling, seed: u64, n: usize) -> Batches {
        Batches {
            size,
            sampling,
            stream: seed::stream(seed, "batches"),
            order: (0..n as u32).collect(),
            walked: n,
            drawn: 0..0,
        }
    }

    /// Returns the rows of the next batch.
    pub fn sample(&mut self) -> &[u32] {
        let n = self.order.len();
        self.drawn = match self.sampling {
            _ if self.size == n => 0..n,
            Sampling::Epochs => {
                if self.walked == n {
                    self.order.shuffle(&mut self.stream);
                    self.walked = 0;
                }
                let start = self.walked;
                self.walked = (start + self.size).min(n);
                start..self.walked
            }
            // A partial shuffle samples without replacement, from any initial order.
            Sampling::Fresh => {
                let (drawn, _) = self.order.partial_shuffle(&mut self.stream, self.size);
                n - drawn.len()..n
            }
        };
        self.drawn()
    }

    /// Returns the rows of the last batch.
    pub fn drawn(&self) -> &[u32] {
        &self.order[self.drawn.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the rows of `count` batches of 3 of 7 rows.
    fn drawn(sampling: Sampling, seed: u64, count: usize) -> Vec<Vec<u32>> {
        let mut batches = Batches {
            size: 3,
            sampling,
            stream: seed::stream(seed, "batches"),
            order: (0..7).collect(),
            walked: 7,
            drawn: 0..0,
        };
        (0..count).map(|_| batches.sample().to_vec()).collect()
    }

    #[test]
    fn an_epoch_uses_all_rows_in_a_new_order() {
        let batches = drawn(Sampling::Epochs, 0, 6);
        let sizes: Vec<_> = batches.iter().map(Vec::len).collect();
        assert_eq!(sizes, [3, 3, 1, 3, 3, 1]);
        let epochs = [batches[..3].concat(), batches[3..].concat()];
        for mut epoch in epochs.clone() {
            epoch.sort_unstable();
            assert_eq!(epoch, [0, 1, 2, 3, 4, 5, 6]);
        }
        assert_ne!(epochs[0], epochs[1]);
    }

    #[test]
    fn fresh_batches_have_no_duplicates_and_reach_every_row() {
        let batches = drawn(Sampling::Fresh, 0, 200);
        let mut times = [0; 7];
        for batch in &batches {
            batch.iter().for_each(|row| times[*row as usize] += 1);
            assert!(batch[0] != batch[1] && batch[1] != batch[2] && batch[0] != batch[2]);
        }
        // 600 samples: 86 of each row are expected, with a standard deviation of 7.
        assert!(times.iter().all(|n| (50..120).contains(n)), "{times:?}");
        assert_eq!(batches, drawn(Sampling::Fresh, 0, 200));
        assert_ne!(batches, drawn(Sampling::Fresh, 1, 200));
    }
}
