//! What a run took; kept apart from its trace, which never depends on it.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a run took.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Timing {
    /// From the first draw to the last evaluation.
    pub wall: Duration,
    /// Start of the run, in seconds since 1970.
    pub started: u64,
    /// What a solver saw on its clock; nothing of a run that was trained.
    pub clock: Clock,
}

/// What a solver saw on its clock, and the measure for it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Clock {
    /// By look of its trajectory, the seconds that it had taken, the looks themselves left out.
    pub looks: Vec<f64>,
    /// Bytes that the same cores read of the same rows in a second, where they do nothing else.
    pub bandwidth: Option<f64>,
}
