//! Successive halving (`[stop]`): promotes cells from one rung to the next, and prunes the others.
//!
//! A run that ends at a rung is the first part of the full run: its schedule uses the full budget, and its settings
//! contain the end. Rungs are synchronous: they train one after another, and a rung is decided from its traces when
//! all its runs have ended. So neither the number of jobs nor an interruption changes the survivors. The last rung of
//! a survivor is the same run as without `[stop]`.
//!
//! Decisions depend on other cells, and a trace must not: it contains only the step at which its run was stopped.
//! [`Rung`]s hold the decisions, and are computed from the traces again in every command.

use super::{Grid, Purpose, Round, Search};
use crate::config::settings::Budget;
use crate::config::{Quantity, Stop};
use crate::diagnose::expectations::{Measured, measure};
use crate::grid::Cell;
use crate::results::{CellResults, Results, Rung, RungEntry};
use crate::trace::{Real, Trace};
use std::collections::BTreeSet;

/// Successive halving: a round per rung, of which the best cells are promoted to the next.
#[derive(Debug)]
pub struct Halving {
    /// Where rungs end, and how many cells each promotes.
    pub stop: Stop,
    /// The cells of the first rung.
    pub grid: Grid,
}

impl Search for Halving {
    fn next(&mut self, history: &Results) -> Option<Round> {
        if let Some(first) = self.grid.next(history) {
            let cells = start(self.stop, first.cells);
            return Some(Round { cells, ..first });
        }
        let rung = decide(self.stop, history)?;
        Some(Round {
            cells: promoted(self.stop, history, &rung),
            seeds: self.grid.seeds.clone(),
            purpose: Purpose::Rung,
            rung: Some(rung),
        })
    }
}

/// Returns the ends of all rungs but the last, which ends with the budget: r·η^k, in epochs or steps.
pub fn ends(stop: Stop, budget: Budget) -> Vec<usize> {
    let longer = |end: &usize| end.checked_mul(stop.reduction_factor);
    let all = std::iter::successors(Some(stop.grace_period), longer);
    all.take_while(|end| *end < budget.n()).collect()
}

/// Returns how many cells of a rung are promoted.
pub fn kept(stop: Stop, cells: usize) -> usize {
    (cells / stop.reduction_factor).max(1)
}

/// Returns the cells of the first rung.
pub fn start(stop: Stop, cells: Vec<Cell>) -> Vec<Cell> {
    let first = |mut cell: Cell| {
        let ends = ends(stop, cell.settings.budget);
        cell.settings.stop_at = ends.first().copied();
        cell
    };
    match cells.len() {
        // A single cell has no other to compare with.
        0 | 1 => cells,
        _ => cells.into_iter().map(first).collect(),
    }
}

/// Returns whether a cell is in the current rung, which is the longest one.
fn is_in(cell: &Cell, results: &Results) -> bool {
    cell.settings.stop_at == reached(results)
}

/// Returns the end of the current rung; `None` for the full budget.
fn reached(results: &Results) -> Option<usize> {
    let ends = results.cells.iter().map(|cell| cell.cell.settings.stop_at);
    // None is the full budget, which is longer than all rungs.
    let longest = ends.max_by_key(|end| end.unwrap_or(usize::MAX));
    longest.flatten()
}

/// Decides the current rung; `None` if it is the last, or runs are missing.
pub fn decide(stop: Stop, results: &Results) -> Option<Rung> {
    let end = reached(results)?;
    let cells = || {
        results
            .cells
            .iter()
            .filter(|cell| is_in(&cell.cell, results))
    };
    if cells().any(|cell| cell.runs.iter().any(|run| run.trained.is_none())) {
        return None;
    }
    let mut ranked: Vec<(usize, f64)> =
        cells().map(|cell| (cell.cell.index, value(cell))).collect();
    // The sort is stable: ties stay in the order of cells.
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let kept = kept(stop, ranked.len());
    let mut entries: Vec<RungEntry> = ranked
        .into_iter()
        .enumerate()
        .map(|(rank, (cell, value))| RungEntry {
            cell,
            value: Real(value),
            rank: rank + 1,
            kept: rank < kept,
        })
        .collect();
    entries.sort_by_key(|entry| entry.cell);
    Some(Rung { end, entries })
}

