//! The thumbnail of a diagnosis map: the grid of cells by diagnosis, as paths of a small drawing.

use crate::config::deprecated::renewed_name;
use crate::diagnose::expectations::count;
use crate::diagnose::{CellDiagnosis, Code};
use crate::report::page::Page;
use crate::report::shared::axes::{AxisView, axis, coordinate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Maximum width and height of a drawing, in pixels.
const ROOM: (usize, usize) = (120, 48);
/// Maximum size of a tile, in pixels.
const LARGEST: usize = 12;
/// Minimum size of a tile, in pixels: grids that need smaller ones are drawn as a bar of shares.
const SMALLEST: usize = 3;

/// The most frequent diagnosis of every cell, as in `sweep.json`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ThumbnailGrid {
    /// Number of columns: the points of the last axis with several.
    pub columns: usize,
    /// Number of rows: the combinations of all other axes.
    pub rows: usize,
    /// Diagnoses, most cells first; cells without one are `not-trained`.
    pub codes: Vec<DiagnosisCount>,
    /// For each tile, row by row, the index of its code; none for an excluded cell. Empty if the grid is too
    /// large for tiles, or cells are not a grid.
    pub tiles: Vec<Option<usize>>,
}

/// A diagnosis that some cells have.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DiagnosisCount {
    /// The code.
    pub code: String,
    /// Number of cells.
    pub cells: usize,
    /// Name of the first cell.
    pub first: String,
    /// ID of a run of that cell with this diagnosis, if one was trained.
    pub run: Option<String>,
}

/// The code of a cell without diagnosis.
const NOT_TRAINED: &str = "not-trained";

/// Returns the grid of a sweep.
pub fn grid(page: &Page) -> ThumbnailGrid {
    let axes: Vec<AxisView> = page.sweep.axes.iter().map(axis).collect();
    let across = axes.iter().rposition(|axis| axis.labels.len() > 1);
    let columns = across.map_or(1, |a| axes[a].labels.len());
    let down = || (0..axes.len()).filter(|a| Some(*a) != across);
    let rows = down().fold(1usize, |rows, a| rows.saturating_mul(axes[a].labels.len()));
    let words = |place| {
        let own: Option<&CellDiagnosis> = page.diagnoses.get(place);
        own.and_then(CellDiagnosis::majority_name)
            .unwrap_or(NOT_TRAINED)
    };
    let mut seen: BTreeMap<&str, DiagnosisCount> = BTreeMap::new();
    for place in 0..page.results.cells.len() {
        let code = words(place);
        let own = seen.entry(code).or_insert_with(|| first(page, place, code));
        own.cells += 1;
    }
    let mut codes: Vec<DiagnosisCount> = seen.into_values().collect();
    codes.sort_by_key(|seen| std::cmp::Reverse(seen.cells));
    let mut tiles = Vec::new();
    if side(columns, rows) >= SMALLEST && !page.sweep.is_scattered() {
        tiles = vec![None; columns * rows];
        for (place, cell) in page.results.cells.iter().enumerate() {
            let row = down().fold(0, |row, a| {
                row * axes[a].labels.len() + coordinate(&cell.cell, a)
            });
            let column = across.map_or(0, |a| coordinate(&cell.cell, a));
            if let Some(free) = tiles.get_mut(row * columns + column) {
                *free = codes.iter().position(|seen| seen.code == words(place));
            }
        }
    }
    ThumbnailGrid {
        columns,
        rows,
        codes,
        tiles,
    }
}

/// Returns a diagnosis with its first cell.
fn first(page: &Page, place: usize, code: &str) -> DiagnosisCount {
    let cell = &page.results.cells[place];
    let diagnosis = page.diagnoses.get(place);
    let has_it = |run: usize| {
        let own = diagnosis.and_then(|cell| Some(cell.name(cell.of_run(run)?.code)));
        own == Some(code)
    };
    let mut runs = cell.runs.iter().enumerate();
    let run = runs.find(|(run, result)| result.trained.is_some() && has_it(*run));
    DiagnosisCount {
        code: code.to_owned(),
        cells: 0,
        first: cell.cell.name(),
        run: run.map(|(_, result)| result.run.id.to_string()),
    }
}

/// Returns the size of a tile including its gap, in pixels.
fn side(columns: usize, rows: usize) -> usize {
    (ROOM.0 / columns.max(1))
        .min(ROOM.1 / rows.max(1))
        .min(LARGEST)
}

/// The drawing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drawing {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// One per diagnosis.
    pub paths: Vec<Tiles>,
    /// `3 of 6 cells healthy, 1 overfit`.
    pub counts: String,
    /// Text alternative.
    pub words: String,
}

