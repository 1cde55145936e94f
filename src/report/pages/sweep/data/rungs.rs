//! Pruned cells: the rungs of successive halving as a table, and as `halving.json`.

use crate::config::settings::Budget;
use crate::diagnose::expectations::count;
use crate::report::shared::number::number;
use crate::results::{Results, Rung, RungEntry};
use serde::Serialize;

/// The table, with one line per cell; cells that reached later rungs come first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RungsView {
    /// `Of 9 cells, 3 were promoted after 1 epoch, 1 was promoted after 3 epochs.`
    pub sentence: String,
    /// Heads of the rungs: `after 3 epochs`.
    pub heads: Vec<String>,
    /// One line per cell.
    pub rows: Vec<RungsRow>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RungsRow {
    /// Index of the cell.
    pub index: usize,
    /// Name of the cell.
    pub name: String,
    /// Value and rank by rung: `0.87, rank 2`; empty for rungs that it did not reach.
    pub values: Vec<String>,
    /// `pruned after 3 epochs`, or `full budget`.
    pub end: String,
}

/// Returns the table of a sweep; none without a completed rung.
pub fn rungs(results: &Results) -> Option<RungsView> {
    let rungs = &results.rungs;
    let first = rungs.first()?;
    let unit = unit(results);
    let of = |rung: &Rung, cell: usize| rung.entries.iter().find(|e| e.cell == cell).copied();
    // The last rung that a cell reached, from the end, and its rank there.
    let standing = |cell: usize| {
        let seen = rungs.iter().enumerate().rev();
        let last = seen.filter_map(|(i, rung)| Some((i, of(rung, cell)?)));
        last.map(|(i, entry)| (rungs.len() - i, entry.rank))
            .next()
            .unwrap_or((usize::MAX, 0))
    };
    let mut cells: Vec<usize> = first.entries.iter().map(|entry| entry.cell).collect();
    cells.sort_by_key(|cell| standing(*cell));
    let words = |entry: RungEntry| format!("{}, rank {}", number(entry.value.0), entry.rank);
    let line = |index: usize| {
        let seen = || rungs.iter().map(|rung| of(rung, index));
        let stopped = rungs
            .iter()
            .find(|rung| of(rung, index).is_some_and(|entry| !entry.kept));
        RungsRow {
            index,
            name: results
                .cells
                .iter()
                .find(|cell| cell.cell.index == index)
                .map_or(String::new(), |cell| cell.cell.name()),
            values: seen()
                .map(|entry| entry.map_or(String::new(), words))
                .collect(),
            end: stopped.map_or("full budget".to_owned(), |rung| {
                format!("pruned after {}", count(rung.end, unit))
            }),
        }
    };
    let kept = rungs.iter().map(|rung| {
        let kept = rung.entries.iter().filter(|entry| entry.kept).count();
        let were = if kept == 1 { "was" } else { "were" };
        format!("{kept} {were} promoted after {}", count(rung.end, unit))
    });
    Some(RungsView {
        sentence: format!(
            "Of {}, {}.",
            count(first.entries.len(), "cell"),
            kept.collect::<Vec<_>>().join(", ")
        ),
        heads: rungs
            .iter()
            .map(|rung| format!("after {}", count(rung.end, unit)))
            .collect(),
        rows: cells.into_iter().map(line).collect(),
    })
}

/// Returns the unit of the cells' budget.
fn unit(results: &Results) -> &'static str {
    match results.cells.first().map(|cell| cell.cell.settings.budget) {
        Some(Budget::Steps(_)) => "step",
        _ => "epoch",
    }
}

/// Format of `halving.json`.
const FORMAT: u32 = 1;

/// `halving.json`: the rungs, with the rank of every cell.
#[derive(Serialize)]
pub struct RungsFile<'a> {
    format: u32,
    /// Unit of rungs and budget.
    unit: &'static str,
    rungs: &'a [Rung],
}

/// Returns the content of `halving.json`.
pub fn file(results: &Results) -> RungsFile<'_> {
    RungsFile {
        format: FORMAT,
        unit: unit(results),
        rungs: &results.rungs,
    }
}
