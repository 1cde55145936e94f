//! From cells and seeds to runs with an identity, and which of them are still to be trained.

use super::engine::{Engine, engine_of};
use crate::data::Files;
use crate::grid::{Cell, Run, RunId, run_id};
use crate::results::{CellResults, Results, RunResult};
use crate::spec::Sweep;
use crate::store::StoreError;
use crate::trace::{Timing, Trace};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which runs of the store are trained again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rerun {
    /// None: what the store has is the result.
    #[default]
    Nothing,
    /// Those that failed or timed out. A timeout is no part of a run's identity, so that this is
    /// also the way to give runs more time.
    Failed,
    /// All. What the store has stays there until the new trace takes its place.
    All,
}

/// What a sweep has, and what it still needs.
#[derive(Debug)]
pub struct Plan {
    /// Every cell with its runs, and the traces that the store has.
    pub results: Results,
    /// What is to be trained, in the order in which runs start: the place of the cell in
    /// `results`, and of the run within the cell. An identity that occurs twice is trained once.
    pub missing: Vec<(usize, usize)>,
}

impl Plan {
    /// Runs in all.
    pub fn runs(&self) -> usize {
        self.results.cells.iter().map(|cell| cell.runs.len()).sum()
    }
}

/// What a store has of a run.
pub type Lookup<'a> = dyn Fn(RunId) -> Result<Option<(Trace, Timing)>, StoreError> + 'a;

/// Looks up every run of a sweep in the store.
///
/// # Errors
/// The store can't be read.
pub fn plan(
    sweep: &Sweep,
    cells: Vec<Cell>,
    files: &Files,
    stored: &Lookup,
    engines: &[Engine],
    rerun: Rerun,
) -> Result<Plan, StoreError> {
    let mut plan = Plan {
        results: Results {
            target: sweep.target,
            ..Results::default()
        },
        missing: Vec::new(),
    };
    let mut named = BTreeSet::new();
    for (place, cell) in cells.into_iter().enumerate() {
        let digest = files.digest(&cell.settings.data);
        let engine = engine_of(engines, &cell.settings).map_or("", |(engine, _)| engine.name);
        let mut runs = Vec::with_capacity(sweep.seeds.len());
        for &seed in &sweep.seeds {
            let id = run_id(&cell.settings, seed, digest, engine);
            let trained = match stored(id) {
                // A damaged record is worth nothing, and its run not lost: it is trained again.
                Err(StoreError::Run { .. }) => None,
                known => known?,
            };
            if wanted(trained.as_ref(), rerun) && named.insert(id) {
                plan.missing.push((place, runs.len()));
            }
            let run = Run {
                cell: cell.index,
                seed,
                id,
            };
            let trained = trained.map(|(trace, timing)| (Arc::new(trace), timing));
            runs.push(RunResult { run, trained });
        }
        plan.results.cells.push(CellResults { cell, runs });
    }
    Ok(plan)
}

/// Whether a run is trained, given what the store has of it.
fn wanted(trained: Option<&(Trace, Timing)>, rerun: Rerun) -> bool {
    match (trained, rerun) {
        (None, _) | (_, Rerun::All) => true,
        (Some((trace, _)), Rerun::Failed) => !trace.outcome.is_complete(),
        (Some(_), Rerun::Nothing) => false,
    }
}
