//! Runs in, traces out.
//!
//! [`mod@reference`] is the loop of the reference engine, [`watch`] its eyes. The others are what every
//! engine needs: batches drawn, a schedule, and the record that a trace comes from.

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
use crate::trace::{Clock, Curve, Outcome, Outputs, Trace};
use keep::Keep;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Name of the reference engine, part of the identity of its runs.
pub const REFERENCE: &str = crate::identity::engine::REFERENCE;

/// What an engine needs to know of one run.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// Typed settings.
    pub settings: &'a Settings,
    /// Seed of weights and batches.
    pub seed: u64,
    /// The rows; none for a one-weight risk.
    pub data: Option<Arc<Dataset>>,
    /// Whoever wants its weights on the way; they change nothing.
    pub keep: Option<Rc<Keep>>,
}

/// A run that came to an end.
#[derive(Debug)]
pub struct Ended {
    /// Its record.
    pub trace: Trace,
    /// What a solver saw on its clock.
    pub clock: Clock,
}

impl From<Trace> for Ended {
    /// Of a run that no solver was at work in.
    fn from(trace: Trace) -> Ended {
        Ended {
            trace,
            clock: Clock::default(),
        }
    }
}

/// How a run is stopped from outside; looked at before every step.
#[derive(Debug, Clone, Copy)]
pub struct Control<'a> {
    /// How long one run may take.
    pub timeout: Option<Duration>,
    /// Set by Ctrl-C.
    pub cancelled: &'a AtomicBool,
}

impl Control<'_> {
    /// Whether the run is to end with nothing.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// When the time of a run is up that starts now.
    pub fn deadline(&self) -> Option<Instant> {
        self.timeout
            .and_then(|timeout| Instant::now().checked_add(timeout))
    }
}

/// Trains one run with the reference engine. Nothing comes out of a run that was cancelled; all
/// else that can happen to it is an outcome in its trace.
pub fn train(job: &Job, control: &Control) -> Option<Trace> {
    reference::run(job, control)
        .unwrap_or_else(|error| Some(failed(job, REFERENCE, error.to_string())))
}

/// Whether a run's time is up.
pub fn is_past(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

/// The trace of a run that failed, with what it said.
pub fn failed(job: &Job, engine: &str, message: String) -> Trace {
    not_trained(job, engine, Outcome::Failed { message })
}

/// The trace of a run that came to nothing: its settings, its data where it has any, and why.
pub fn not_trained(job: &Job, engine: &str, outcome: Outcome) -> Trace {
    Trace {
        settings: canonical(job.settings),
        seed: job.seed,
        engine: engine.to_owned(),
        outcome,
        data: facts::facts(job),
        steps: 0,
        parameters: 0,
        curve: Curve::default(),
        risks: Vec::new(),
        test: None,
        moments: Vec::new(),
        layers: Vec::new(),
        outputs: Outputs::default(),
        trajectory: None,
    }
}
