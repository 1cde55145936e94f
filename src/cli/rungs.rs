//! Sweeps whose cells are stopped on the way: looked up and trained rung by rung.

use super::output::Output;
use super::problem::Problem;
use crate::data::Files;
use crate::expect::count;
use crate::grid::Cell;
use crate::halving::{decide, go_on, is_in, start};
use crate::results::{Results, Rung};
use crate::run::{Lookup, Plan, Rerun, Summary, engines, plan};
use crate::spec::{Stop, Sweep};

/// What runs count as that the store has as too large for memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooLargeRuns {
    /// As missing: they are trained where they fit now.
    TryAgain,
    /// As what came of them: nothing is trained.
    Result,
}

/// What the store has of a sweep, and what is missing: of one that stops cells, in the first rung of which runs
/// are missing, with the cells of the rungs before as they were stopped.
///
/// # Errors
/// The store can't be read.
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

/// Whether every run of a rung has come to an end.
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

/// The rung after the one that results have reached; none where that is the last, or is not whole.
///
/// # Errors
/// The store can't be read.
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
    // Those that were stopped are not trained again with every rung.
    let Plan {
        results: new,
        missing,
    } = &mut next;
    missing.retain(|(cell, _)| is_in(&new.cells[*cell].cell, new));
    let before = results.rungs.iter().cloned();
    new.rungs = before.chain([rung]).collect();
    Ok(Some(next))
}

/// Says which rung is trained next.
pub fn tell(sweep: &Sweep, plan: &Plan, output: &Output) {
    let Some(rung) = plan
        .results
        .rungs
        .last()
        .filter(|_| !plan.missing.is_empty())
    else {
        return;
    };
    output.message(format_args!(
        "{}: {}, {} to train",
        sweep.path.display(),
        in_words(rung),
        count(plan.missing.len(), "run")
    ));
}

/// `6 of 20 cells go on from 9`.
fn in_words(rung: &Rung) -> String {
    let kept = rung.entries.iter().filter(|entry| entry.kept).count();
    format!(
        "{kept} of {} go on from {}",
        count(rung.entries.len(), "cell"),
        rung.end
    )
}

/// What the calls for one rung and those before did together; `runs` are those of the whole sweep.
pub fn together(before: Summary, rung: Summary) -> Summary {
    Summary {
        trained: before.trained + rung.trained,
        failed: before.failed + rung.failed,
        not_kept: before.not_kept + rung.not_kept,
        wall: before.wall + rung.wall,
        // What an earlier rung trained is no news from the store.
        cached: rung.cached.saturating_sub(before.trained),
        ..rung
    }
}
