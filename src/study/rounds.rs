//! A sweep with its data, its executors and its observer, and the loop over the rounds of a search: look up cached runs,
//! train the missing ones, store them, and show the results to the search.

use super::event::{Event, Observer};
use super::storing::Storing;
use crate::config::Sweep;
use crate::execute;
use crate::execute::{Executor, Lookup, Options, Plan, Rerun, RunError, Summary};
use crate::grid::Cell;
use crate::identity::RunId;
use crate::results::{CellResults, Results, RunResult};
use crate::search::{Purpose, Search};
use crate::store::{Store, StoreError};
use crate::train::datasets::Files;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An error that ends a study.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The workers cannot start.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// A sweep, its data, and what trains, stores and observes its runs.
#[derive(Clone, Copy)]
pub struct Study<'a> {
    /// The sweep file.
    pub sweep: &'a Sweep,
    /// The data files of the cells.
    pub files: &'a Files,
    /// What trains runs, in order of preference.
    pub executors: &'a [Executor<'a>],
    /// Reads cached runs.
    pub cached: &'a Lookup<'a>,
    /// Which cached runs count as missing.
    pub rerun: Rerun,
    /// How missing runs are trained; `None` to use cached runs only.
    pub training: Option<Training<'a>>,
    /// Hears every event.
    pub observer: &'a dyn Observer,
}

/// Whether a cached run of a cell is trained again.
pub type RerunFilter<'a> = dyn Fn(&CellResults, &RunResult) -> bool + Sync + 'a;

/// How missing runs are trained.
#[derive(Clone, Copy)]
pub struct Training<'a> {
    /// Keeps every run that ends.
    pub store: &'a Store,
    /// Workers, time and memory.
    pub options: &'a Options,
    /// Cached runs of the sweep's own cells that are trained again too.
    pub rerun_filter: Option<&'a RerunFilter<'a>>,
    /// Whether failing runs of an older version, whose diagnosis could change with evidence that this version records, are
    /// replayed before they are judged. A replay replaces the stored run only if it has the same numbers.
    pub replays: bool,
    /// Can be set at any time; open runs then end without a trace.
    pub cancelled: &'a AtomicBool,
}

