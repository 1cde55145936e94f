//! The executor of everything that candle's autograd trains.

use super::{REFERENCE, train};
use crate::train::executor::{Costs, Executor};
use crate::train::{Cancellation, Ended, Job};

/// Trains any settings, one run at a time.
pub const EXECUTOR: Executor<'static> = Executor {
    name: REFERENCE,
    takes: |_| Ok(()),
    shape: |_| None,
    together: |_| 1,
    alone: false,
    costs: COSTS,
    train: &one_by_one,
};

// Fitted by `benches/cost/fit.py` to runs on an AVX-512 machine.
const COSTS: Costs = Costs {
    run: 2.55e5,
    rows: [0.0, 0.0, 0.0, 0.0],
    steps: [8810.0, 0.0, 0.0, 0.0, 0.0, 0.0, 834.0, 124.0, 0.0],
};

/// Trains runs with the autograd executor.
fn one_by_one(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    cancellation: &Cancellation,
    ended: &mut dyn FnMut(usize, Ended),
) {
    for (i, job) in jobs.enumerate() {
        match train(&job, cancellation) {
            Some(trace) => ended(i, trace.into()),
            None => return,
        }
    }
}
