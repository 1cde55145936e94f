//! The time that a run took. It is separate from the trace, which never depends on it.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The time that a run took.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Timing {
    /// From the first random number to the last evaluation.
    pub wall: Duration,
    /// Start of the run, in seconds since 1970.
    pub started: u64,
    /// The clock of a solver; empty for step-by-step training.
    pub clock: Clock,
}

/// The clock of a solver, with a reference for it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Clock {
    /// For every snapshot of its trajectory, the elapsed seconds without the time for snapshots.
    pub looks: Vec<f64>,
    /// Bytes per second that the same cores read of the same rows when they do nothing else.
    pub bandwidth: Option<f64>,
}
