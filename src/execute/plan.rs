//! Turns cells and seeds into runs with IDs, and finds the missing ones.

use super::executors::{executor_named, executor_of};
use crate::grid::{Cell, Run};
use crate::identity::{RunId, run_id};
use crate::results::{CellResults, Results, RunResult};
use crate::store::StoreError;
use crate::trace::{Timing, Trace};
use crate::train::datasets::Files;
use crate::train::executor::Executor;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Selects cached runs to train again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rerun {
    /// No run.
    #[default]
    Nothing,
    /// Crashed and timed-out runs. The time limit is not part of a run ID, so this also gives runs more time.
    Crashed,
    /// All runs. The store keeps the old trace until the new one replaces it.
    All,
}

/// The cached and missing runs of a sweep.
#[derive(Debug, Default)]
pub struct Plan {
    /// Every cell with its runs and cached traces.
    pub results: Results,
    /// The missing runs in the order in which they start: the place of the cell in `results`, and of the run in the
    /// cell. A run ID that occurs twice is trained once.
    pub missing: Vec<(usize, usize)>,
    /// Whether the missing runs are replays of stored runs, to record more of them. The executor that trained a run
    /// replays it, and the stored trace stays unless the new one is of the same run.
    pub replays: bool,
}

/// An executor, and why the preferred executor does not accept a run.
type Chosen<'a, 'e> = (&'e Executor<'a>, Option<&'static str>);

impl Plan {
    /// Returns the total number of runs.
    pub fn runs(&self) -> usize {
        self.results.cells.iter().map(|cell| cell.runs.len()).sum()
    }

    /// Returns the stored trace of a run that is replayed: its cell and its place in the cell.
    pub fn replayed(&self, (cell, run): (usize, usize)) -> Option<&Trace> {
        let stored = self.results.cells[cell].runs[run].trace();
        stored.filter(|_| self.replays)
    }

    /// Returns the executor of a run, and why the preferred executor does not accept it; `None` if none does.
    pub fn executor<'a, 'e>(
        &self,
        executors: &'e [Executor<'a>],
        at: (usize, usize),
    ) -> Option<Chosen<'a, 'e>> {
        match self.replayed(at) {
            Some(stored) => Some((executor_named(executors, &stored.executor)?, None)),
            None => executor_of(executors, &self.results.cells[at.0].cell.settings),
        }
    }
}

/// Reads a run from a store.
pub type Lookup<'a> = dyn Fn(RunId) -> Result<Option<(Trace, Timing)>, StoreError> + Sync + 'a;

/// Looks up the runs of cells in the store, one per seed.
///
/// # Errors
/// The store cannot be read.
pub fn plan(
    cells: Vec<Cell>,
    seeds: &[u64],
    files: &Files,
    stored: &Lookup,
    executors: &[Executor],
    rerun: Rerun,
) -> Result<Plan, StoreError> {
    let mut plan = Plan::default();
    // In parallel, because unpacking thousands of traces takes seconds.
    let known = cells.into_par_iter().map(|cell| {
        let runs = look_up(&cell, seeds, files, stored, executors)?;
        Ok(CellResults { cell, runs })
    });
    plan.results.cells = known.collect::<Result<_, StoreError>>()?;
    let mut named = BTreeSet::new();
    for (place, cell) in plan.results.cells.iter().enumerate() {
        for (i, run) in cell.runs.iter().enumerate() {
            if wanted(run.trace(), rerun) && named.insert(run.run.id) {
                plan.missing.push((place, i));
            }
        }
    }
    Ok(plan)
}

/// Returns the runs of a cell with their cached traces.
fn look_up(
    cell: &Cell,
    seeds: &[u64],
    files: &Files,
    stored: &Lookup,
    executors: &[Executor],
) -> Result<Vec<RunResult>, StoreError> {
    let digest = files.digest(&cell.settings.data);
    let executor = executor_of(executors, &cell.settings).map_or("", |(executor, _)| executor.name);
    let of_seed = |&seed: &u64| {
        let id = run_id(&cell.settings, seed, digest, executor);
        let trained = match stored(id) {
            // A run with a damaged record is trained again.
            Err(StoreError::Run { .. }) => None,
            known => known?,
        };
        let run = Run {
            cell: cell.index,
            seed,
            id,
        };
        let trained = trained.map(|(trace, timing)| (Arc::new(trace), timing));
        Ok(RunResult { run, trained })
    };
    seeds.iter().map(of_seed).collect()
}

/// Returns whether to train a run, given its cached trace. A run that did not fit into memory is always tried again,
/// since more memory may be available now.
fn wanted(trace: Option<&Trace>, rerun: Rerun) -> bool {
    match (trace, rerun) {
        (None, _) | (_, Rerun::All) => true,
        (Some(trace), Rerun::Crashed) => !trace.outcome.is_complete(),
        (Some(trace), Rerun::Nothing) => trace.outcome.is_too_large(),
    }
}
