//! What the comparison of cells needs of every cell, whichever are chosen: a line of settings, medians,
//! and the names of its runs. Their curves stand in the scripts of the runs.

use super::cells::{Has, Number, Row, table};
use crate::report::Page;
use serde::Serialize;
use std::collections::BTreeSet;

/// `cells.js`: every cell of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CompareView {
    /// Keys whose values are not the same in all cells: those that vary, and what follows from them.
    pub keys: Vec<String>,
    /// Which quantities are worth a line.
    pub has: Has,
    /// In the order of the grid.
    pub cells: Vec<Compared>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// Index of the cell in the grid.
    pub index: usize,
    /// In words.
    pub name: String,
    /// One value per key; empty where the cell has none.
    pub values: Vec<String>,
    /// Final training loss.
    pub loss: Number,
    /// Final validation loss.
    pub validation: Number,
    /// Final skill on the training rows.
    pub skill: Number,
    /// Final accuracy, as in the table of cells.
    pub accuracy: Number,
    /// Outcomes in words.
    pub outcomes: String,
    /// What is wrong with it, by seeds.
    pub diagnosis: String,
    /// Seed and identity of the runs that have a page.
    pub runs: Vec<(u64, String)>,
}

/// Every cell of a page's sweep.
pub fn compare(page: &Page) -> CompareView {
    let table = table(page.results, page.diagnoses);
    let keys = keys(page);
    let cells = table.rows.into_iter().zip(&page.results.cells);
    let cells = cells.map(|(row, own)| {
        let value = |key: &String| own.cell.values.get(key).map(ToString::to_string);
        let values = keys.iter().map(|key| value(key).unwrap_or_default());
        compared(row, values.collect())
    });
    CompareView {
        has: table.has,
        cells: cells.collect(),
        keys,
    }
}

fn compared(row: Row, values: Vec<String>) -> Compared {
    let trained = row.seeds.into_iter().filter(|seed| seed.trained);
    Compared {
        index: row.index,
        name: row.name,
        values,
        loss: row.loss,
        validation: row.validation,
        skill: row.skill,
        accuracy: row.accuracy,
        outcomes: row.outcomes,
        diagnosis: row.diagnosis,
        runs: trained.map(|seed| (seed.seed, seed.id)).collect(),
    }
}

/// Those that vary first, in the order of the axes.
fn keys(page: &Page) -> Vec<String> {
    let cells = &page.results.cells;
    let Some(first) = cells.first() else {
        return Vec::new();
    };
    let differs = |key: &String| {
        let own = first.cell.values.get(key);
        cells.iter().any(|other| other.cell.values.get(key) != own)
    };
    let varied = first.cell.varied.iter().map(|(key, _)| key);
    let all = cells.iter().flat_map(|cell| &cell.cell.values.0);
    let mut met = BTreeSet::new();
    let mut keys: Vec<&String> = varied.chain(all.map(|(key, _)| key)).collect();
    keys.retain(|key| met.insert(*key));
    keys.retain(|key| differs(key));
    keys.into_iter().cloned().collect()
}
