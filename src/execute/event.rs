//! What happens to runs while they train.

use super::memory::Lowered;
use crate::grid::Run;
use crate::trace::{Timing, Trace};
use crate::weights::RunWeights;
use std::sync::Arc;

/// An event of training, reported from the threads of the workers.
#[derive(Debug, Clone, Copy)]
pub enum RunEvent<'a> {
    /// Memory allows fewer jobs than requested, or fewer runs per stack.
    Lowered(&'a Lowered),
    /// A worker has started a run.
    Started(&'a Run),
    /// A run has ended. A cancelled run never ends.
    Ended {
        /// The run.
        run: &'a Run,
        /// Its result.
        trace: &'a Arc<Trace>,
        /// Its times.
        timing: &'a Timing,
        /// Whether a stored result stays in its place: it did not fit into memory, or is a replay that differs.
        is_rejected: bool,
    },
    /// A run has completed, and its weights were requested.
    Weights(&'a RunWeights<'a>),
    /// A run has ended, but is not stored. The next command trains it again.
    NotKept {
        /// The run.
        run: &'a Run,
        /// The error of the store, or how a replay differs from the stored run.
        message: &'a str,
        /// Whether it is a replay that differs from the stored run, which stays.
        is_replay: bool,
    },
}
