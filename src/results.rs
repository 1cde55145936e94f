//! The cells of a sweep with the traces of their runs, for expectations and reports.

use crate::grid::{Cell, Run};
use crate::trace::{Real, Timing, Trace};
use serde::Serialize;
use std::sync::Arc;

/// Cells with their runs, and what determines the reference skill.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// In the order of the grid.
    pub cells: Vec<CellResults>,
    /// The reachable training skill that the file sets (`target`).
    pub target: Option<f64>,
    /// Reference runs outside of the grid, for data on which no cell is good.
    pub references: Vec<Reference>,
    /// The decided rungs of successive halving, from the first.
    pub rungs: Vec<Rung>,
    /// Whether other programs trained the runs: nothing is known of their cells but the parameters, and their settings
    /// have no meaning.
    pub are_imported: bool,
}

/// A decided rung of successive halving.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rung {
    /// Its end, in the unit of the budget: epochs or steps.
    pub end: usize,
    /// Its cells, in the order of the grid.
    pub entries: Vec<RungEntry>,
}

/// A cell at the end of a rung.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RungEntry {
    /// Index of the cell.
    pub cell: usize,
    /// Its score: the median validation skill over seeds, or its replacement; −∞ if that is not finite.
    pub value: Real,
    /// Its rank, from 1.
    pub rank: usize,
    /// Whether it was promoted.
    pub kept: bool,
}

/// A reference run: a network that usually trains well, on data on which no cell is good.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The place of the first cell with this data.
    pub of: usize,
    /// Its runs, with the first seeds of the sweep.
    pub results: CellResults,
}

/// One cell with its runs.
#[derive(Debug, Clone)]
pub struct CellResults {
    /// The cell.
    pub cell: Cell,
    /// One per seed, in the order of the seeds.
    pub runs: Vec<RunResult>,
}

/// One run with its trace, if it was trained.
#[derive(Debug, Clone)]
pub struct RunResult {
    /// The run.
    pub run: Run,
    /// Its result; `None` if it is not trained yet. Shared, because another thread writes the live page.
    pub trained: Option<(Arc<Trace>, Timing)>,
}

impl Results {
    /// Returns the traces of all trained runs, cell after cell.
    pub fn traces(&self) -> impl Iterator<Item = &Trace> {
        self.cells.iter().flat_map(CellResults::traces)
    }
}

impl CellResults {
    /// Returns whether its runs end at a rung: it is pruned, or not trained further yet.
    pub fn is_stopped(&self) -> bool {
        self.cell.settings.stop_at.is_some()
    }

    /// Returns the traces of its trained runs, in the order of the seeds.
    pub fn traces(&self) -> impl Iterator<Item = &Trace> {
        self.runs.iter().filter_map(RunResult::trace)
    }
}

impl RunResult {
    /// Returns its trace, if it was trained.
    pub fn trace(&self) -> Option<&Trace> {
        self.trained.as_ref().map(|(trace, _)| &**trace)
    }
}
