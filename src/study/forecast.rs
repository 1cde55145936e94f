//! What a study would train, with estimates of time, memory and storage: the numbers of `sweep plan`.

use super::{
    Calibration, Purpose, ReferenceSearch, Round, Search, Study, StudyError, main_search, measured,
};
use crate::config::{Stop, Sweep, Value, features};
use crate::diagnose::expectations::expected_fixes;
use crate::diagnose::fixes::propose::fix_strengths;
use crate::diagnose::{first_networks, without_reference_skill};
use crate::execute::cost::seconds;
use crate::execute::memory::{Estimate, Lowered, Peak, fit};
use crate::execute::{Group, Plan, Rerun, groups};
use crate::grid::Cell;
use crate::memory::Available;
use crate::results::Results;
use crate::search::successive_halving::{ends, kept};
use crate::trace::Trace;
use crate::train::components::layers::layers;
use crate::train::components::outputs;
use std::collections::BTreeSet;

/// What a study would train. With successive halving, the runs are those of the first rung that misses any, and of all
/// rungs before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Number of cells.
    pub cells: usize,
    /// Number of runs: cells times seeds.
    pub runs: usize,
    /// Number of runs to train.
    pub missing: usize,
    /// Number of cached runs that crashed or timed out, and are not trained again.
    pub crashed: usize,
    /// The content of each data file in one line.
    pub data: Vec<String>,
    /// The rungs of successive halving, if the sweep prunes cells.
    pub rungs: Option<Rungs>,
    /// The runs to train; `None` without any.
    pub training: Option<TrainingForecast>,
    /// Reference runs; `None` if the sweep needs none.
    pub references: Option<UpTo>,
    /// Runs that verify the fixes of expectations; `None` without any.
    pub fixes: Option<UpTo>,
}

/// Runs that a study may need, depending on the results of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpTo {
    /// Maximum number of runs.
    pub runs: usize,
    /// Number of cached runs among them.
    pub cached: usize,
}

/// The rungs of successive halving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rungs {
    /// Number of cells and end of every rung, from the first; the last ends with the budget.
    pub rungs: Vec<(usize, usize)>,
    /// The unit of the ends: `epoch` or `step`.
    pub unit: &'static str,
    /// The budget of all cells per seed, without pruning.
    pub unpruned: usize,
    /// The end of the last decided rung.
    pub decided: Option<usize>,
}

/// The runs to train.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingForecast {
    /// The runs by executor, and by what trains together.
    pub groups: Vec<GroupForecast>,
    /// Number of jobs with runs.
    pub jobs: usize,
    /// Expected time, without runs that do not fit into memory.
    pub seconds: f64,
    /// What the expected time is based on.
    pub basis: Basis,
    /// Estimated memory.
    pub memory: MemoryForecast,
    /// Maximum size of the stored traces, in kB.
    pub storage_kb: usize,
}

/// Runs that one executor can train together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupForecast {
    /// The name of the executor.
    pub executor: String,
    /// Why the preferred executor does not accept the runs.
    pub reason: Option<&'static str>,
    /// Whether a run uses all cores.
    pub alone: bool,
    /// Number of runs.
    pub runs: usize,
    /// Maximum number of runs that train together.
    pub runs_per_call: usize,
    /// Minimum number of calls of the executor.
    pub calls: usize,
}

/// What an expected time is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The times of cached runs of the sweep.
    Sweep,
    /// The times of other runs on this processor.
    Processor,
    /// The cost model alone, for at least one executor.
    Model,
}

/// The memory that a training needs.
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryForecast {
    /// The peak, if the available memory holds it.
    pub peak: Peak,
    /// The limits that the available memory lowers, if any.
    pub lowered: Option<Lowered>,
    /// Cells with a run that does not fit into the available memory, in the order of the grid.
    pub too_large: Vec<TooLargeCell>,
}

/// A cell that does not fit into memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooLargeCell {
    /// The name of the cell.
    pub cell: String,
    /// How much memory it needs, and how much is free.
    pub reason: String,
}

impl Forecast {
    /// Returns the number of cached runs.
    pub fn cached(&self) -> usize {
        self.runs - self.missing
    }
}

impl Rungs {
    /// Returns the budget of all rungs per seed.
    pub fn total(&self) -> usize {
        self.rungs.iter().map(|(cells, end)| cells * end).sum()
    }
}

