//! All cells at once.

use super::{Purpose, Round, Search};
use crate::grid::Cell;
use crate::results::Results;

/// All cells in one round.
#[derive(Debug)]
pub struct Grid {
    /// The cells; `None` after the round.
    pub cells: Option<Vec<Cell>>,
    /// The seeds of each.
    pub seeds: Vec<u64>,
}

impl Search for Grid {
    fn next(&mut self, _: &Results) -> Option<Round> {
        Some(Round {
            cells: self.cells.take()?,
            seeds: self.seeds.clone(),
            purpose: Purpose::Sweep,
            rung: None,
        })
    }
}
