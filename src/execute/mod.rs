//! Trains missing runs in parallel: plan, groups, schedule, events, cancellation, resuming.
//!
//! ```text
//! plan   cells × seeds → runs with IDs; cached runs drop out
//! group  missing runs by executor, and by what can train together
//! train  data → executor → trace, one worker per job
//! ```
//!
//! An [`Executor`] is one function from runs to traces. This module does everything around it for all executors: data,
//! panics, clocks. It stores and prints nothing, and reports [`RunEvent`]s instead, from which a
//! [study](crate::study) stores each run when it ends.

mod call;
pub mod cost;
mod event;
mod executors;
mod group;
mod guard;
pub mod memory;
mod options;
mod plan;
mod replay;
mod schedule;
mod worker;

pub use crate::train::executor::{Executor, Train};
pub use event::RunEvent;
pub use executors::{executor_named, executor_of, executors};
pub use group::{Group, groups};
pub use options::{Memory, Options};
pub use plan::{Lookup, Plan, Rerun, plan};
pub use replay::{ReplayRunError, ReplayedRun, replay_run};
pub use schedule::{RunError, Summary, cores, train};
pub use worker::{Reply, Request, WorkerError, serve};

#[cfg(test)]
mod tests;