impl Basis {
    /// Returns it in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Basis::Sweep => "from cached runs of this sweep",
            Basis::Processor => "from runs on this processor",
            Basis::Model => "rough: no run on this processor yet",
        }
    }
}

/// Returns what a study of these cells would train with a number of jobs. Trains nothing.
///
/// # Errors
/// The store cannot be read.
pub fn forecast(
    study: &Study,
    cells: Vec<Cell>,
    jobs: usize,
    memory: Option<Available>,
    calibration: &Calibration,
) -> Result<Forecast, StudyError> {
    let sweep = study.sweep;
    let mut search = main_search(sweep, cells);
    let mut plan = study.next_missing(&mut *search)?;
    let of_sweep = measured(&mut plan, study.executors, study.files);
    let results = &plan.results;
    let missing = plan.missing.len();
    let fixes = Round {
        cells: fixes(sweep, results),
        seeds: sweep.seeds.clone(),
        purpose: Purpose::Fixes,
        rung: None,
    };
    let train = || training(study, &plan, jobs, memory, [&of_sweep, calibration]);
    Ok(Forecast {
        cells: results.cells.len(),
        runs: plan.runs(),
        missing,
        crashed: crashed(study, results),
        data: data(study, results),
        rungs: sweep.stop.and_then(|stop| rungs(stop, results)),
        training: (missing > 0).then(train),
        references: up_to(study, references(study, results, missing))?,
        fixes: up_to(study, Some(fixes))?,
    })
}

/// Returns the number of cached runs without a result that are not trained again.
fn crashed(study: &Study, results: &Results) -> usize {
    let is_crashed = |trace: &&Trace| !trace.outcome.is_complete() && !trace.outcome.is_too_large();
    match study.rerun {
        Rerun::Nothing => results.traces().filter(is_crashed).count(),
        Rerun::Crashed | Rerun::All => 0,
    }
}

/// Returns the content of each data file in one line. Cells that share a data file share its line.
fn data(study: &Study, results: &Results) -> Vec<String> {
    let cells = results.cells.iter();
    let sources = cells.map(|cell| &cell.cell.settings.data.source);
    let mut met = BTreeSet::new();
    let sources = sources.filter(|source| met.insert(format!("{source:?}")));
    let mut data: Vec<String> = sources
        .filter_map(|source| study.files.summary(source))
        .collect();
    data.dedup();
    data
}

/// Returns the rungs of these cells; `None` without cells.
fn rungs(stop: Stop, results: &Results) -> Option<Rungs> {
    let budget = results.cells.first()?.cell.settings.budget;
    let (mut left, mut rungs) = (results.cells.len(), Vec::new());
    for end in ends(stop, budget) {
        if left == 1 {
            break;
        }
        rungs.push((left, end));
        left = kept(stop, left);
    }
    rungs.push((left, budget.n()));
    Some(Rungs {
        rungs,
        unit: budget.unit(),
        unpruned: results.cells.len() * budget.n(),
        decided: results.rungs.last().map(|rung| rung.end),
    })
}

/// Returns the estimates for the missing runs of a plan.
fn training(
    study: &Study,
    plan: &Plan,
    jobs: usize,
    available: Option<Available>,
    calibrations: [&Calibration; 2],
) -> TrainingForecast {
    let mut groups = groups(plan, study.executors);
    let of_groups = groups.iter().map(of_group).collect();
    let memory = memory(study, plan, &mut groups, jobs, available);
    let jobs = jobs.min(plan.missing.len()).max(1);
    // Without the runs that do not fit into memory.
    let (seconds, basis) = time(study, plan, &groups, jobs, calibrations);
    let cells = plan.missing.iter();
    let cells = cells.map(|(cell, _)| &plan.results.cells[*cell].cell);
    TrainingForecast {
        groups: of_groups,
        jobs,
        seconds,
        basis,
        memory,
        storage_kb: cells.map(trace_kb).sum(),
    }
}

fn of_group(group: &Group) -> GroupForecast {
    GroupForecast {
        executor: group.executor.name.to_owned(),
        reason: group.why,
        alone: group.executor.alone,
        runs: group.runs.len(),
        runs_per_call: group.together,
        calls: group.stacks(),
    }
}

