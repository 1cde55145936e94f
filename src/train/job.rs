//! What an executor takes, a [`Job`], what it gives back, an [`Ended`] run, and what can stop it, a [`Cancellation`].

use super::datasets::Dataset;
use super::weight_snapshots::RequestedSnapshots;
use crate::config::Settings;
use crate::trace::{Clock, Trace};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

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
    pub keep: Option<Rc<RequestedSnapshots>>,
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
pub struct Cancellation<'a> {
    /// Maximum duration of a run.
    pub timeout: Option<Duration>,
    /// Set by Ctrl-C.
    pub cancelled: &'a AtomicBool,
}

impl Cancellation<'_> {
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

/// Returns whether a deadline has passed.
pub fn is_past(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}
