//! A barrier for the workers of a descent. At every step each worker writes its numbers, waits until all have, and
//! reads all of them. Waiting takes a fraction of a microsecond; a lock would take many.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Number of checks before a waiting worker yields its core.
const PATIENCE: u32 = 4_096;

/// The products of rows and weights, and the progress of the workers.
pub struct StepBarrier {
    /// The products of the current and the previous step, as bits: the pieces of every row of a batch. No worker is
    /// more than one step ahead of another, so no product is overwritten before it is read.
    products: [Vec<AtomicU64>; 2],
    pieces: usize,
    /// The number of steps for which each worker has written its products.
    written: Vec<PaddedCounter>,
    /// The step at which all workers stop.
    halted: AtomicU64,
}

/// A counter in its own cache line.
#[repr(align(128))]
struct PaddedCounter(AtomicU64);

impl StepBarrier {
    /// Returns a barrier for a number of workers, rows of a batch, and pieces of a row.
    pub fn new(workers: usize, batch: usize, pieces: usize) -> Self {
        let zeros = || (0..batch * pieces).map(|_| AtomicU64::new(0)).collect();
        StepBarrier {
            products: [zeros(), zeros()],
            pieces,
            written: (0..workers)
                .map(|_| PaddedCounter(AtomicU64::new(0)))
                .collect(),
            halted: AtomicU64::new(u64::MAX),
        }
    }

    /// Writes the product of a piece of a row in this step.
    pub fn write(&self, step: u64, row: usize, piece: usize, product: f64) {
        self.row(step, row)[piece].store(product.to_bits(), Ordering::Relaxed);
    }

    /// Returns the product of a whole row, summed over its pieces in order, after all workers have met.
    pub fn product(&self, step: u64, row: usize) -> f64 {
        let pieces = self.row(step, row).iter();
        pieces
            .map(|piece| f64::from_bits(piece.load(Ordering::Relaxed)))
            .sum()
    }

    fn row(&self, step: u64, row: usize) -> &[AtomicU64] {
        &self.products[(step % 2) as usize][row * self.pieces..(row + 1) * self.pieces]
    }

    /// Marks all products of this worker as written, and waits for the others. Returns false if the step is not made.
    pub fn meet(&self, place: usize, step: u64) -> bool {
        self.written[place].0.store(step + 1, Ordering::Release);
        self.written.iter().all(|other| {
            let mut checks = 0;
            while other.0.load(Ordering::Acquire) <= step {
                if self.halted.load(Ordering::Acquire) <= step {
                    return false;
                }
                checks += 1;
                match checks < PATIENCE {
                    true => spin_loop(),
                    false => thread::yield_now(),
                }
            }
            true
        })
    }

    /// Stops all workers before this step.
    pub fn halt(&self, step: u64) {
        self.halted.store(step, Ordering::Release);
    }

    /// Returns a guard for a worker. If the worker panics, no other waits for it.
    pub fn halt_on_panic(&self) -> HaltOnPanic<'_> {
        HaltOnPanic(self)
    }
}

/// A guard that stops the other workers when it is dropped.
pub struct HaltOnPanic<'a>(&'a StepBarrier);

impl Drop for HaltOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.halt(0);
        }
    }
}
