//! The two executors of this folder: stacks of narrow networks, and single wide ones.

use super::arena::TensorFloat;
use super::kernel::scalar::Scalar;
use super::stacking::{NAME, WIDE, has_layers, lanes, shape, takes};
use super::training;
use crate::config::settings::Precision;
use crate::train::executor::{Costs, Executor};
use crate::train::recorder::failed;
use crate::train::rows::NO_ROWS;
use crate::train::{Cancellation, Ended, Job};
use pulp::Arch;
use std::cell::RefCell;

/// Trains narrow networks, up to 16 together.
pub const STACKED_EXECUTOR: Executor<'static> = Executor {
    name: NAME,
    takes,
    shape: |settings| Some(shape(settings)),
    together: lanes,
    alone: false,
    costs: STACKED_COSTS,
    train: &train,
};

/// Trains wide networks, one at a time.
pub const WIDE_EXECUTOR: Executor<'static> = Executor {
    name: WIDE,
    takes: has_layers,
    shape: |_| None,
    together: |_| 1,
    alone: false,
    costs: WIDE_COSTS,
    train: &train_wide,
};

// Fitted by `benches/cost/fit.py` to runs on an AVX-512 machine.
const STACKED_COSTS: Costs = Costs {
    run: 3.0e5,
    rows: [0.0, 8.8, 35.0, 1350.0],
    steps: [3780.0, 0.0, 0.92, 0.45, 14.6, 91.6, 13.0, 0.65, 3.0],
};
const WIDE_COSTS: Costs = Costs {
    run: 0.0,
    rows: [0.0, 0.0, 29.0, 0.0],
    steps: [4.17e4, 9210.0, 0.0, 0.0, 0.0, 0.0, 0.218, 0.0522, 2.7],
};

/// Trains runs in stacks: takes jobs of one shape, and reports each as it ends, by its index. Cancelled jobs report
/// nothing.
fn train(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Cancellation,
    ended: &mut dyn FnMut(usize, Ended),
) {
    train_with::<f32, f64>(jobs, control, ended);
}

/// Trains runs one after another, each in its own stack.
fn train_wide(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Cancellation,
    ended: &mut dyn FnMut(usize, Ended),
) {
    train_with::<Scalar<f32>, Scalar<f64>>(jobs, control, ended);
}

/// Trains runs with these number types for 32 and 64 bits.
fn train_with<A: TensorFloat, B: TensorFloat>(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Cancellation,
    ended: &mut dyn FnMut(usize, Ended),
) {
    let ended = RefCell::new(ended);
    let mut report = |place: usize, run: Ended| (ended.borrow_mut())(place, run);
    // Jobs without rows end at once, and need no lane.
    let jobs = jobs.enumerate().filter_map(|(place, job)| {
        if job.data.as_ref().is_some_and(|data| !data.train.is_empty()) {
            return Some((place, job));
        }
        let failed = failed(&job, A::ENGINE, NO_ROWS.to_owned());
        (ended.borrow_mut())(place, failed.into());
        None
    });
    let mut jobs = jobs.peekable();
    while let Some((_, first)) = jobs.peek() {
        if control.is_cancelled() {
            return;
        }
        let result = match first.settings.precision {
            Precision::F32 => training::run::<A>(&mut jobs, Arch::new(), control, &mut report),
            Precision::F64 => training::run::<B>(&mut jobs, Arch::new(), control, &mut report),
        };
        // No run can cause this error. The caller then tries the runs one by one.
        if let Err(error) = result {
            panic!("{error}");
        }
    }
}
