//! The two executors of this folder: stacks of narrow networks, and single wide ones.

use super::{NAME, WIDE, has_layers, lanes, shape, takes, train, train_wide};
use crate::train::executor::{Costs, Executor};

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
