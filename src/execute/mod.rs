//! Trains missing runs in parallel and stores them: plan, groups, schedule, events, cancellation, resuming.
//!
//! ```text
//! plan   cells × seeds → runs with IDs; cached runs drop out
//! group  missing runs by executor, and by what can train together
//! train  data → executor → trace → store, one worker per job; each run is stored when it ends
//! ```
//!
//! An [`Executor`] is one function from runs to traces. This module does everything around it for all executors: data,
//! panics, clocks, the store. It prints nothing, and reports [`Event`]s instead.

mod call;
pub mod cost;
mod executor;
mod group;
mod guard;
pub mod memory;
mod plan;
mod replay;
mod schedule;
mod worker;

pub use executor::{Executor, Train, executor_named, executor_of, executors};
pub use group::{Group, groups};
pub use plan::{Lookup, Plan, Rerun, plan};
pub use replay::{Again, AgainError, again};
pub use schedule::{RunError, Summary, cores, train};
pub use worker::{Reply, Request, WorkerError, serve};

use crate::grid::Run;
use crate::memory::Available;
use crate::trace::{Timing, Trace};
use crate::weights::Weighed;
use memory::Lowered;
use std::sync::Arc;
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
    /// Report the final weights of every completed run as [`Event::Weights`].
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

/// An event of training, reported from the threads of the workers.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
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
    },
    /// A run has completed, and its weights were requested.
    Weights(&'a Weighed<'a>),
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

#[cfg(test)]
mod tests;
