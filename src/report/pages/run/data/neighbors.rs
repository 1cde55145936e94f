//! Links from a run to its neighbors: along every axis, to the next cells on both sides.

use crate::config::Sweep;
use crate::grid::Cell;
use crate::report::shared::axes::{AxisView, axis, coordinate};
use crate::results::{CellResults, Results};
use serde::Serialize;
use std::collections::BTreeMap;

/// A link to another run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Neighbor {
    /// ID of the run.
    pub id: String,
    /// What differs: the seed, or the point of an axis.
    pub label: String,
    /// Whether it is this run.
    pub here: bool,
}

/// The neighbors of a run along an axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Along {
    /// Name of the axis.
    pub axis: String,
    /// The point of the run.
    pub here: String,
    /// The nearest run with the same seed towards the start of the axis, equal on all other axes.
    pub before: Option<Neighbor>,
    /// The nearest run towards the end of the axis.
    pub after: Option<Neighbor>,
}

/// The cells of a sweep by coordinates.
pub struct CellsByCoordinates<'a> {
    /// Whether cells are not a grid, so that most have no neighbors.
    scattered: bool,
    axes: Vec<AxisView>,
    cells: BTreeMap<&'a [usize], &'a CellResults>,
}

impl<'a> CellsByCoordinates<'a> {
    /// Collects the cells of a sweep.
    pub fn of(sweep: &Sweep, results: &'a Results) -> CellsByCoordinates<'a> {
        let cells = results.cells.iter();
        CellsByCoordinates {
            scattered: sweep.is_scattered(),
            axes: sweep.axes.iter().map(axis).collect(),
            cells: cells
                .map(|cell| (cell.cell.coordinates.as_slice(), cell))
                .collect(),
        }
    }

    /// Returns the neighbors of a run, one entry per axis with several points. Excluded cells and missing runs
    /// are skipped. If cells are not a grid, axes without neighbors are omitted.
    pub fn around(&self, cell: &Cell, seed: u64) -> Vec<Along> {
        let axes = self.axes.iter().enumerate();
        let varied = axes.filter(|(_, axis)| axis.labels.len() > 1);
        varied
            .map(|(a, axis)| {
                let here = coordinate(cell, a);
                let mut before = (0..here).rev();
                let mut after = here + 1..axis.labels.len();
                Along {
                    axis: axis.name.clone(),
                    here: axis.labels.get(here).cloned().unwrap_or_default(),
                    before: before.find_map(|point| self.at(cell, a, point, seed)),
                    after: after.find_map(|point| self.at(cell, a, point, seed)),
                }
            })
            .filter(|along| !self.scattered || along.before.is_some() || along.after.is_some())
            .collect()
    }

    fn at(&self, cell: &Cell, axis: usize, point: usize, seed: u64) -> Option<Neighbor> {
        let mut place = cell.coordinates.clone();
        *place.get_mut(axis)? = point;
        let mut runs = self.cells.get(place.as_slice())?.runs.iter();
        let same = runs.find(|run| run.run.seed == seed && run.trained.is_some())?;
        Some(Neighbor {
            id: same.run.id.to_string(),
            label: self.axes[axis].labels.get(point)?.clone(),
            here: false,
        })
    }
}
