//! Where the workers of a descent meet: at every step each writes its numbers, waits until all have, and
//! reads all of them. Waiting takes a fraction of a microsecond, which a lock would take many of.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Looks for the others before a worker lets another thread have its core.
const PATIENCE: u32 = 4_096;

/// Products of rows and weights, and how far everybody is.
pub struct Board {
    /// Those of a step and of the one before, as bits: for every row of a batch its pieces. Nobody is more than
    /// a step ahead of another, so that nothing is written over that is still to be read.
    products: [Vec<AtomicU64>; 2],
    pieces: usize,
    /// For every worker the steps whose products it wrote.
    written: Vec<Line>,
    /// The step that is not made any more.
    halted: AtomicU64,
}

/// A counter that shares no line of a cache with another.
#[repr(align(128))]
struct Line(AtomicU64);

impl Board {
    /// For so many workers, rows of a batch, and pieces of a row.
    pub fn new(workers: usize, batch: usize, pieces: usize) -> Self {
        let zeros = || (0..batch * pieces).map(|_| AtomicU64::new(0)).collect();
        Board {
            products: [zeros(), zeros()],
            pieces,
            written: (0..workers).map(|_| Line(AtomicU64::new(0))).collect(),
            halted: AtomicU64::new(u64::MAX),
        }
    }

    /// The product of a piece of a row, in this step.
    pub fn write(&self, step: u64, row: usize, piece: usize, product: f64) {
        self.row(step, row)[piece].store(product.to_bits(), Ordering::Relaxed);
    }

    /// That of the whole row, the pieces in their order, after all have met.
    pub fn product(&self, step: u64, row: usize) -> f64 {
        let pieces = self.row(step, row).iter();
        pieces
            .map(|piece| f64::from_bits(piece.load(Ordering::Relaxed)))
            .sum()
    }

    fn row(&self, step: u64, row: usize) -> &[AtomicU64] {
        &self.products[(step % 2) as usize][row * self.pieces..(row + 1) * self.pieces]
    }

    /// Says that this worker has written all of its products, and waits for the others. False where the step
    /// is not made.
    pub fn meet(&self, place: usize, step: u64) -> bool {
        self.written[place].0.store(step + 1, Ordering::Release);
        self.written.iter().all(|other| {
            let mut looks = 0;
            while other.0.load(Ordering::Acquire) <= step {
                if self.halted.load(Ordering::Acquire) <= step {
                    return false;
                }
                looks += 1;
                match looks < PATIENCE {
                    true => spin_loop(),
                    false => thread::yield_now(),
                }
            }
            true
        })
    }

    /// Nobody makes this step, or one after it.
    pub fn halt(&self, step: u64) {
        self.halted.store(step, Ordering::Release);
    }

    /// To be held by a worker: where it panics, nobody waits for it.
    pub fn leaving(&self) -> Leaving<'_> {
        Leaving(self)
    }
}

/// What a worker leaves behind.
pub struct Leaving<'a>(&'a Board);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.halt(0);
        }
    }
}
