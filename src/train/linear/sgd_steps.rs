//! The steps of stochastic gradient descent. Each worker has some columns of X and their weights.
//!
//! Columns are split into pieces, which depend only on the number of columns. For every batch, a worker writes the
//! products of its pieces to a shared [`StepBarrier`]. Once all have, each worker adds the products in the order of the
//! pieces, gets the same errors, and updates the weights of its own columns. A step needs one barrier, and results
//! are bit-identical for any number of workers.
//!
//! The rows of a batch are read in place. A step copies and allocates nothing. While a batch updates the weights, the
//! rows of the next batch are prefetched.

use super::barrier::StepBarrier;
use super::kernel::{self, TOGETHER};
use super::problem::{DesignMatrix, Objective};
use super::solution::SolverOptions;
use crate::config::settings::Sampling;
use crate::train::batches::Batches;
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;
use std::thread;

/// Number of columns of a piece.
const PIECE: usize = 512;
/// Minimum number of entries of a batch per worker; fewer are not worth a barrier.
const LEAST: usize = 32_768;

/// The state of a descent.
pub struct SgdSteps<'a> {
    workers: Vec<Worker<'a>>,
    barrier: StepBarrier,
}

impl<'a> SgdSteps<'a> {
    /// Starts from w = 0, with batches of a number of rows, this learning rate, and at most a number of workers.
    pub fn new(
        objective: Objective<'a>,
        (sampling, seed): (Sampling, u64),
        batch: usize,
        rate: f64,
        workers: usize,
    ) -> Self {
        let d = objective.x.features;
        let pieces = d.div_ceil(PIECE).max(1);
        let workers = match batch * d < LEAST {
            true => 1,
            false => workers.clamp(1, pieces),
        };
        let worker = |place: usize| {
            // As even a share as the pieces allow.
            let [start, end] = [place, place + 1].map(|k| (k * pieces / workers * PIECE).min(d));
            let mut batches = Batches::of(batch, sampling, seed, objective.rows());
            let next = batches.sample().to_vec();
            Worker {
                place,
                objective,
                arch: Arch::new(),
                rate,
                batches,
                columns: start..end,
                weights: vec![0.0; end - start],
                bias: 0.0,
                now: Vec::with_capacity(batch),
                next,
                steps: vec![0.0; batch],
                iteration: 0,
                rows: 0,
            }
        };
        SgdSteps {
            workers: (0..workers).map(worker).collect(),
            barrier: StepBarrier::new(workers, batch, pieces),
        }
    }

    /// Runs steps up to an iteration, or until the loss of a batch is not finite. Returns false if cancelled.
    pub fn to(&mut self, iteration: u64, options: &SolverOptions) -> bool {
        let barrier = &self.barrier;
        let [first, others @ ..] = self.workers.as_mut_slice() else {
            return true;
        };
        thread::scope(|scope| {
            for worker in others {
                scope.spawn(|| worker.to(iteration, barrier, &|| false));
            }
            first.to(iteration, barrier, options.halted)
        })
    }

    /// Returns the current w.
    pub fn weights(&self) -> Vec<f64> {
        let own = self.workers.iter().flat_map(|worker| &worker.weights);
        let first = &self.workers[0];
        let bias = first.objective.bias.then_some(&first.bias);
        own.chain(bias).copied().collect()
    }

    /// Returns the number of steps.
    pub fn iteration(&self) -> u64 {
        self.workers[0].iteration
    }

    /// Returns the number of rows that were read.
    pub fn rows(&self) -> u64 {
        self.workers[0].rows
    }
}

/// A worker with some of the columns. All workers sample the same batches and know the bias.
struct Worker<'a> {
    place: usize,
    objective: Objective<'a>,
    arch: Arch,
    rate: f64,
    batches: Batches,
    columns: Range<usize>,
    /// The weights of its columns.
    weights: Vec<f64>,
    bias: f64,
    /// Rows of the current batch and of the next one.
    now: Vec<u32>,
    next: Vec<u32>,
    /// The step of the weights along each row of a batch.
    steps: Vec<f64>,
    iteration: u64,
    rows: u64,
}

