//! What CI services read of one sweep: its verdicts, and why it is incomplete.

use crate::diagnose::baseline::Comparison;
use crate::diagnose::expectations::Verdict;
use std::time::Duration;

/// The verdicts of one sweep.
#[derive(Debug)]
pub struct Suite {
    /// The sweep file.
    pub file: String,
    /// The wall time of its training.
    pub wall: Duration,
    /// The verdicts of its expectations.
    pub verdicts: Vec<Verdict>,
    /// The comparison with a baseline, if requested.
    pub compared: Option<Comparison>,
    /// Why it is incomplete, if it is.
    pub incomplete: Option<String>,
}
