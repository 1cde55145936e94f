//! The first thing to see on a sweep's page: which cells learned, laid out as the grid is.

use super::axes::{AxisView, coordinate};
use super::cells::outcomes;
use super::stats::{complete, diverged, median, trace};
use crate::diagnose::CellDiagnosis;
use crate::expect::{count, over_seeds};
use crate::report::number::number;
use crate::results::{CellResults, Results};
use crate::spec::Quantity;
use serde::Serialize;

/// Cells as a table: the last axis with several points across, all others down.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Map {
    /// Name of the axis that runs across; empty where nothing varies.
    pub across: String,
    /// Names of the axes that run down.
    pub down: Vec<String>,
    /// Labels of the columns.
    pub columns: Vec<String>,
    /// Rows with their labels, one per axis that runs down.
    pub rows: Vec<MapRow>,
    /// What the tiles say, in one sentence.
    pub sentence: String,
}

/// One row of tiles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapRow {
    /// One label per axis that runs down.
    pub labels: Vec<String>,
    /// One tile per column; `None` where the cell was excluded.
    pub tiles: Vec<Option<Tile>>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tile {
    /// Index of the cell.
    pub index: usize,
    /// `learned`, `partly`, `not learned`, `diverged`, `not trained`, or a loss where there is no
    /// skill.
    pub word: String,
    /// `good`, `part`, `low`, `bad` or `missing`.
    pub class: &'static str,
    /// `5 of 5 seeds`.
    pub seeds: String,
    /// `skill 0.98`, the median.
    pub skill: String,
    /// Median skill in percent, from 0 to 100, for the bar.
    pub bar: Option<u8>,
    /// All of it in a sentence.
    pub title: String,
}

/// The map of a sweep's cells, with their diagnoses in the same order.
pub fn map(results: &Results, diagnoses: &[CellDiagnosis], axes: &[AxisView]) -> Map {
    let across = axes.iter().rposition(|axis| axis.labels.len() > 1);
    let down: Vec<usize> = (0..axes.len()).filter(|a| Some(*a) != across).collect();
    let columns = across.map_or(vec![String::new()], |a| axes[a].labels.clone());
    let mut rows: Vec<(Vec<usize>, MapRow)> = Vec::new();
    for (place, cell) in results.cells.iter().enumerate() {
        let key: Vec<usize> = down.iter().map(|a| coordinate(&cell.cell, *a)).collect();
        let row = match rows.iter().position(|(other, _)| *other == key) {
            Some(row) => row,
            None => {
                rows.push((key.clone(), blank(&key, &down, axes, columns.len())));
                rows.len() - 1
            }
        };
        let column = across.map_or(0, |a| coordinate(&cell.cell, a));
        if let Some(free) = rows[row].1.tiles.get_mut(column) {
            *free = Some(tile(cell, diagnoses.get(place)));
        }
    }
    let rows: Vec<MapRow> = rows.into_iter().map(|(_, row)| row).collect();
    Map {
        across: across.map_or(String::new(), |a| axes[a].name.clone()),
        down: down.iter().map(|a| axes[*a].name.clone()).collect(),
        sentence: sentence(results, &rows),
        columns,
        rows,
    }
}

fn tiles(rows: &[MapRow]) -> impl Iterator<Item = &Tile> {
    rows.iter().flat_map(|row| &row.tiles).flatten()
}

fn blank(key: &[usize], down: &[usize], axes: &[AxisView], columns: usize) -> MapRow {
    let label = |(axis, point): (&usize, &usize)| {
        axes[*axis].labels.get(*point).cloned().unwrap_or_default()
    };
    MapRow {
        labels: down.iter().zip(key).map(label).collect(),
        tiles: vec![None; columns],
    }
}

fn tile(cell: &CellResults, diagnosis: Option<&CellDiagnosis>) -> Tile {
    let of = cell.runs.len();
    let learned = diagnosis.map_or(0, CellDiagnosis::learned);
    let lost = cell
        .runs
        .iter()
        .filter_map(trace)
        .filter(|t| diverged(t))
        .count();
    let skill = median(cell, Quantity::Skill);
    let seeds = format!("{learned} of {}", count(of, "seed"));
    let loss = median(cell, Quantity::TrainLoss);
    let (word, class) = match () {
        () if cell.runs.iter().all(|run| run.trained.is_none()) => ("not trained", "missing"),
        () if 2 * lost > of => ("diverged", "bad"),
        () if complete(cell).count() == 0 => ("no result", "bad"),
        () if over_seeds(cell, Quantity::Skill).is_empty() => ("trained", "plain"),
        () if learned == of => ("learned", "good"),
        () if learned > 0 => ("partly", "part"),
        () => ("not learned", "low"),
    };
    Tile {
        index: cell.cell.index,
        word: word.to_owned(),
        class,
        seeds: match class {
            "bad" if lost > 0 && lost < of => format!("{lost} of {}", count(of, "seed")),
            "bad" | "missing" => outcomes(cell),
            "plain" => loss.map_or(outcomes(cell), |loss| format!("loss {}", number(loss))),
            _ => seeds,
        },
        skill: skill.map_or(String::new(), |skill| {
            format!("skill {}", number((skill * 1e3).round() / 1e3))
        }),
        bar: skill.map(|skill| (skill.clamp(0.0, 1.0) * 100.0).round() as u8),
        title: format!("{}: {word}; {}", cell.cell.name(), outcomes(cell)),
    }
}

fn sentence(results: &Results, rows: &[MapRow]) -> String {
    let of = results.cells.len();
    let n = |class| tiles(rows).filter(|tile| tile.class == class).count();
    let mut parts = Vec::new();
    for (class, words) in [
        ("good", "learned with every seed"),
        ("part", "with some seeds only"),
        ("low", "did not learn"),
        ("bad", "diverged or gave no result"),
        ("plain", "were trained"),
        ("missing", "are not trained yet"),
    ] {
        match n(class) {
            0 => {}
            k => parts.push(format!("{k} {words}")),
        }
    }
    format!("Of {}, {}.", count(of, "cell"), parts.join(", "))
}
