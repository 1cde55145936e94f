//! Replays one run with the executor that trained it, to record snapshots of its weights, and compares a replay with the
//! stored run. Stores nothing.

use super::executors::executor_named;
use super::guard;
use crate::config::Settings;
use crate::config::settings::Source;
use crate::trace::{Outcome, Trace};
use crate::train::datasets::{Dataset, Files, dataset};
use crate::train::executor::Executor;
use crate::train::schedule::Schedule;
use crate::train::weight_snapshots::{RequestedSnapshots, Snapshot};
use crate::train::{Cancellation, Job};
use std::rc::Rc;
use std::sync::Arc;

/// A run that cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayRunError {
    /// The executor does not exist.
    #[error(
        "failed to replay the run: this version has no executor `{0}`; use the version of sweep that trained it, or run the sweep again with --rerun all"
    )]
    Executor(String),
    /// The rows cannot be created.
    #[error("failed to replay the run: {0}")]
    Data(String),
    /// The executor panicked, which is a bug.
    #[error("failed to replay the run: panicked: {0}")]
    Panicked(String),
}

/// A replayed run.
#[derive(Debug)]
pub struct ReplayedRun {
    /// Its rows; `None` for a one-weight loss.
    pub data: Option<Arc<Dataset>>,
    /// Its result.
    pub trace: Trace,
    /// Its weights after the requested numbers of updates, and at the end.
    pub snapshots: Vec<Snapshot>,
}

/// Replays the run of a trace with these settings. `at` gets the number of updates, and of updates per epoch, and
/// returns the updates after which to record the weights. Returns `None` for a cancelled run.
///
/// # Errors
/// [`ReplayRunError`].
pub fn replay_run(
    settings: &Settings,
    old: &Trace,
    files: &Files,
    executors: &[Executor],
    at: impl Fn(u64, u64) -> Vec<u64>,
    control: &Cancellation,
) -> Result<Option<ReplayedRun>, ReplayRunError> {
    let executor = executor_named(executors, &old.executor);
    let executor = executor.ok_or_else(|| ReplayRunError::Executor(old.executor.clone()))?;
    let data = match settings.data.source == Source::None {
        true => None,
        false => Some(Arc::new(
            dataset(&settings.data, files, old.seed)
                .map_err(|error| ReplayRunError::Data(error.to_string()))?,
        )),
    };
    // A one-weight loss has a single row without content.
    let rows = data.as_ref().map_or(1, |data| data.train.len());
    let steps_per_epoch = Schedule::new(settings, rows).steps_per_epoch;
    let keep = Rc::new(RequestedSnapshots::at(at(old.steps, steps_per_epoch)));
    let mut ended = None;
    let trained = guard::catching(|| {
        let job = Job {
            settings,
            seed: old.seed,
            data: data.clone(),
            keep: Some(Rc::clone(&keep)),
        };
        let mut jobs = std::iter::once(job);
        (executor.train)(&mut jobs, control, &mut |_, run| ended = Some(run.trace));
    });
    trained.map_err(ReplayRunError::Panicked)?;
    let snapshots = keep.snapshots();
    Ok(ended.map(|trace| ReplayedRun {
        data,
        trace,
        snapshots,
    }))
}

/// Returns why a replay is not the stored run again, as a clause that also says what to do; `None` if it is.
pub(super) fn difference(new: &Trace, stored: &Trace) -> Option<&'static str> {
    if new.is_same_run(stored) {
        return None;
    }
    Some(match new.outcome {
        Outcome::TimedOut { .. } => {
            "its replay timed out, so the stored run stays; raise --timeout to replay it"
        }
        Outcome::Crashed { .. } => "its replay crashed, so the stored run stays",
        Outcome::TooLarge { .. } => {
            "its replay does not fit into memory, so the stored run stays; free memory to replay it"
        }
        Outcome::Finished
        | Outcome::Pruned { .. }
        | Outcome::Converged { .. }
        | Outcome::StoppedEarly { .. }
        | Outcome::Diverged { .. } => {
            "its replay differs from the stored run, which stays; --rerun all replaces it"
        }
    })
}