/// The cells of one diagnosis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tiles {
    /// The code, which is also the color class.
    pub code: String,
    /// The code as text.
    pub word: String,
    /// Name of the first cell.
    pub first: String,
    /// ID of a run with this diagnosis.
    pub run: Option<String>,
    /// Number of cells.
    pub cells: usize,
    /// Outline of the tiles.
    pub path: String,
}

/// Draws a grid; none without cells.
pub fn draw(grid: &ThumbnailGrid) -> Option<Drawing> {
    let of: usize = grid.codes.iter().map(|seen| seen.cells).sum();
    if of == 0 {
        return None;
    }
    let with = |code: Code| -> usize {
        let seen = grid.codes.iter().filter(|seen| seen.code == code.name());
        seen.map(|seen| seen.cells).sum()
    };
    let healthy = with(Code::Healthy);
    let overfit = match with(Code::Overfit) {
        0 => String::new(),
        n => format!(", {n} overfit"),
    };
    let side = side(grid.columns, grid.rows);
    let is_bar = side < SMALLEST || grid.tiles.len() != grid.columns * grid.rows;
    let mut left = 0.0;
    let paths = grid.codes.iter().enumerate().map(|(i, seen)| {
        let path = match is_bar {
            true => share(&mut left, seen.cells as f64 / of as f64),
            false => tiles(grid, i, side),
        };
        Tiles {
            code: seen.code.clone(),
            word: seen.code.replace('-', " "),
            first: renewed_name(&seen.first),
            run: seen.run.clone(),
            cells: seen.cells,
            path,
        }
    });
    let words = grid.codes.iter();
    let words = words.map(|seen| format!("{} {}", seen.code.replace('-', " "), seen.cells));
    Some(Drawing {
        paths: paths.collect(),
        width: if is_bar { ROOM.0 } else { side * grid.columns },
        height: if is_bar { LARGEST } else { side * grid.rows },
        counts: format!("{healthy} of {} healthy{overfit}", count(of, "cell")),
        words: words.collect::<Vec<_>>().join(", "),
    })
}

/// Returns the outlines of the tiles of one code, with a gap of one pixel.
fn tiles(grid: &ThumbnailGrid, code: usize, side: usize) -> String {
    let own = grid
        .tiles
        .iter()
        .enumerate()
        .filter(|(_, tile)| **tile == Some(code));
    let outline = |(place, _): (usize, &Option<usize>)| {
        let (x, y, size) = (
            place % grid.columns * side,
            place / grid.columns * side,
            side - 1,
        );
        format!("M{x} {y}h{size}v{size}h-{size}z")
    };
    own.map(outline).collect()
}

/// Returns the next piece of a bar.
fn share(left: &mut f64, share: f64) -> String {
    let (from, width) = (*left * ROOM.0 as f64, share * ROOM.0 as f64);
    *left += share;
    format!("M{from:.1} 0h{width:.1}v{LARGEST}h-{width:.1}z")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn grid(
        columns: usize,
        rows: usize,
        codes: &[(&str, usize)],
        tiles: &[Option<usize>],
    ) -> ThumbnailGrid {
        ThumbnailGrid {
            columns,
            rows,
            codes: codes
                .iter()
                .map(|(code, cells)| DiagnosisCount {
                    code: (*code).to_owned(),
                    cells: *cells,
                    ..DiagnosisCount::default()
                })
                .collect(),
            tiles: tiles.to_vec(),
        }
    }

    #[test]
    fn every_cell_has_its_tile_and_an_excluded_one_none() {
        let codes = [("dead-relu", 2), ("healthy", 1)];
        let drawing = draw(&grid(2, 2, &codes, &[Some(0), Some(1), Some(0), None])).unwrap();
        assert_eq!((drawing.width, drawing.height), (24, 24));
        assert_eq!(drawing.counts, "1 of 3 cells healthy");
        assert_eq!(drawing.words, "dead relu 2, healthy 1");
        let overfit = draw(&grid(2, 1, &[("overfit", 1), ("healthy", 1)], &[])).unwrap();
        assert_eq!(overfit.counts, "1 of 2 cells healthy, 1 overfit");
        assert_eq!(drawing.paths[0].path, "M0 0h11v11h-11zM0 12h11v11h-11z");
        assert_eq!(drawing.paths[1].path, "M12 0h11v11h-11z");
    }

    #[test]
    fn a_grid_too_large_for_tiles_is_a_bar_of_shares() {
        let drawing = draw(&grid(500, 20, &[("unclear", 7500), ("healthy", 2500)], &[])).unwrap();
        assert_eq!((drawing.width, drawing.height), (120, 12));
        assert_eq!(drawing.paths[1].path, "M90.0 0h30.0v12h-30.0z");
        assert_eq!(draw(&ThumbnailGrid::default()), None);
    }
}
