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
//! are pruned, the verdict is inconclusive. An expectation with the outcome `pruned` applies to all cells.
//!
//! A fix works for a cell, not for a single seed: in most seeds, or in `seeds = k` of the block.

mod evaluate;
mod layers;
mod measure;
mod sentence;
mod spread;
mod verdict;

pub use crate::format::{count, number};
pub use measure::{Measured, last, measure, over_seeds};
pub use spread::Spread;
pub use verdict::{CellVerdict, Status, Verdict};

use crate::codes::OutcomeName;
use crate::config::{Expectation, ExpectationCheck, Sweep};
use crate::diagnose::CellDiagnosis;
use crate::diagnose::fixes::{ExpectedFix, FixResult, most};
use crate::fix_kind::LEAST_SEEDS;
use crate::results::{CellResults, Results};
use evaluate::DiagnosedCell;

/// Returns the verdicts of a sweep in the order of its file. `diagnoses` are those of
/// [`diagnose_all`](crate::diagnose::diagnose_all), one per cell. `fixes` are the trained fixes of [`expected_fixes`].
pub fn verdicts(
    sweep: &Sweep,
    results: &Results,
    diagnoses: &[CellDiagnosis],
    fixes: &[FixResult],
) -> Vec<Verdict> {
    sweep
        .expectations
        .iter()
        .map(|expectation| verdict(sweep, results, diagnoses, fixes, expectation))
        .collect()
}

/// Returns the fixes that expectations need, cell by cell, without duplicates. Cells with too few seeds to verify a fix
/// have none.
pub fn expected_fixes(sweep: &Sweep, results: &Results) -> Vec<ExpectedFix> {
    let mut all = Vec::new();
    for expectation in &sweep.expectations {
        let kinds = expectation.checks.iter().filter_map(|check| match check {
            ExpectationCheck::FixedBy(kind) => Some(*kind),
            ExpectationCheck::Bound { .. }
            | ExpectationCheck::Outcome(_)
            | ExpectationCheck::Diagnosis(_)
            | ExpectationCheck::BetterThan { .. } => None,
        });
        for kind in kinds {
            for (place, cell) in results.cells.iter().enumerate() {
                let expected = ExpectedFix {
                    cell: place,
                    kind,
                    needed: needed(expectation, sweep.file_seeds, cell.runs.len()),
                };
                let selected = speaks_of(expectation, cell);
                if selected && cell.runs.len() >= LEAST_SEEDS && !all.contains(&expected) {
                    all.push(expected);
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
        k => required(k, of, now),
    }
}

/// Returns the verdict of one expectation.
fn verdict(
    sweep: &Sweep,
    results: &Results,
    diagnoses: &[CellDiagnosis],
    fixes: &[FixResult],
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
            let own = DiagnosedCell {
                cell,
                diagnosis,
                fixes: fixes
                    .iter()
                    .filter(|fix| fix.expected.cell == place && fix.expected.needed == needed)
                    .collect(),
            };
            let required = required(expectation.seeds, sweep.file_seeds, cell.runs.len());
            let evaluated = evaluate::evaluate(&expectation.checks, &own, results, required);
            CellVerdict {
                cell: cell.cell.index,
                status: evaluated.status(),
                passed: evaluated.passed(),
                of: cell.runs.len(),
                sentence: sentence::of_cell(&evaluated),
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
    let names_it = |check: &ExpectationCheck| match check {
        ExpectationCheck::Outcome(names) => names.contains(&OutcomeName::Pruned),
        ExpectationCheck::Bound { .. }
        | ExpectationCheck::Diagnosis(_)
        | ExpectationCheck::FixedBy(_)
        | ExpectationCheck::BetterThan { .. } => false,
    };
    expectation.selector.matches(&cell.cell.values)
        && (!cell.is_stopped() || expectation.checks.iter().any(names_it))
}

/// Returns how many of `now` seeds must pass, if the file requires `k` of its `of` seeds.
fn required(k: Option<usize>, of: usize, now: usize) -> usize {
    k.map_or(now, |k| (k * now).div_ceil(of.max(1)))
}

#[cfg(test)]
mod tests;
