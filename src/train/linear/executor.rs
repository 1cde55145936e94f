//! The executor of linear models with a solver.

use super::engine::{NAME, solve_all, takes};
use crate::train::executor::{Costs, Executor};

/// Solves linear models, one after another on all cores.
pub const EXECUTOR: Executor<'static> = Executor {
    name: NAME,
    takes,
    shape: |_| None,
    together: |_| 1,
    alone: true,
    costs: COSTS,
    train: &solve_all,
};

// Fitted by `benches/cost/fit.py` to runs on an AVX-512 machine.
const COSTS: Costs = Costs {
    run: 5.5e5,
    rows: [27.6, 0.01, 0.0, 0.0],
    steps: [0.042, 0.0, 0.080, 33.7, 0.0, 0.0, 0.0, 0.0, 0.0],
};
