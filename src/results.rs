//! A sweep's cells with the traces of their runs: what expectations and reports look at.

use crate::grid::{Cell, Run};
use crate::trace::{Real, Timing, Trace};
use serde::Serialize;
use std::sync::Arc;

/// Cells in the order of the grid, each with its runs; and what else says how much there is to learn.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// In the order of the grid.
    pub cells: Vec<CellResults>,
    /// The training skill that can be reached, where the file says (`target`).
    pub target: Option<f64>,
    /// Runs that are in no grid, for data on which no cell is good.
    pub references: Vec<Reference>,
    /// Where cells are stopped on the way, the rungs that were decided, from the first.
    pub rungs: Vec<Rung>,
}

/// The end of a rung of successive halving: who went on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rung {
    /// Its end, in epochs or steps as the budget is.
    pub end: usize,
    /// Its cells, in the order of the grid.
    pub entries: Vec<Entry>,
}

/// A cell at the end of a rung.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Entry {
    /// Index of the cell.
    pub cell: usize,
    /// What it was ranked by: the median over its seeds of the validation skill, or what stands for it; −∞
    /// where it was not finite.
    pub value: Real,
    /// Its rank, from 1.
    pub rank: usize,
    /// Whether it went on.
    pub kept: bool,
}

/// A network that is known to train well, on the data of some cells none of which does.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The place of the first of these cells.
    pub of: usize,
    /// The network, with the first seeds of the sweep.
    pub results: CellResults,
}

/// One cell and its runs.
#[derive(Debug, Clone)]
pub struct CellResults {
    /// The cell.
    pub cell: Cell,
    /// One per seed, in the order of the seeds.
    pub runs: Vec<RunResult>,
}

/// One run, and its trace where it was trained.
#[derive(Debug, Clone)]
pub struct RunResult {
    /// Which.
    pub run: Run,
    /// What came of it; `None` where it has not been trained (interrupted, or only planned). Shared, since
    /// the page of a sweep that runs is written beside the training.
    pub trained: Option<(Arc<Trace>, Timing)>,
}

impl Results {
    /// The traces of all runs that were trained, cell after cell.
    pub fn traces(&self) -> impl Iterator<Item = &Trace> {
        self.cells.iter().flat_map(CellResults::traces)
    }
}

impl CellResults {
    /// Whether it was stopped on the way, because other cells did better, or is not trained further yet.
    pub fn is_stopped(&self) -> bool {
        self.cell.settings.stop_at.is_some()
    }

    /// The traces of its runs that were trained, in the order of the seeds.
    pub fn traces(&self) -> impl Iterator<Item = &Trace> {
        self.runs.iter().filter_map(RunResult::trace)
    }
}

impl RunResult {
    /// Its trace, where it was trained.
    pub fn trace(&self) -> Option<&Trace> {
        self.trained.as_ref().map(|(trace, _)| &**trace)
    }
}
