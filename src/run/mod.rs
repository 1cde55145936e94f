//! What is missing is trained, in parallel, and kept: plan, groups, schedule, events, cancel, resume.
//!
//! ```text
//! plan   cells × seeds → runs with their identity; those in the store drop out
//! group  the others, by the engine that takes them and by what may be trained together
//! train  data → engine → trace → store, one worker per job, each run kept as it ends
//! ```
//!
//! An [`Engine`] is one call, runs in and traces out; everything that happens around it (data,
//! panics, the clock, the store) stands here and is the same for every engine. Nothing here prints:
//! what happens is told through [`Event`]s.

mod again;
mod call;
mod engine;
mod group;
mod guard;
pub mod memory;
mod plan;
mod schedule;

pub use again::{Again, AgainError, again};
pub use engine::{Engine, Train, engine_of, engines};
pub use group::{Group, groups};
pub use plan::{Lookup, Plan, Rerun, plan};
pub use schedule::{RunError, Summary, cores, train};

use crate::grid::Run;
use crate::memory::Available;
use crate::trace::{Timing, Trace};
use crate::weights::Weighed;
use memory::Lowered;
use std::sync::Arc;
use std::time::Duration;

/// How runs are trained; none of it changes the bits of a trace.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Runs trained at the same time; 0 for one per core.
    pub jobs: usize,
    /// How long one run may take.
    pub timeout: Option<Duration>,
    /// Start no other run once one has failed, timed out or been too large for memory.
    pub fail_fast: bool,
    /// Tell the weights of every run that comes to an end of its own.
    pub weights: bool,
    /// How much memory the process may take.
    pub memory: Memory,
}

/// How much memory the process may take while it trains.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Memory {
    /// What [`crate::memory::available()`] says when training starts.
    #[default]
    Available,
    /// So many bytes.
    Bytes(f64),
}

impl Memory {
    /// It in bytes; none where it is not known.
    pub fn now(self) -> Option<Available> {
        match self {
            Memory::Available => crate::memory::available(),
            Memory::Bytes(total) => Some(Available { total, used: 0.0 }),
        }
    }
}

/// What happens while runs are trained; told from the workers' threads.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// Fewer jobs are started than asked for, or fewer runs in a stack: more don't fit into memory.
    Lowered(&'a Lowered),
    /// A worker has taken up a run.
    Started(&'a Run),
    /// A run has come to an end. One that was cancelled never does.
    Ended {
        /// Which.
        run: &'a Run,
        /// What came of it.
        trace: &'a Arc<Trace>,
        /// How long it took.
        timing: &'a Timing,
    },
    /// A run has come to an end of its own, and its weights were asked for.
    Weights(&'a Weighed<'a>),
    /// A run has ended, but the store would not take it: the next call trains it again.
    NotKept {
        /// Which.
        run: &'a Run,
        /// Why.
        message: &'a str,
    },
}

#[cfg(test)]
mod tests;