impl Study<'_> {
    /// Trains the rounds of a search until it has no more, and returns the results of all rounds.
    ///
    /// # Errors
    /// The store cannot be read, or no thread can start.
    pub fn search(&self, search: &mut dyn Search) -> Result<(Results, Summary), StudyError> {
        let mut history = self.nothing();
        let (mut total, mut kept) = (Summary::default(), 0);
        let trained = Mutex::default();
        while let Some(round) = search.next(&history) {
            let plan = self.plan(round.cells, &round.seeds, round.purpose)?;
            let missing = plan.missing.len();
            self.observer.hear(&Event::RoundStarted {
                sweep: self.sweep,
                purpose: round.purpose,
                rung: round.rung.as_ref(),
                plan: &plan,
            });
            let results = match self.training {
                Some(training) if missing > 0 => {
                    let (results, summary) = self.train(plan, training, &trained)?;
                    // Cached runs to be trained again that did not fit into memory keep their result.
                    kept += summary.too_large - too_large(&results);
                    total = total.and(summary);
                    results
                }
                _ => plan.results,
            };
            self.observer.hear(&Event::RoundEnded);
            history.rungs.extend(round.rung);
            add(&mut history, results.cells);
        }
        let summary = counted(total, kept, &history, &locked(&trained));
        Ok((history, summary))
    }

    /// Trains the missing runs of a plan, and adds the IDs of those that were trained.
    pub(super) fn train(
        &self,
        plan: Plan,
        training: Training,
        trained: &Mutex<BTreeSet<RunId>>,
    ) -> Result<(Results, Summary), StudyError> {
        let notify = |event: execute::RunEvent| {
            if let execute::RunEvent::Ended { run, trace, .. } = event
                && !trace.outcome.is_too_large()
            {
                locked(trained).insert(run.id);
            }
            self.observer.hear(&Event::Run(event));
        };
        let storing = Storing::new(training.store, &notify);
        let (results, summary) = execute::train(
            plan,
            self.executors,
            self.files,
            training.options,
            training.cancelled,
            &|event| storing.hear(event),
        )?;
        let not_kept = storing.end();
        Ok((
            results,
            Summary {
                not_kept,
                ..summary
            },
        ))
    }

    /// Looks up the runs of cells, one per seed.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn plan(
        &self,
        cells: Vec<Cell>,
        seeds: &[u64],
        purpose: Purpose,
    ) -> Result<Plan, StudyError> {
        let (files, executors) = (self.files, self.executors);
        let mut plan = execute::plan(cells, seeds, files, self.cached, executors, self.rerun)?;
        plan.results.target = self.sweep.target;
        let rerun = self.training.and_then(|training| training.rerun_filter);
        if let Some(rerun) = rerun.filter(|_| purpose.is_of_the_sweep()) {
            add_missing(&mut plan, rerun);
        }
        Ok(plan)
    }

    /// Returns the missing runs of the first round of a search that has any, among the results of that round and of all
    /// before it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn next_missing(&self, search: &mut dyn Search) -> Result<Plan, StudyError> {
        let mut history = self.nothing();
        while let Some(round) = search.next(&history) {
            let plan = self.plan(round.cells, &round.seeds, round.purpose)?;
            let cells = &plan.results.cells;
            let missing = plan.missing.iter();
            let missing: Vec<(usize, usize)> = missing
                .map(|(place, run)| (cells[*place].cell.index, *run))
                .collect();
            history.rungs.extend(round.rung);
            add(&mut history, plan.results.cells);
            if !missing.is_empty() {
                let places = places(&history);
                let missing = missing.into_iter();
                return Ok(Plan {
                    missing: missing.map(|(index, run)| (places[&index], run)).collect(),
                    results: history,
                    ..Plan::default()
                });
            }
        }
        Ok(Plan {
            results: history,
            ..Plan::default()
        })
    }

    fn nothing(&self) -> Results {
        Results {
            target: self.sweep.target,
            ..Results::default()
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the number of runs that did not fit into memory.
fn too_large(results: &Results) -> usize {
    let outcomes = results.traces().map(|trace| &trace.outcome);
    outcomes.filter(|outcome| outcome.is_too_large()).count()
}

/// Returns the summary of several rounds; a run that ends at several rungs counts once.
fn counted(total: Summary, kept: usize, history: &Results, trained: &BTreeSet<RunId>) -> Summary {
    let runs = || history.cells.iter().flat_map(|cell| &cell.runs);
    let outcomes = || history.traces().map(|trace| &trace.outcome);
    let is_cached = |run: &&RunResult| {
        let has_result = run
            .trace()
            .is_some_and(|trace| !trace.outcome.is_too_large());
        has_result && !trained.contains(&run.run.id)
    };
    let too_large = too_large(history);
    let complete = outcomes().filter(|outcome| outcome.is_complete()).count();
    Summary {
        runs: runs().count(),
        cached: runs().filter(is_cached).count(),
        missing: runs().filter(|run| run.trained.is_none()).count(),
        incomplete: outcomes().count() - complete - too_large,
        too_large: too_large + kept,
        ..total
    }
}

/// Adds the cells of a round: in place of those with the same index, or after all others.
pub fn add(history: &mut Results, cells: Vec<CellResults>) {
    let places = places(history);
    for cell in cells {
        match places.get(&cell.cell.index) {
            Some(place) => history.cells[*place] = cell,
            None => history.cells.push(cell),
        }
    }
}

/// Returns the places of the cells by their index.
fn places(history: &Results) -> BTreeMap<usize, usize> {
    let places = history.cells.iter().zip(0..);
    places
        .map(|(cell, place)| (cell.cell.index, place))
        .collect()
}

/// Adds the runs for which `rerun` holds to the missing ones, in the order of the cells.
fn add_missing(plan: &mut Plan, rerun: &RerunFilter) {
    let planned: BTreeSet<_> = plan.missing.iter().copied().collect();
    let (mut named, mut missing) = (BTreeSet::new(), Vec::new());
    for (place, cell) in plan.results.cells.iter().enumerate() {
        for (i, run) in cell.runs.iter().enumerate() {
            let is_missing = planned.contains(&(place, i)) || rerun(cell, run);
            if is_missing && named.insert(run.run.id) {
                missing.push((place, i));
            }
        }
    }
    plan.missing = missing;
}
