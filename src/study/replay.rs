//! Replays a stored run with the executor that trained it, and compares the traces. The store does not change.

use crate::data::{Dataset, Files};
use crate::grid::Cell;
use crate::memory::available;
use crate::number::count;
use crate::run::memory::replay;
use crate::run::{Again, AgainError, Executor, again};
use crate::trace::{Outcome, Trace};
use crate::train::Control;
use crate::train::keep::Snapshot;
use std::sync::Arc;

/// A run that cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The run crashed or timed out.
    #[error("failed to replay the run: {0}; run the sweep again with --rerun crashed")]
    Incomplete(String),
    /// The run did not fit into memory when it was trained.
    #[error(
        "failed to replay the run: it did not fit into memory, {0}; free memory and run the sweep again"
    )]
    TooLarge(String),
    /// The replay does not fit into memory.
    #[error("failed to replay the run: {0}; free memory, or raise SWEEP_MEMORY if it is set")]
    Memory(String),
    /// The executor or the rows are missing, or the executor panicked.
    #[error(transparent)]
    Again(#[from] AgainError),
}

/// A stored run that can be replayed: it has a result, and its replay fits into memory.
#[derive(Debug, Clone, Copy)]
pub struct Replay<'a> {
    cell: &'a Cell,
    stored: &'a Trace,
    files: &'a Files,
}

/// A replayed run.
#[derive(Debug)]
pub struct Replayed {
    /// Its rows; `None` for a one-weight loss.
    pub data: Option<Arc<Dataset>>,
    /// The new trace.
    pub trace: Trace,
    /// Its weights after the requested numbers of updates, and at the end.
    pub snapshots: Vec<Snapshot>,
    /// Whether the new trace has the same bits as the stored one, wherever both have a number.
    pub is_bit_identical: bool,
}

impl<'a> Replay<'a> {
    /// Prepares to replay the run of a cell with this stored trace, which has its seed. `snapshots` is the maximum
    /// number of recorded snapshots of the weights.
    ///
    /// # Errors
    /// The run has no result, or its replay does not fit into memory.
    pub fn new(
        cell: &'a Cell,
        stored: &'a Trace,
        files: &'a Files,
        snapshots: usize,
    ) -> Result<Replay<'a>, ReplayError> {
        check_outcome(&stored.outcome)?;
        if let Some(memory) = available() {
            let fits = replay(&cell.settings, &stored.executor, files, snapshots, memory);
            fits.map_err(|outcome| ReplayError::Memory(outcome.message().unwrap_or_default()))?;
        }
        Ok(Replay {
            cell,
            stored,
            files,
        })
    }

    /// Replays the run. `at` gets the number of updates, and of updates per epoch, and returns the updates after which
    /// to record the weights. Returns `None` for a cancelled run.
    ///
    /// # Errors
    /// [`ReplayError::Again`].
    pub fn run(
        &self,
        executors: &[Executor],
        at: impl Fn(u64, u64) -> Vec<u64>,
        control: &Control,
    ) -> Result<Option<Replayed>, ReplayError> {
        let settings = &self.cell.settings;
        let trained = again(settings, self.stored, self.files, executors, at, control)?;
        let replayed = trained.map(|trained| {
            let Again {
                data,
                trace,
                snapshots,
            } = trained;
            Replayed {
                is_bit_identical: trace.is_same_run(self.stored),
                data,
                trace,
                snapshots,
            }
        });
        Ok(replayed)
    }
}

/// Rejects the outcome of an incomplete run: it has no result to compare with, or no known last step.
fn check_outcome(outcome: &Outcome) -> Result<(), ReplayError> {
    let why = match outcome {
        Outcome::Crashed { message } => format!("it crashed: {message}"),
        Outcome::TimedOut { step } => {
            format!("it timed out after {}", count(*step as usize, "step"))
        }
        Outcome::TooLarge { .. } => {
            let why = outcome.message().unwrap_or_default();
            return Err(ReplayError::TooLarge(why));
        }
        Outcome::Finished
        | Outcome::Pruned { .. }
        | Outcome::Converged { .. }
        | Outcome::StoppedEarly { .. }
        | Outcome::Diverged { .. } => {
            return Ok(());
        }
    };
    Err(ReplayError::Incomplete(why))
}
