//! Sweeps with successive halving, which are looked up and trained rung by rung.

use super::output::Output;
use super::problem::Problem;
use crate::data::Files;
use crate::expect::count;
use crate::grid::Cell;
use crate::halving::{decide, go_on, is_in, start};
use crate::results::{Results, Rung};
use crate::run::{Lookup, Plan, Rerun, Summary, engines, plan};
use crate::spec::settings::Budget;
use crate::spec::{Stop, Sweep};

/// How stored runs count that did not fit into memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooLargeRuns {
    /// As missing runs, which are trained if they fit now.
    TryAgain,
    /// As results; nothing is trained.
    Result,
}

/// Looks up the stored and missing runs of a sweep. With successive halving, they are those of the first rung with
/// missing runs; cells that earlier rungs pruned stay as they are.
///
/// # Errors
/// The store cannot be read.
pub fn look_up(
    sweep: &Sweep,
    cells: Vec<Cell>,
    files: &Files,
    stored: &Lookup,
    rerun: Rerun,
    too_large: TooLargeRuns,
) -> Result<Plan, Problem> {
    let Some(stop) = sweep.stop else {
        return Ok(plan(sweep, cells, files, stored, &engines(), rerun)?);
    };
    let first = start(stop, cells);
    let mut reached = plan(sweep, first, files, stored, &engines(), rerun)?;
    while is_whole(&reached, too_large)
        && let Some(next) = next_rung(sweep, stop, &reached.results, files, stored, rerun)?
    {
        reached = next;
    }
    Ok(reached)
}

/// Returns whether every run of a rung has ended.
fn is_whole(plan: &Plan, too_large: TooLargeRuns) -> bool {
    let is_known = |(cell, run): &(usize, usize)| {
        let trace = plan.results.cells[*cell].runs[*run].trace();
        trace.is_some_and(|trace| trace.outcome.is_too_large())
    };
    match too_large {
        TooLargeRuns::TryAgain => plan.missing.is_empty(),
        TooLargeRuns::Result => plan.missing.iter().all(is_known),
    }
}

/// Returns the rung after the one that the results have reached; `None` if that is the last, or incomplete.
///
/// # Errors
/// The store cannot be read.
pub fn next_rung(
    sweep: &Sweep,
    stop: Stop,
    results: &Results,
    files: &Files,
    stored: &Lookup,
    rerun: Rerun,
) -> Result<Option<Plan>, Problem> {
    let Some(rung) = decide(stop, results) else {
        return Ok(None);
    };
    let cells = go_on(stop, results, &rung);
    let mut next = plan(sweep, cells, files, stored, &engines(), rerun)?;
    // Pruned cells are not trained again in later rungs.
    let Plan {
        results: new,
        missing,
    } = &mut next;
    missing.retain(|(cell, _)| is_in(&new.cells[*cell].cell, new));
    let before = results.rungs.iter().cloned();
    new.rungs = before.chain([rung]).collect();
    Ok(Some(next))
}

/// Prints which cells the last rung promoted, and how many runs come next.
pub fn announce(sweep: &Sweep, plan: &Plan, output: &Output) {
    let results = &plan.results;
    let rung = results.rungs.last().filter(|_| !plan.missing.is_empty());
    let (Some(rung), Some(cell)) = (rung, results.cells.first()) else {
        return;
    };
    let unit = match cell.cell.settings.budget {
        Budget::Epochs(_) => "epoch",
        Budget::Steps(_) => "step",
    };
    output.message(format_args!(
        "{}: {}, {} to train",
        sweep.path.display(),
        in_words(rung, unit),
        count(plan.missing.len(), "run")
    ));
}

/// Returns `rung at epoch 9: 6 of 20 cells promoted`.
fn in_words(rung: &Rung, unit: &str) -> String {
    let promoted = rung.entries.iter().filter(|entry| entry.kept).count();
    format!(
        "rung at {unit} {}: {promoted} of {} promoted",
        rung.end,
        count(rung.entries.len(), "cell")
    )
}

/// Adds the summary of a rung to that of the rungs before; `runs` counts the runs of the whole sweep.
pub fn together(before: Summary, rung: Summary) -> Summary {
    Summary {
        trained: before.trained + rung.trained,
        failed: before.failed + rung.failed,
        not_kept: before.not_kept + rung.not_kept,
        wall: before.wall + rung.wall,
        // Runs of an earlier rung of this command do not count as cached.
        cached: rung.cached.saturating_sub(before.trained),
        ..rung
    }
}