/// Returns the promoted cells, with the end of the next rung.
pub fn promoted(stop: Stop, results: &Results, rung: &Rung) -> Vec<Cell> {
    let kept = rung.entries.iter().filter(|entry| entry.kept);
    let kept: BTreeSet<usize> = kept.map(|entry| entry.cell).collect();
    let cells = results.cells.iter().map(|cell| &cell.cell);
    let cells = cells.filter(|cell| kept.contains(&cell.index)).cloned();
    let next = |mut cell: Cell| {
        let ends = ends(stop, cell.settings.budget);
        let longer = ends.into_iter().find(|end| *end > rung.end);
        // A single survivor trains to the full budget.
        cell.settings.stop_at = longer.filter(|_| kept.len() > 1);
        cell
    };
    cells.map(next).collect()
}

/// Returns the score of a cell: the median over seeds of the validation skill; without validation rows, of the training
/// skill; without skill, of the negative training loss. Higher is better. A run without a finite score counts as −∞.
fn value(cell: &CellResults) -> f64 {
    let mut values: Vec<f64> = cell.traces().map(of_run).collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NEG_INFINITY,
        n if n % 2 == 1 => values[n / 2],
        n if values[n / 2 - 1].is_finite() => 0.5 * (values[n / 2 - 1] + values[n / 2]),
        n => values[n / 2 - 1],
    }
}

fn of_run(trace: &Trace) -> f64 {
    let quantities = [
        (Quantity::ValidationSkill, 1.0),
        (Quantity::Skill, 1.0),
        (Quantity::TrainLoss, -1.0),
    ];
    for (quantity, sign) in quantities {
        match measure(trace, quantity) {
            Measured::Value(value) if value.is_finite() => return sign * value,
            Measured::Absent(_) => {}
            Measured::Value(_) | Measured::Unfinished => break,
        }
    }
    f64::NEG_INFINITY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::results::{diverged, finished, results};

    const STOP: Stop = Stop {
        grace_period: 2,
        reduction_factor: 3,
    };

    #[test]
    fn rungs_grow_by_a_factor_and_end_before_the_budget() {
        assert_eq!(ends(STOP, Budget::Epochs(54)), [2, 6, 18]);
        assert_eq!(ends(STOP, Budget::Steps(55)), [2, 6, 18, 54]);
        assert!(ends(STOP, Budget::Epochs(2)).is_empty());
    }

    #[test]
    fn the_best_third_is_promoted_with_ties_in_order_and_diverged_cells_last() {
        let losses = [
            finished(0.5),
            diverged(),
            finished(0.2),
            finished(0.2),
            diverged(),
            finished(0.9),
        ];
        let mut results = results(losses.into_iter().map(|run| (0.1, vec![run])).collect());
        for cell in &mut results.cells {
            cell.cell.settings.budget = Budget::Epochs(20);
            cell.cell.settings.stop_at = Some(2);
        }
        let rung = decide(STOP, &results).unwrap_or_else(|| panic!("the rung is complete"));
        let ranks: Vec<usize> = rung.entries.iter().map(|entry| entry.rank).collect();
        assert_eq!(ranks, [3, 5, 1, 2, 6, 4]);
        let next = promoted(STOP, &results, &rung);
        let next: Vec<_> = next
            .iter()
            .map(|cell| (cell.index, cell.settings.stop_at))
            .collect();
        assert_eq!(next, [(2, Some(6)), (3, Some(6))]);
        results.cells[0].runs[0].trained = None;
        assert_eq!(decide(STOP, &results), None);
    }
}
