//! The diagnosis map: the diagnosis of every cell, in the layout of the grid.

use super::cells::{missing, outcomes};
use crate::config::Quantity;
use crate::diagnose::expectations::{count, over_seeds};
use crate::diagnose::{CellDiagnosis, Code};
use crate::report::shared::axes::{AxisView, coordinate, ticks};
use crate::report::shared::number::number;
use crate::report::shared::outcome::{has_unknown_skill, outcome_word};
use crate::report::shared::stats::median;
use crate::results::{CellResults, Results};
use serde::Serialize;
use std::collections::BTreeMap;

/// With more cells than this, tiles are small and have no text; legend and tooltips explain them.
pub const MOST_WORDS: usize = 150;

/// Cells as a table: the last axis with several points runs across, all others run down. With sampled
/// values, cells are not a grid: they form one row, each with a position on two axes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Map {
    /// Name of the axis that runs across; empty if no axis varies.
    pub across: String,
    /// Names of the axes that run down, or up in a scatter plot.
    pub down: Vec<String>,
    /// Labels of the columns.
    pub columns: Vec<String>,
    /// Rows with their labels, one per axis that runs down.
    pub rows: Vec<MapRow>,
    /// The two axes of a scatter plot.
    pub scatter: Option<Scatter>,
    /// Whether tiles are small and have no text.
    pub small: bool,
    /// Diagnoses of cells, most cells first.
    pub legend: Vec<LegendEntry>,
    /// Summary of the tiles in one sentence.
    pub sentence: String,
}

/// Axes of a scatter plot; with one varying axis, cells form a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scatter {
    /// Index of the axis that runs across.
    pub across: usize,
    /// Index of the axis that runs up.
    pub up: Option<usize>,
    /// Positions in percent and labels across.
    pub x: Vec<(f64, String)>,
    /// Positions in percent and labels up.
    pub y: Vec<(f64, String)>,
}

/// One row of tiles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapRow {
    /// One label per axis that runs down.
    pub labels: Vec<String>,
    /// One tile per column; `None` for an excluded cell.
    pub tiles: Vec<Option<Tile>>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tile {
    /// Index of the cell.
    pub index: usize,
    /// The most frequent diagnosis of its seeds: `dead relu`; `trained` without diagnosis, or `not trained`.
    pub word: String,
    /// Color class: that diagnosis, `plain` or `missing`.
    pub class: &'static str,
    /// Number of seeds with it: `4 of 5 seeds`.
    pub seeds: String,
    /// Seeds that failed: `3 diverged`; empty without any.
    pub lost: String,
    /// The median `skill 0.98`, or `loss 0.03` without skill.
    pub measure: String,
    /// Median skill in percent, from 0 to 100, for the bar.
    pub bar: Option<u8>,
    /// Tooltip with everything.
    pub title: String,
    /// Position from left and bottom in percent, in a scatter plot.
    pub place: Option<(f64, f64)>,
}

/// One diagnosis of the legend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LegendEntry {
    /// Color class.
    pub class: &'static str,
    /// Name.
    pub word: String,
    /// Number of cells.
    pub cells: usize,
}

/// Returns the map of a sweep's cells; `diagnoses` are in the same order.
pub fn map(results: &Results, diagnoses: &[CellDiagnosis], axes: &[AxisView]) -> Map {
    let drawn = axes
        .iter()
        .position(|axis| axis.drawn && axis.labels.len() > 1);
    match drawn {
        Some(across) => scattered(results, diagnoses, axes, across),
        None => table(results, diagnoses, axes),
    }
}

/// Returns a scatter plot over this axis and the next sampled one, or any other that varies.
fn scattered(
    results: &Results,
    diagnoses: &[CellDiagnosis],
    axes: &[AxisView],
    across: usize,
) -> Map {
    let others = || (0..axes.len()).filter(|a| *a != across && axes[*a].labels.len() > 1);
    let up = others()
        .find(|a| axes[*a].drawn)
        .or_else(|| others().next());
    let cells = results.cells.iter().enumerate();
    let tiles = cells.map(|(i, cell)| {
        let at = |a: usize| place(&axes[a], coordinate(&cell.cell, a), i);
        let place = (at(across), up.map_or(50.0, at));
        Some(Tile {
            place: Some(place),
            ..tile(cell, diagnoses.get(i), missing(results))
        })
    });
    let rows = vec![MapRow {
        labels: Vec::new(),
        tiles: tiles.collect(),
    }];
    let scale = |a: usize| -> Vec<(f64, String)> {
        let ticks = ticks(&axes[a]).into_iter();
        ticks
            .map(|(share, label)| (percent(share, 0), label))
            .collect()
    };
    Map {
        across: axes[across].name.clone(),
        down: up.map(|a| axes[a].name.clone()).into_iter().collect(),
        columns: Vec::new(),
        scatter: Some(Scatter {
            across,
            up,
            x: scale(across),
            y: up.map_or(Vec::new(), scale),
        }),
        small: true,
        legend: legend(&rows),
        sentence: sentence(results, diagnoses, &rows),
        rows,
    }
}