impl Worker<'_> {
    fn to(&mut self, iteration: u64, barrier: &StepBarrier, halted: &dyn Fn() -> bool) -> bool {
        let _guard = barrier.halt_on_panic();
        while self.iteration < iteration {
            if halted() {
                barrier.halt(self.iteration);
                return false;
            }
            self.draw();
            self.arch.dispatch(Products(self, barrier));
            if !barrier.meet(self.place, self.iteration) {
                return false;
            }
            let batch_loss = self.errors(barrier);
            self.arch.dispatch(Move(self));
            self.iteration += 1;
            self.rows += self.now.len() as u64;
            if !batch_loss.is_finite() {
                break;
            }
        }
        true
    }

    /// Moves on to the next batch.
    fn draw(&mut self) {
        std::mem::swap(&mut self.now, &mut self.next);
        self.next.clear();
        self.next.extend_from_slice(self.batches.sample());
    }

    /// Computes the step along each row of the batch, and returns the sum of the squared errors.
    fn errors(&mut self, barrier: &StepBarrier) -> f64 {
        let factor = -2.0 * self.rate / self.now.len() as f64;
        let mut squares = 0.0;
        for (at, (i, step)) in self.now.iter().zip(&mut self.steps).enumerate() {
            let z = barrier.product(self.iteration, at);
            let error = z + self.bias - self.objective.y[*i as usize];
            squares += error * error;
            *step = factor * error;
        }
        squares
    }
}

/// Returns row i of X in these columns.
#[inline(always)]
fn row<'a>(x: DesignMatrix<'a>, i: u32, columns: Range<usize>) -> &'a [f64] {
    let start = i as usize * x.features;
    &x.values[start + columns.start..start + columns.end]
}

/// Computes the products of the batch's rows and the weights, piece by piece.
struct Products<'w, 'a>(&'w Worker<'a>, &'w StepBarrier);

impl WithSimd for Products<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Products(worker, barrier) = self;
        let x = worker.objective.x;
        let first = worker.columns.start / PIECE;
        let pieces = worker.weights.chunks(PIECE).enumerate().map(|(k, w)| {
            let piece = first + k;
            (piece, piece * PIECE..piece * PIECE + w.len(), w)
        });
        let (groups, rest) = worker.now.as_chunks::<TOGETHER>();
        for (at, group) in groups.iter().enumerate() {
            for (piece, columns, w) in pieces.clone() {
                let rows = group.map(|i| row(x, i, columns.clone()));
                for (k, z) in kernel::dots(simd, rows, w).into_iter().enumerate() {
                    barrier.write(worker.iteration, at * TOGETHER + k, piece, z);
                }
            }
        }
        for (at, i) in rest.iter().enumerate() {
            for (piece, columns, w) in pieces.clone() {
                let [z] = kernel::dots(simd, [row(x, *i, columns)], w);
                barrier.write(worker.iteration, groups.len() * TOGETHER + at, piece, z);
            }
        }
    }
}

/// Computes w ← w + the steps along the batch's rows.
struct Move<'w, 'a>(&'w mut Worker<'a>);

impl WithSimd for Move<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Move(worker) = self;
        let (x, weights) = (worker.objective.x, worker.weights.as_mut_slice());
        let row = |i: u32| row(x, i, worker.columns.clone());
        let all = &worker.steps[..worker.now.len()];
        let (groups, rest) = worker.now.as_chunks::<TOGETHER>();
        let (steps, steps_rest) = all.as_chunks::<TOGETHER>();
        let mut ahead = worker.next.as_chunks::<TOGETHER>().0.iter();
        for (group, steps) in groups.iter().zip(steps) {
            match ahead.next() {
                None => kernel::add(simd, group.map(row), *steps, weights),
                Some(ahead) => {
                    kernel::add_ahead(simd, group.map(row), *steps, weights, ahead.map(row));
                }
            }
        }
        for (i, step) in rest.iter().zip(steps_rest) {
            kernel::add(simd, [row(*i)], [*step], weights);
        }
        if worker.objective.bias {
            worker.bias += all.iter().sum::<f64>();
        }
    }
}
