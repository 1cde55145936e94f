//! Batches of training rows.

use super::schedule::rows_per_batch;
use crate::nn::Batch;
use crate::seed;
use crate::spec::Settings;
use crate::spec::settings::Sampling;
use candle_core::{Device, Result, Tensor};
use rand::seq::{SliceRandom, index};
use rand_chacha::ChaCha8Rng;

/// Draws batches; a batch of all rows is the rows in their order, so that |B| = n is gradient
/// descent to the last bit.
#[derive(Debug)]
pub struct Batches<'a> {
    rows: &'a Batch,
    /// m.
    size: usize,
    sampling: Sampling,
    stream: ChaCha8Rng,
    /// The rows in this epoch's order.
    order: Vec<u32>,
    /// How many of them were walked through.
    walked: usize,
}

impl Batches<'_> {
    /// Batches of these rows, as the settings say.
    ///
    /// # Errors
    /// Those of candle.
    pub fn new<'a>(settings: &Settings, seed: u64, rows: &'a Batch) -> Result<Batches<'a>> {
        let n = rows.x.dim(0)?;
        Ok(Batches {
            rows,
            size: rows_per_batch(settings.batch, n),
            sampling: settings.sampling,
            stream: seed::stream(seed, "batches"),
            order: (0..n as u32).collect(),
            walked: n,
        })
    }

    /// The next batch.
    ///
    /// # Errors
    /// Those of candle.
    pub fn sample(&mut self) -> Result<Batch> {
        let n = self.order.len();
        if self.size == n {
            return Ok(self.rows.clone());
        }
        match self.sampling {
            Sampling::Epochs => {
                if self.walked == n {
                    self.order.shuffle(&mut self.stream);
                    self.walked = 0;
                }
                let end = (self.walked + self.size).min(n);
                let chosen = &self.order[self.walked..end];
                self.walked = end;
                gather(self.rows, chosen)
            }
            Sampling::Fresh => {
                let chosen = index::sample(&mut self.stream, n, self.size);
                let chosen: Vec<u32> = chosen.iter().map(|row| row as u32).collect();
                gather(self.rows, &chosen)
            }
        }
    }
}

/// These rows of all rows.
fn gather(rows: &Batch, chosen: &[u32]) -> Result<Batch> {
    let chosen = Tensor::new(chosen, &Device::Cpu)?;
    Ok(Batch {
        x: rows.x.index_select(&chosen, 0)?,
        y: rows.y.index_select(&chosen, 0)?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::nn::entries::entries;

    /// The rows of as many batches of 3 out of 7 as wanted.
    fn drawn(sampling: Sampling, seed: u64, count: usize) -> Vec<Vec<u64>> {
        let numbers = Tensor::arange(0.0, 7.0, &Device::Cpu).unwrap();
        let numbers = numbers.reshape((7, 1)).unwrap();
        let rows = Batch {
            x: numbers.clone(),
            y: numbers,
        };
        let mut batches = Batches {
            rows: &rows,
            size: 3,
            sampling,
            stream: seed::stream(seed, "batches"),
            order: (0..7).collect(),
            walked: 7,
        };
        let whole = |x: f64| x as u64;
        (0..count)
            .map(|_| entries(&batches.sample().unwrap().x).unwrap())
            .map(|batch| batch.into_iter().map(whole).collect())
            .collect()
    }

    #[test]
    fn an_epoch_walks_through_all_rows_in_another_order_each_time() {
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
    fn fresh_batches_hold_no_row_twice_and_reach_every_row() {
        let batches = drawn(Sampling::Fresh, 0, 200);
        let mut times = [0; 7];
        for batch in &batches {
            batch.iter().for_each(|row| times[*row as usize] += 1);
            assert!(batch[0] != batch[1] && batch[1] != batch[2] && batch[0] != batch[2]);
        }
        // 600 draws; 86 of each row are expected, with a standard deviation of 7.
        assert!(times.iter().all(|n| (50..120).contains(n)), "{times:?}");
        assert_eq!(batches, drawn(Sampling::Fresh, 0, 200));
        assert_ne!(batches, drawn(Sampling::Fresh, 1, 200));
    }
}