/// Returns the place of the i-th cell along an axis. Cells that share a value get small offsets.
pub fn place(axis: &AxisView, point: usize, i: usize) -> f64 {
    percent(axis.share(point), if axis.drawn { 0 } else { i })
}

/// Converts a position on a scale to a place within the frame, in percent, with a margin for tiles at the ends. The
/// i-th cell gets a small offset.
pub fn percent(share: f64, i: usize) -> f64 {
    let aside = match i {
        0 => 0.0,
        i => (i % 9) as f64 - 4.0,
    };
    ((5.0 + 90.0 * share + 0.7 * aside) * 100.0).round() / 100.0
}

fn table(results: &Results, diagnoses: &[CellDiagnosis], axes: &[AxisView]) -> Map {
    let across = axes.iter().rposition(|axis| axis.labels.len() > 1);
    let down: Vec<usize> = (0..axes.len()).filter(|a| Some(*a) != across).collect();
    let columns = across.map_or(vec![String::new()], |a| axes[a].labels.clone());
    let mut rows: Vec<MapRow> = Vec::new();
    let mut places: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    for (place, cell) in results.cells.iter().enumerate() {
        let key: Vec<usize> = down.iter().map(|a| coordinate(&cell.cell, *a)).collect();
        let row = *places.entry(key.clone()).or_insert_with(|| {
            rows.push(blank(&key, &down, axes, columns.len()));
            rows.len() - 1
        });
        let column = across.map_or(0, |a| coordinate(&cell.cell, a));
        if let Some(free) = rows[row].tiles.get_mut(column) {
            *free = Some(tile(cell, diagnoses.get(place), missing(results)));
        }
    }
    Map {
        across: across.map_or(String::new(), |a| axes[a].name.clone()),
        down: down.iter().map(|a| axes[*a].name.clone()).collect(),
        scatter: None,
        small: results.cells.len() > MOST_WORDS,
        legend: legend(&rows),
        sentence: sentence(results, diagnoses, &rows),
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

fn tile(cell: &CellResults, diagnosis: Option<&CellDiagnosis>, missing: &str) -> Tile {
    let (class, seeds) = standing(cell, diagnosis);
    let skill = median(cell, Quantity::Skill);
    let loss = median(cell, Quantity::TrainLoss);
    let of = cell.runs.len();
    let diagnosed = match diagnosis {
        Some(diagnosis) if seeds < of => diagnosis.in_words(),
        _ => words(class),
    };
    Tile {
        index: cell.cell.index,
        word: words(class),
        class,
        seeds: match seeds {
            0 => String::new(),
            n if n == of => count(of, "seed"),
            n => format!("{n} of {}", count(of, "seed")),
        },
        lost: lost(cell),
        measure: match (skill, loss) {
            (Some(skill), _) => format!("skill {}", number((skill * 1e3).round() / 1e3)),
            (None, Some(loss)) if over_seeds(cell, Quantity::Skill).is_empty() => {
                format!("loss {}", number(loss))
            }
            _ => String::new(),
        },
        bar: skill.map(|skill| (skill.clamp(0.0, 1.0) * 100.0).round() as u8),
        title: format!(
            "{}: {diagnosed}; {}",
            cell.cell.name(),
            outcomes(cell, missing)
        ),
        place: None,
    }
}

/// Returns the most frequent diagnosis of a cell, and its number of seeds.
fn standing(cell: &CellResults, diagnosis: Option<&CellDiagnosis>) -> (&'static str, usize) {
    let trained = cell.traces().count();
    if is_too_large(cell) {
        return (TOO_LARGE, trained);
    }
    let most = diagnosis.and_then(|diagnosis| {
        let (code, n) = diagnosis.counts().first().copied()?;
        Some((diagnosis.name(code), n))
    });
    match most {
        Some(most) => most,
        None if trained == 0 => (MISSING, 0),
        None => (PLAIN, trained),
    }
}

/// Returns whether every run was too large for memory.
fn is_too_large(cell: &CellResults) -> bool {
    let mut runs = cell.runs.iter();
    runs.all(|run| {
        run.trace()
            .is_some_and(|trace| trace.outcome.is_too_large())
    })
}

const TOO_LARGE: &str = "too-large";
const MISSING: &str = "missing";
const PLAIN: &str = "plain";

/// Returns the name of a color class.
fn words(class: &str) -> String {
    match class {
        MISSING => "not trained".to_owned(),
        PLAIN => "trained".to_owned(),
        code => code.replace('-', " "),
    }
}

/// Counts seeds that diverged, crashed, timed out or were too large for memory.
fn lost(cell: &CellResults) -> String {
    let named = |name: &str| {
        let traces = cell.traces();
        traces.filter(|t| t.outcome.name() == name).count()
    };
    let parts = ["diverged", "crashed", "timed-out", "too-large"].map(|name| (named(name), name));
    let parts = parts.iter().filter(|(n, _)| *n > 0);
    let parts = parts.map(|(n, name)| match *n == cell.runs.len() {
        true => outcome_word(name),
        false => format!("{n} {}", outcome_word(name)),
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn legend(rows: &[MapRow]) -> Vec<LegendEntry> {
    let mut legend: Vec<LegendEntry> = Vec::new();
    for tile in tiles(rows) {
        match legend.iter_mut().find(|entry| entry.class == tile.class) {
            Some(entry) => entry.cells += 1,
            None => legend.push(LegendEntry {
                class: tile.class,
                word: tile.word.clone(),
                cells: 1,
            }),
        }
    }
    legend.sort_by_key(|entry| std::cmp::Reverse(entry.cells));
    legend
}

/// Returns text such as `Of 6 cells, 2 are healthy, 1 is overfit, 1 learned with some seeds, 2 did not learn.`
/// A cell counts as overfit if its most frequent diagnosis is overfit.
fn sentence(results: &Results, diagnoses: &[CellDiagnosis], rows: &[MapRow]) -> String {
    let of = results.cells.len();
    let mut kinds = [0; 9];
    // Unclear cells that need not be failures.
    let mut unknown = 0;
    for (place, cell) in results.cells.iter().enumerate() {
        let diagnosis = diagnoses.get(place);
        let is_overfit = diagnosis.and_then(CellDiagnosis::majority) == Some(Code::Overfit);
        let kind = match diagnosis.map(CellDiagnosis::learned) {
            _ if cell.runs.iter().all(|run| run.trained.is_none()) => 7,
            _ if is_too_large(cell) => 6,
            None => 5,
            Some(_) if is_overfit => 1,
            Some(n) if n == cell.runs.len() => 0,
            Some(0) if cell.is_stopped() => 4,
            Some(0) if cell.traces().any(has_unknown_skill) => {
                let majority = diagnosis.and_then(CellDiagnosis::majority);
                unknown += usize::from(majority == Some(Code::Unclear));
                8
            }
            Some(0) => 3,
            Some(_) => 2,
        };
        kinds[kind] += 1;
    }
    // For one cell, and for several.
    let words = [
        ["is healthy", "are healthy"],
        ["is overfit", "are overfit"],
        ["learned with some seeds"; 2],
        ["did not learn"; 2],
        [
            "was pruned before it learned",
            "were pruned before they learned",
        ],
        ["was trained", "were trained"],
        ["did not fit into memory"; 2],
        ["is not trained yet", "are not trained yet"],
        ["has no known skill", "have no known skill"],
    ];
    let parts = kinds.iter().zip(words).filter(|(n, _)| **n > 0);
    let parts: Vec<String> = parts
        .map(|(n, [one, several])| format!("{n} {}", if *n == 1 { one } else { several }))
        .collect();
    let causes = causes(rows, unknown);
    format!("Of {}, {}.{causes}", count(of, "cell"), parts.join(", "))
}

/// Returns ` Failures: dead relu (4 cells).` with the three most frequent causes; empty without any. `unknown` unclear
/// cells are no failures.
fn causes(rows: &[MapRow], unknown: usize) -> String {
    let learned = |class: &str| Code::of(class).is_none_or(Code::has_learned);
    let mut legend = legend(rows);
    for entry in &mut legend {
        if entry.class == Code::Unclear.name() {
            entry.cells = entry.cells.saturating_sub(unknown);
        }
    }
    let causes: Vec<String> = legend
        .iter()
        .filter(|entry| entry.cells > 0 && !learned(entry.class))
        .map(|entry| format!("{} ({})", entry.word, count(entry.cells, "cell")))
        .take(3)
        .collect();
    match causes.len() {
        0 => String::new(),
        _ => format!(" Failures: {}.", causes.join(", ")),
    }
}
