//! Verdicts of the expectations of a sweep over its results.
//!
//! An expectation speaks of every cell that its `where` selects, and holds in a cell when enough of
//! its seeds pass every check: all of them, or the file's `seeds = k`. Where the command line gives
//! other seeds than the file, k is scaled with their number and rounded up.
//!
//! A run that is missing, failed or timed out says nothing about a loss; it is neither a pass nor
//! a fail, and a cell that it could decide is inconclusive. A run that diverged is a result: its
//! losses count as +∞, its skills as −∞, its accuracies as 0.

mod judge;
mod measure;
mod sentence;

pub use crate::number::{count, number};
pub use measure::{Measured, Spread, last, measure, over_seeds};

use crate::diagnose::CellDiagnosis;
use crate::results::Results;
use crate::spec::{Expectation, Sweep};

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
pub fn verdicts(sweep: &Sweep, results: &Results, diagnoses: &[CellDiagnosis]) -> Vec<Verdict> {
    sweep
        .expectations
        .iter()
        .map(|expectation| verdict(sweep, results, diagnoses, expectation))
        .collect()
}

/// The verdict of one expectation.
fn verdict(
    sweep: &Sweep,
    results: &Results,
    diagnoses: &[CellDiagnosis],
    expectation: &Expectation,
) -> Verdict {
    let cells: Vec<CellVerdict> = results
        .cells
        .iter()
        .zip(diagnoses)
        .filter(|(cell, _)| expectation.selector.matches(&cell.cell.values))
        .map(|(cell, diagnosis)| {
            let wanted = wanted(expectation.seeds, sweep.file_seeds, cell.runs.len());
            let judged = judge::judge(&expectation.checks, (cell, diagnosis), results, wanted);
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

/// How many of `now` seeds must pass, where the file wants `k` of its own `of` seeds.
fn wanted(k: Option<usize>, of: usize, now: usize) -> usize {
    k.map_or(now, |k| (k * now).div_ceil(of.max(1)))
}

#[cfg(test)]
pub(crate) mod tests;