/// Returns the memory that the runs need, and removes runs that do not fit into the available memory from the groups.
fn memory(
    study: &Study,
    plan: &Plan,
    groups: &mut Vec<Group>,
    jobs: usize,
    available: Option<Available>,
) -> MemoryForecast {
    let estimate = Estimate::new(plan, groups, study.files, false);
    let peak = estimate.peak(groups, jobs);
    let Some(available) = available else {
        return MemoryForecast {
            peak,
            lowered: None,
            too_large: Vec::new(),
        };
    };
    let fit = fit(plan, groups, study.files, jobs, available, false);
    let mut too_large: Vec<(usize, String)> = Vec::new();
    for run in &fit.too_large {
        let reason = run.outcome().message().unwrap_or_default();
        if too_large.last().is_none_or(|(cell, _)| *cell != run.at.0) {
            too_large.push((run.at.0, reason));
        }
    }
    too_large.sort_by_key(|(cell, _)| *cell);
    too_large.dedup_by_key(|(cell, _)| *cell);
    let named = |(cell, reason): (usize, String)| TooLargeCell {
        cell: plan.results.cells[cell].cell.name(),
        reason,
    };
    MemoryForecast {
        peak,
        lowered: fit.lowered,
        too_large: too_large.into_iter().map(named).collect(),
    }
}

/// Returns the expected seconds: from cached runs of the sweep, or else from runs on this processor.
fn time(
    study: &Study,
    plan: &Plan,
    groups: &[Group],
    jobs: usize,
    [of_sweep, of_processor]: [&Calibration; 2],
) -> (f64, Basis) {
    let known = |executor: &str| of_sweep.factor(executor).or(of_processor.factor(executor));
    let factor = |executor: &str| known(executor).unwrap_or(1.0);
    let seconds = seconds(plan, groups, study.files, jobs, factor);
    let all = |has: &dyn Fn(&str) -> bool| groups.iter().all(|group| has(group.executor.name));
    let basis = if all(&|name| of_sweep.factor(name).is_some()) {
        Basis::Sweep
    } else if all(&|name| known(name).is_some()) {
        Basis::Processor
    } else {
        Basis::Model
    };
    (seconds, basis)
}

/// Returns the maximum size of a stored trace in kB: curves, 50 snapshots of every layer, and predictions, which with at
/// most two features include a regular grid.
fn trace_kb(cell: &Cell) -> usize {
    let features = features(&cell.values).and_then(|d| usize::try_from(d).ok());
    let features = features.unwrap_or(1);
    let classes = match cell.values.get("data.classes") {
        Some(Value::Integer(classes)) => usize::try_from(*classes).unwrap_or(0),
        Some(_) | None => 0,
    };
    let outputs = outputs(&cell.settings, classes, 1);
    let layers = layers(&cell.settings, features, outputs).len();
    let predictions = if features > 2 { 2 } else { 12 };
    9 + predictions * outputs + 7 * layers.max(1) / 5
}

/// Returns the reference runs that a sweep needs, or while runs are missing, those that it can need.
fn references(study: &Study, results: &Results, missing: usize) -> Option<Round> {
    let places = match missing {
        0 => without_reference_skill(results),
        _ => first_networks(results),
    };
    ReferenceSearch::at(study.sweep, results, places).next(&Results::default())
}

/// Returns the cells that verify expected fixes: each variant of each fix.
fn fixes(sweep: &Sweep, results: &Results) -> Vec<Cell> {
    let expected = expected_fixes(sweep, results).into_iter();
    let fixes =
        expected.flat_map(|fix| fix_strengths(&results.cells[fix.cell].cell, fix.kind).legal);
    fixes.map(|fix| fix.cell).collect()
}

/// Counts the runs of a round; `None` without cells.
///
/// # Errors
/// The store cannot be read.
fn up_to(study: &Study, round: Option<Round>) -> Result<Option<UpTo>, StudyError> {
    let Some(round) = round.filter(|round| !round.cells.is_empty()) else {
        return Ok(None);
    };
    let plan = study.plan(round.cells, &round.seeds, round.purpose)?;
    // Several cells can have the same fix.
    let cells = plan.results.cells.iter();
    let ids = cells.flat_map(|cell| cell.runs.iter().map(|run| run.run.id));
    let runs = ids.collect::<BTreeSet<_>>().len();
    Ok(Some(UpTo {
        runs,
        cached: runs - plan.missing.len(),
    }))
}
