//! Options of training: jobs, time and memory.

use crate::memory::Available;
use std::time::Duration;

/// Options of training. None of them changes the bits of a trace.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Runs trained in parallel; 0 for one per core.
    pub jobs: usize,
    /// Time limit per run.
    pub timeout: Option<Duration>,
    /// Start no further run after one crashed, timed out or did not fit into memory.
    pub fail_fast: bool,
    /// Report the final weights of every completed run as [`RunEvent::Weights`](super::RunEvent::Weights).
    pub weights: bool,
    /// Memory limit of the process.
    pub memory: Memory,
}

/// Memory limit of the process while it trains.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Memory {
    /// The value of [`crate::memory::available()`] when training starts.
    #[default]
    Available,
    /// A number of bytes.
    Bytes(f64),
}

impl Memory {
    /// Returns the limit; `None` if it is unknown.
    pub fn now(self) -> Option<Available> {
        match self {
            Memory::Available => crate::memory::available(),
            Memory::Bytes(total) => Some(Available { total, used: 0.0 }),
        }
    }
}
