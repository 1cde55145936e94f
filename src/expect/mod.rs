//! Verdicts of the expectations of a sweep over its results.
//!
//! An expectation speaks of every cell that its `where` selects, and holds in a cell when enough of
//! its seeds pass every check: all of them, or the file's `seeds = k`. Where the command line gives
//! other seeds than the file, k is scaled with their number and rounded up.
//!
//! A run that is missing, failed or timed out says nothing about a loss; it is neither a pass nor
//! a fail, and a cell that it could decide is inconclusive. A run that diverged is a result: its
//! losses count as +∞, its skills as −∞, its accuracies as 0.
//!
//! A cell that was stopped on the way (`[stop]`) says nothing of what it would have come to. Expectations speak of
//! the cells that were trained to their end; where all were stopped, it is a doubt. One that names the outcome
//! `stopped` speaks of all.
//!
//! That a remedy cures a cell is said of the cell and not of a seed: it holds where the skill comes back
//! in most seeds, or in the `seeds = k` that the block wants.

mod judge;
mod layers;
mod measure;
mod sentence;

pub use crate::number::{count, number};
pub use measure::{Measured, Spread, last, measure, over_seeds};

use crate::code::OutcomeName;
use crate::diagnose::CellDiagnosis;
use crate::fix::{Cure, Wanted, most};
use crate::remedy::LEAST_SEEDS;
use crate::results::{CellResults, Results};
use crate::spec::{Check, Expectation, Sweep};
use judge::Own;

/// What came of one expectation.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Name of the expectation.
    pub name: String,
    /// Its line in the file, from 1.
    pub line: usize,
    /// The worst of its cells.
    pub status: Status,
    /// What was seen instead, or that all is well: one sentence.
    pub sentence: String,
    /// One per cell that it speaks of, in the order of the grid.
    pub cells: Vec<CellVerdict>,
}

/// What came of one expectation in one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellVerdict {
    /// Index of the cell.
    pub cell: usize,
    /// Pass, fail or inconclusive.
    pub status: Status,
    /// Seeds in which every check held.
    pub passed: usize,
    /// Seeds in all.
    pub of: usize,
    /// What was seen.
    pub sentence: String,
}

/// Ordered from good to bad: a failure weighs more than a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It holds.
    Pass,
    /// Runs are missing that could decide it.
    Inconclusive,
    /// It does not hold.
    Fail,
}

impl Status {
    /// `pass`, `inconclusive` or `fail`.
    pub fn name(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Inconclusive => "inconclusive",
            Status::Fail => "fail",
        }
    }
}

/// The verdicts of a sweep, in the order of its file. Diagnoses are those of
/// [`diagnose_all`](crate::diagnose::diagnose_all), one per cell.
///
/// Cures are those that [`wanted_cures`] asks for.
pub fn verdicts(
    sweep: &Sweep,
    results: &Results,
    diagnoses: &[CellDiagnosis],
    cures: &[Cure],
) -> Vec<Verdict> {
    sweep
        .expectations
        .iter()
        .map(|expectation| verdict(sweep, results, diagnoses, cures, expectation))
        .collect()
}

/// The remedies that expectations ask for, cell by cell, each once; none where there are too few seeds to
/// prove one.
pub fn wanted_cures(sweep: &Sweep, results: &Results) -> Vec<Wanted> {
    let mut all = Vec::new();
    for expectation in &sweep.expectations {
        let remedies = expectation.checks.iter().filter_map(|check| match check {
            Check::CuredBy(remedy) => Some(*remedy),
            Check::Bound { .. }
            | Check::Outcome(_)
            | Check::Diagnosis(_)
            | Check::BetterThan { .. } => None,
        });
        for remedy in remedies {
            for (place, cell) in results.cells.iter().enumerate() {
                let wanted = Wanted {
                    cell: place,
                    remedy,
                    needed: needed(expectation, sweep.file_seeds, cell.runs.len()),
                };
                let selected = speaks_of(expectation, cell);
                if selected && cell.runs.len() >= LEAST_SEEDS && !all.contains(&wanted) {
                    all.push(wanted);
                }
            }
        }
    }
    all
}

/// In how many seeds a remedy must cure: in most of them, or in the file's `seeds = k`.
fn needed(expectation: &Expectation, of: usize, now: usize) -> usize {
    match expectation.seeds {
        None => most(now),
        k => wanted(k, of, now),
    }
}

/// The verdict of one expectation.
fn verdict(
    sweep: &Sweep,
    results: &Results,
    diagnoses: &[CellDiagnosis],
    cures: &[Cure],
    expectation: &Expectation,
) -> Verdict {
    let cells: Vec<CellVerdict> = results
        .cells
        .iter()
        .enumerate()
        .zip(diagnoses)
        .filter(|((_, cell), _)| speaks_of(expectation, cell))
        .map(|((place, cell), diagnosis)| {
            let needed = needed(expectation, sweep.file_seeds, cell.runs.len());
            let own = Own {
                cell,
                diagnosis,
                cures: cures
                    .iter()
                    .filter(|cure| cure.wanted.cell == place && cure.wanted.needed == needed)
                    .collect(),
            };
            let wanted = wanted(expectation.seeds, sweep.file_seeds, cell.runs.len());
            let judged = judge::judge(&expectation.checks, &own, results, wanted);
            CellVerdict {
                cell: cell.cell.index,
                status: judged.status(),
                passed: judged.passed(),
                of: cell.runs.len(),
                sentence: sentence::of_cell(&judged),
            }
        })
        .collect();
    Verdict {
        name: expectation.name.clone(),
        line: expectation.line,
        // No cell at all is a doubt: nothing was looked at.
        status: cells
            .iter()
            .map(|cell| cell.status)
            .max()
            .unwrap_or(Status::Inconclusive),
        sentence: sentence::of_cells(&cells, results),
        cells,
    }
}

/// Whether an expectation is of a cell.
fn speaks_of(expectation: &Expectation, cell: &CellResults) -> bool {
    let names_it = |check: &Check| match check {
        Check::Outcome(names) => names.contains(&OutcomeName::Stopped),
        Check::Bound { .. }
        | Check::Diagnosis(_)
        | Check::CuredBy(_)
        | Check::BetterThan { .. } => false,
    };
    expectation.selector.matches(&cell.cell.values)
        && (!cell.is_stopped() || expectation.checks.iter().any(names_it))
}

/// How many of `now` seeds must pass, where the file wants `k` of its own `of` seeds.
fn wanted(k: Option<usize>, of: usize, now: usize) -> usize {
    k.map_or(now, |k| (k * now).div_ceil(of.max(1)))
}

#[cfg(test)]
mod tests;
