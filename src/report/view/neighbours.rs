//! The ways from a run to those beside it: along every axis to the next cell on both sides.

use super::axes::{AxisView, axis, coordinate};
use crate::grid::Cell;
use crate::results::{CellResults, Results};
use crate::spec::Sweep;
use serde::Serialize;
use std::collections::BTreeMap;

/// A link to another run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Neighbour {
    /// Identity.
    pub id: String,
    /// What differs: a seed, or a point of an axis.
    pub label: String,
    /// Whether it is this run.
    pub here: bool,
}

/// The runs beside one, along an axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Along {
    /// Name of the axis.
    pub axis: String,
    /// The point where the run stands.
    pub here: String,
    /// The nearest run of the same seed towards the start of the axis; all other axes stay as they are.
    pub before: Option<Neighbour>,
    /// The nearest one towards its end.
    pub after: Option<Neighbour>,
}

/// Where every cell of a sweep is found by its place in the grid.
pub struct Places<'a> {
    /// Whether cells are no grid, so that most have nobody beside them.
    scattered: bool,
    axes: Vec<AxisView>,
    cells: BTreeMap<&'a [usize], &'a CellResults>,
}

impl<'a> Places<'a> {
    /// The cells of a sweep.
    pub fn of(sweep: &Sweep, results: &'a Results) -> Places<'a> {
        let cells = results.cells.iter();
        Places {
            scattered: sweep.is_scattered(),
            axes: sweep.axes.iter().map(axis).collect(),
            cells: cells
                .map(|cell| (cell.cell.coordinates.as_slice(), cell))
                .collect(),
        }
    }

    /// The runs beside that of a cell and a seed, one entry per axis with several points. Cells that
    /// were excluded and runs that were not trained are passed over. Where cells are no grid, axes along which
    /// nobody stands are left out.
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

    fn at(&self, cell: &Cell, axis: usize, point: usize, seed: u64) -> Option<Neighbour> {
        let mut place = cell.coordinates.clone();
        *place.get_mut(axis)? = point;
        let mut runs = self.cells.get(place.as_slice())?.runs.iter();
        let same = runs.find(|run| run.run.seed == seed && run.trained.is_some())?;
        Some(Neighbour {
            id: same.run.id.to_string(),
            label: self.axes[axis].labels.get(point)?.clone(),
            here: false,
        })
    }
}
