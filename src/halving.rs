//! Successive halving (`[stop]`): which cells go on from one rung to the next.
//!
//! A cell that is stopped at a rung is trained as the first part of its whole training, whose schedule sees the
//! whole budget: its settings say where it ends. The rungs of a sweep are trained one after another, as the
//! cells of any sweep are, and a rung is decided when every run of it is there, from the traces alone. So the
//! survivors are the same whatever the number of jobs and whatever was interrupted; the last rung of a survivor
//! is the very run that the sweep without `[stop]` trains.
//!
//! Decisions depend on neighbours, and a trace must not: it only says where its run was stopped. They are kept
//! in [`Rung`]s beside the results, which follow from the traces again whenever these are looked up.

use crate::expect::{Measured, measure};
use crate::grid::Cell;
use crate::results::{CellResults, Entry, Results, Rung};
use crate::spec::settings::Budget;
use crate::spec::{Quantity, Stop};
use crate::trace::{Real, Trace};

/// The ends of the rungs before the last, which ends with the budget: r·η^k, in its unit.
pub fn ends(stop: Stop, budget: Budget) -> Vec<usize> {
    let longer = |end: &usize| end.checked_mul(stop.reduction_factor);
    let all = std::iter::successors(Some(stop.grace_period), longer);
    all.take_while(|end| *end < whole(budget)).collect()
}

/// How many of the cells of a rung go on.
pub fn kept(stop: Stop, cells: usize) -> usize {
    (cells / stop.reduction_factor).max(1)
}

fn whole(budget: Budget) -> usize {
    match budget {
        Budget::Epochs(n) | Budget::Steps(n) => n,
    }
}

/// The cells of the first rung.
pub fn start(stop: Stop, cells: Vec<Cell>) -> Vec<Cell> {
    let first = |mut cell: Cell| {
        let ends = ends(stop, cell.settings.budget);
        // A single cell has nobody to be compared with.
        cell.settings.stop_at = ends.first().copied();
        cell
    };
    match cells.len() {
        0 | 1 => cells,
        _ => cells.into_iter().map(first).collect(),
    }
}

/// Whether a cell is in the rung that was reached: the longest there is.
pub fn is_in(cell: &Cell, results: &Results) -> bool {
    cell.settings.stop_at == reached(results)
}

/// The end of the rung that was reached; none where that is the budget's.
fn reached(results: &Results) -> Option<usize> {
    let ends = results.cells.iter().map(|cell| cell.cell.settings.stop_at);
    // None is the whole budget, which is longer than all.
    let longest = ends.max_by_key(|end| end.unwrap_or(usize::MAX));
    longest.flatten()
}

/// Decides the rung that was reached; nothing where it is the last, or runs of it are missing.
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
    // Stable: equals stay in the order of cells.
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let kept = kept(stop, ranked.len());
    let mut entries: Vec<Entry> = ranked
        .into_iter()
        .enumerate()
        .map(|(rank, (cell, value))| Entry {
            cell,
            value: Real(value),
            rank: rank + 1,
            kept: rank < kept,
        })
        .collect();
    entries.sort_by_key(|entry| entry.cell);
    Some(Rung { end, entries })
}

/// All cells once more: those that were kept with the end of their next rung.
pub fn go_on(stop: Stop, results: &Results, rung: &Rung) -> Vec<Cell> {
    let kept = rung.entries.iter().filter(|entry| entry.kept).count();
    let next = |cell: &CellResults| {
        let mut cell = cell.cell.clone();
        let entry = rung.entries.iter().find(|entry| entry.cell == cell.index);
        if entry.is_some_and(|entry| entry.kept) {
            let ends = ends(stop, cell.settings.budget);
            let longer = ends.into_iter().find(|end| *end > rung.end);
            // Who is alone is trained to the end at once.
            cell.settings.stop_at = longer.filter(|_| kept > 1);
        }
        cell
    };
    results.cells.iter().map(next).collect()
}

/// What a cell is ranked by: the median over its seeds of the validation skill, of the training skill where
/// there are no validation rows, of the training loss with its sign turned where there is no skill. More is
/// better; a run that is not finite, failed or timed out counts as −∞.
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
    fn rungs_are_longer_by_a_factor_and_end_before_the_budget() {
        assert_eq!(ends(STOP, Budget::Epochs(54)), [2, 6, 18]);
        assert_eq!(ends(STOP, Budget::Steps(55)), [2, 6, 18, 54]);
        assert!(ends(STOP, Budget::Epochs(2)).is_empty());
    }

    #[test]
    fn the_best_third_goes_on_equals_by_their_order_and_what_diverged_last() {
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
        let ends = go_on(STOP, &results, &rung);
        let ends: Vec<_> = ends.iter().map(|cell| cell.settings.stop_at).collect();
        assert_eq!(ends, [Some(2), Some(2), Some(6), Some(6), Some(2), Some(2)]);
        results.cells[0].runs[0].trained = None;
        assert_eq!(decide(STOP, &results), None);
    }
}
