//! From cells and seeds to runs with an identity, and which of them are still to be trained.

use super::engine::{Engine, engine_of};
use crate::data::Files;
use crate::grid::{Cell, Run};
use crate::identity::{RunId, run_id};
use crate::results::{CellResults, Results, RunResult};
use crate::spec::Sweep;
use crate::store::StoreError;
use crate::trace::{Timing, Trace};
use rayon::prelude::*;
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
pub type Lookup<'a> = dyn Fn(RunId) -> Result<Option<(Trace, Timing)>, StoreError> + Sync + 'a;

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
    // Unpacking thousands of traces takes seconds.
    let known = cells.into_par_iter().map(|cell| {
        let runs = look_up(&cell, &sweep.seeds, files, stored, engines)?;
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

/// The runs of a cell, with what the store has of them.
fn look_up(
    cell: &Cell,
    seeds: &[u64],
    files: &Files,
    stored: &Lookup,
    engines: &[Engine],
) -> Result<Vec<RunResult>, StoreError> {
    let digest = files.digest(&cell.settings.data);
    let engine = engine_of(engines, &cell.settings).map_or("", |(engine, _)| engine.name);
    let of_seed = |&seed: &u64| {
        let id = run_id(&cell.settings, seed, digest, engine);
        let trained = match stored(id) {
            // A damaged record is worth nothing, and its run not lost: it is trained again.
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

/// Whether a run is trained, given what the store has of it. One that did not fit into memory always is:
/// there may be more of it now.
fn wanted(trace: Option<&Trace>, rerun: Rerun) -> bool {
    match (trace, rerun) {
        (None, _) | (_, Rerun::All) => true,
        (Some(trace), Rerun::Failed) => !trace.outcome.is_complete(),
        (Some(trace), Rerun::Nothing) => trace.outcome.is_too_large(),
    }
}
