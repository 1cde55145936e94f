//! One pass over X: the loss and its gradient, from rows that are read once.
//!
//! Rows are split into blocks, which depend only on the shape of X. Workers process block after block. Each block has
//! its own sums, which are added in the order of the blocks. Thus results are bit-identical for any number of
//! workers.

use super::kernel::{self, TOGETHER};
use super::problem::{DesignMatrix, Objective, RowLoss};
use pulp::{Arch, Simd, WithSimd};
use std::sync::{Mutex, PoisonError};

/// Maximum number of blocks; more would only add sums to store.
const BLOCKS: usize = 256;
/// Minimum number of entries of X in a block, half a megabyte; fewer are not worth a thread.
const LEAST: usize = 65_536;

/// Passes over the rows of one objective.
pub struct Passes<'a> {
    objective: Objective<'a>,
    workers: usize,
    arch: Arch,
    /// Number of rows of a block.
    tall: usize,
    /// For every block the sums of d + 2 numbers: gradient, with a last entry for a bias, and losses.
    sums: Vec<f64>,
}

impl<'a> Passes<'a> {
    /// Returns passes with at most this number of workers.
    pub fn new(objective: Objective<'a>, workers: usize) -> Self {
        let tall = block_rows(objective.rows(), objective.x.features);
        let blocks = objective.rows().div_ceil(tall);
        Passes {
            objective,
            workers: workers.clamp(1, blocks),
            arch: Arch::new(),
            tall,
            sums: vec![0.0; blocks * (objective.x.features + 2)],
        }
    }

    /// Returns R(w), and writes its gradient to `gradient`.
    pub fn at(&mut self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let Objective { x, y, loss, .. } = self.objective;
        let (weights, bias) = self.objective.split(w);
        let d = x.features;
        let blocks = x.values.chunks(self.tall * d).zip(y.chunks(self.tall));
        let arch = self.arch;
        in_parallel(
            self.workers,
            blocks.zip(self.sums.chunks_exact_mut(d + 2)),
            |((values, y), sums)| {
                sums.fill(0.0);
                arch.dispatch(BlockTask {
                    x: DesignMatrix {
                        values,
                        features: d,
                    },
                    y,
                    loss,
                    weights,
                    bias,
                    sums,
                });
            },
        );
        self.add_up(gradient)
    }

    /// Adds the sums of all blocks in order, as means over the rows.
    fn add_up(&self, gradient: &mut [f64]) -> f64 {
        let n = self.objective.rows() as f64;
        gradient.fill(0.0);
        let mut losses = 0.0;
        for sums in self.sums.chunks_exact(self.objective.x.features + 2) {
            for (total, sum) in gradient.iter_mut().zip(sums) {
                *total += sum;
            }
            losses += sums[sums.len() - 1];
        }
        gradient.iter_mut().for_each(|g| *g /= n);
        losses / n
    }
}

/// Returns the number of rows of a block of an n × d matrix.
fn block_rows(n: usize, d: usize) -> usize {
    let least = LEAST.div_ceil(d).max(n.div_ceil(BLOCKS));
    least.next_multiple_of(TOGETHER)
}

/// Processes every piece of work, in any order of workers.
pub fn in_parallel<T: Send>(
    workers: usize,
    work: impl Iterator<Item = T> + Send,
    each: impl Fn(T) + Sync,
) {
    if workers <= 1 {
        return work.for_each(each);
    }
    let work = Mutex::new(work);
    let next = || work.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(piece) = next() {
                    each(piece);
                }
            });
        }
    });
}

/// A block that is being processed.
struct BlockTask<'a> {
    x: DesignMatrix<'a>,
    y: &'a [f64],
    loss: RowLoss,
    weights: &'a [f64],
    bias: f64,
    sums: &'a mut [f64],
}

impl WithSimd for BlockTask<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let d = self.x.features;
        let (gradient, rest) = self.sums.split_at_mut(d);
        let mut slopes = |z: &[f64], y: &[f64], slopes: &mut [f64]| {
            for ((z, y), slope) in z.iter().zip(y).zip(slopes) {
                let [loss, derivative] = self.loss.at(z + self.bias, *y);
                rest[0] += derivative;
                rest[1] += loss;
                *slope = derivative;
            }
        };
        let groups = self.x.values.chunks_exact(TOGETHER * d);
        let left = groups.remainder();
        let (ys, y_left) = self.y.as_chunks::<TOGETHER>();
        let mut before = None;
        for (group, y) in groups.zip(ys) {
            let next: [&[f64]; TOGETHER] = std::array::from_fn(|k| &group[k * d..(k + 1) * d]);
            let z = match before {
                None => kernel::dots(simd, next, self.weights),
                Some((rows, c)) => {
                    kernel::dots_and_add(simd, next, self.weights, rows, c, gradient)
                }
            };
            let mut c = [0.0; TOGETHER];
            slopes(&z, y, &mut c);
            before = Some((next, c));
        }
        if let Some((rows, c)) = before {
            kernel::add(simd, rows, c, gradient);
        }
        for (row, y) in left.chunks_exact(d).zip(y_left) {
            let mut c = [0.0];
            slopes(&kernel::dots(simd, [row], self.weights), &[*y], &mut c);
            kernel::add(simd, [row], c, gradient);
        }
    }
}
