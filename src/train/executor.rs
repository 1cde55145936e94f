//! The interface of executors: an [`Executor`] says which runs it accepts and trains them.

use super::{Cancellation, Ended, Job};
use crate::config::Settings;

/// The function of an executor. It takes as many jobs as it likes, trains them, and reports the end of each, by its
/// place among the taken jobs. A cancelled job never ends. A panic is the outcome of the open jobs.
pub type Train<'a> = dyn for<'j> Fn(&mut dyn Iterator<Item = Job<'j>>, &Cancellation, &mut dyn FnMut(usize, Ended))
    + Sync
    + 'a;

/// An executor, which trains runs.
#[derive(Clone, Copy)]
pub struct Executor<'a> {
    /// Its name, which is part of the IDs of its runs.
    pub name: &'a str,
    /// Returns whether it accepts these settings; the error is the reason.
    pub takes: fn(&Settings) -> Result<(), &'static str>,
    /// Returns the shape that runs must share to train together; `None` if each trains separately.
    pub shape: fn(&Settings) -> Option<String>,
    /// Returns the maximum number of runs that train together.
    pub together: fn(&Settings) -> usize,
    /// Whether a run uses all cores, so that no other run trains at the same time.
    pub alone: bool,
    /// How long its runs take.
    pub costs: Costs,
    /// Trains runs.
    pub train: &'a Train<'a>,
}

/// Nanoseconds per count of an executor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// Per run.
    pub run: f64,
    /// As [`Work::rows`](crate::execute::cost::Work::rows).
    pub rows: [f64; 4],
    /// As [`Work::steps`](crate::execute::cost::Work::steps).
    pub steps: [f64; 9],
}
