//! Rounds: which cells a search proposes next, with which seeds, and what for.

use crate::grid::Cell;
use crate::results::{Results, Rung};
use crate::words::words;

/// Proposes the cells of a study, round by round.
///
/// A round depends on completed rounds only: the same history gives the same proposals, whatever the number of jobs and
/// the order in which runs ended.
pub trait Search {
    /// Returns the next round after a history of all rounds before; `None` at the end, or if the history lacks runs
    /// that the next round depends on.
    fn next(&mut self, history: &Results) -> Option<Round>;
}

/// Cells to run together.
#[derive(Debug, Clone)]
pub struct Round {
    /// The cells. A cell with the index of one of an earlier round takes its place in the history.
    pub cells: Vec<Cell>,
    /// The seeds of each cell.
    pub seeds: Vec<u64>,
    /// What they are for.
    pub purpose: Purpose,
    /// The decision that led to the round, if it is a rung.
    pub rung: Option<Rung>,
}

words! {
    /// What the cells of a round are for.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Purpose {
        Sweep = "cells", "the cells of the sweep";
        Rung = "rung", "promoted cells of the sweep, which train further";
        References = "references", "reference runs, to compare with";
        Fixes = "fixes", "fixes to test, and their controls";
        Replays = "replays", "failing runs of an older version, to record the evidence of their diagnosis";
    }
}

impl Purpose {
    /// Whether the cells are those of the sweep file.
    pub fn is_of_the_sweep(self) -> bool {
        match self {
            Purpose::Sweep | Purpose::Rung => true,
            Purpose::References | Purpose::Fixes | Purpose::Replays => false,
        }
    }
}
