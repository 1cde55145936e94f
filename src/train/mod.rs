//! Training: jobs in, traces out.
//!
//! [`mod@reference`] is the training loop of the autograd executor, and [`watch`] its measurements. All executors share
//! the other modules: batches, schedule, and the record from which a trace is built.

pub mod batches;
pub mod constant;
pub mod curve;
pub mod dropout;
pub mod facts;
pub mod keep;
pub mod measure;
pub mod observe;
pub mod outputs;
pub mod record;
pub mod reference;
pub mod rows;
pub mod schedule;
pub mod trajectory;
mod wanted;
pub mod watch;

use crate::data::Dataset;
use crate::identity::canonical;
use crate::spec::Settings;
use crate::trace::{Clock, Outcome, Trace};
use keep::Keep;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The name of the autograd executor in run IDs.
pub const REFERENCE: &str = crate::identity::engine::REFERENCE;

/// The input of an executor for one run.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The seed of weights and batches.
    pub seed: u64,
    /// The data set; `None` for a one-weight model.
    pub data: Option<Arc<Dataset>>,
    /// Requested weight snapshots, which do not affect the run.
    pub keep: Option<Rc<Keep>>,
}

/// An ended run.
#[derive(Debug)]
pub struct Ended {
    /// Its trace.
    pub trace: Trace,
    /// The clock of a solver.
    pub clock: Clock,
}

impl From<Trace> for Ended {
    /// Returns a run without a solver.
    fn from(trace: Trace) -> Ended {
        Ended {
            trace,
            clock: Clock::default(),
        }
    }
}

/// Timeout and cancellation, checked before every step.
#[derive(Debug, Clone, Copy)]
pub struct Control<'a> {
    /// Maximum duration of a run.
    pub timeout: Option<Duration>,
    /// Set by Ctrl-C.
    pub cancelled: &'a AtomicBool,
}

impl Control<'_> {
    /// Returns whether the run is cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Returns the deadline of a run that starts now.
    pub fn deadline(&self) -> Option<Instant> {
        self.timeout
            .and_then(|timeout| Instant::now().checked_add(timeout))
    }
}

/// Trains one run with the autograd executor. Returns `None` if it was cancelled; any other end is an outcome in the
/// trace.
pub fn train(job: &Job, control: &Control) -> Option<Trace> {
    reference::run(job, control)
        .unwrap_or_else(|error| Some(failed(job, REFERENCE, error.to_string())))
}

/// Returns whether a deadline has passed.
pub fn is_past(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

/// Returns the trace of a run that failed with this message.
pub fn failed(job: &Job, engine: &str, message: String) -> Trace {
    not_trained(job, engine, Outcome::Crashed { message })
}

/// Returns the trace of a run without training: its settings, its data if any, and its outcome.
pub fn not_trained(job: &Job, engine: &str, outcome: Outcome) -> Trace {
    Trace {
        outcome,
        data: facts::facts(job),
        ..before(job, engine)
    }
}

/// Returns the trace of a run before training, without facts about its data.
pub fn before(job: &Job, engine: &str) -> Trace {
    let settings = job.settings;
    let solver = settings.solving.map(|solving| solving.solver.name());
    Trace {
        seed: job.seed,
        executor: engine.to_owned(),
        loss: Some(settings.loss.name().to_owned()),
        optimizer: Some(solver.unwrap_or(settings.optimizer.name()).to_owned()),
        input_normalization: settings
            .norm_at(|at| at.input)
            .map(|norm| norm.name().to_owned()),
        ..Trace::new(canonical(settings))
    }
}
