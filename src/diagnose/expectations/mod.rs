//! Verdicts of the expectations of a sweep.
//!
//! An expectation applies to every cell that its `where` selects. It holds in a cell if enough seeds pass every check:
//! all seeds, or `seeds = k` of the file. If the command line overrides the seeds, k is scaled by their number and
//! rounded up.
//!
//! A missing, crashed or timed-out run has no final loss. It neither passes nor fails, and makes a cell inconclusive
//! that it could decide. A diverged run is a result: its losses count as +∞, its skills as −∞, its accuracies as 0.
//!
//! A pruned cell (`[stop]`) has no result for the full budget. Expectations apply to survivors; if all selected cells
//! are pruned, the verdict is inconclusive. An expectation with the outcome `stopped` applies to all cells.
//!
//! A fix works for a cell, not for a single seed: in most seeds, or in `seeds = k` of the block.

mod judge;
mod layers;
mod measure;
mod sentence;

pub use crate::format::{count, number};
pub use measure::{Measured, Spread, last, measure, over_seeds};

use crate::codes::OutcomeName;
use crate::config::{Check, Expectation, Sweep};
use crate::diagnose::CellDiagnosis;
use crate::diagnose::fixes::{Cure, Wanted, most};
use crate::fix_kind::LEAST_SEEDS;
use crate::results::{CellResults, Results};
use judge::Own;

/// The verdict of one expectation.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Name of the expectation.
    pub name: String,
    /// Its line in the file, from 1.
    pub line: usize,
    /// The worst status of its cells.
    pub status: Status,
    /// The measured and the expected values in one sentence.
    pub sentence: String,
    /// One verdict per cell, in the order of the grid.
    pub cells: Vec<CellVerdict>,
}

/// The verdict of one expectation in one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellVerdict {
    /// Index of the cell.
    pub cell: usize,
    /// Pass, fail or inconclusive.
    pub status: Status,
    /// Number of seeds that pass every check.
    pub passed: usize,
    /// Number of all seeds.
    pub of: usize,
    /// The measured and the expected values in one sentence.
    pub sentence: String,
}

/// The status of a verdict, from good to bad: a failure has precedence over an inconclusive cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The expectation holds.
    Pass,
    /// Missing or incomplete runs could decide it.
    Inconclusive,
    /// The expectation does not hold.
    Fail,
}

impl Status {
    /// Returns `pass`, `inconclusive` or `fail`.
    pub fn name(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Inconclusive => "inconclusive",
            Status::Fail => "fail",
        }
    }
}

/// Returns the verdicts of a sweep in the order of its file. `diagnoses` are those of
/// [`diagnose_all`](crate::diagnose::diagnose_all), one per cell. `cures` are the tested fixes of [`wanted_cures`].
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

/// Returns the fixes that expectations need, cell by cell, without duplicates. Cells with too few seeds to verify a fix
/// have none.
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

/// Returns in how many seeds a fix must work: in most of them, or in `seeds = k` of the file.
fn needed(expectation: &Expectation, of: usize, now: usize) -> usize {
    match expectation.seeds {
        None => most(now),
        k => wanted(k, of, now),
    }
}

/// Returns the verdict of one expectation.
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
        // Without any cell, nothing was checked.
        status: cells
            .iter()
            .map(|cell| cell.status)
            .max()
            .unwrap_or(Status::Inconclusive),
        sentence: sentence::of_cells(&cells, results),
        cells,
    }
}

/// Returns whether an expectation applies to a cell.
fn speaks_of(expectation: &Expectation, cell: &CellResults) -> bool {
    let names_it = |check: &Check| match check {
        Check::Outcome(names) => names.contains(&OutcomeName::Pruned),
        Check::Bound { .. }
        | Check::Diagnosis(_)
        | Check::CuredBy(_)
        | Check::BetterThan { .. } => false,
    };
    expectation.selector.matches(&cell.cell.values)
        && (!cell.is_stopped() || expectation.checks.iter().any(names_it))
}

/// Returns how many of `now` seeds must pass, if the file requires `k` of its `of` seeds.
fn wanted(k: Option<usize>, of: usize, now: usize) -> usize {
    k.map_or(now, |k| (k * now).div_ceil(of.max(1)))
}

#[cfg(test)]
mod tests;
