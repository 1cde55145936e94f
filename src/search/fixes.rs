//! Fixes of failing cells.

use super::{Purpose, Round, Search};
use crate::diagnose::fixes::FixRounds;
use crate::results::Results;

/// Fixes of failing cells: a larger strength follows where a smaller one did not work.
#[derive(Debug)]
pub struct FixSearch<'t, 'r> {
    rounds: &'t mut FixRounds<'r>,
    /// The seeds of each fix.
    seeds: &'t [u64],
    /// Number of cells that are trained; `None` before the first round.
    taken: Option<usize>,
}

impl<'t, 'r> FixSearch<'t, 'r> {
    /// Starts the search of these fixes, each with these seeds.
    pub fn of(rounds: &'t mut FixRounds<'r>, seeds: &'t [u64]) -> FixSearch<'t, 'r> {
        let taken = None;
        FixSearch {
            rounds,
            seeds,
            taken,
        }
    }
}

impl Search for FixSearch<'_, '_> {
    fn next(&mut self, history: &Results) -> Option<Round> {
        if let Some(taken) = self.taken {
            self.rounds.take(history.cells[taken..].to_vec());
        }
        self.taken = Some(history.cells.len());
        Some(Round {
            cells: self.rounds.next_round()?,
            seeds: self.seeds.to_vec(),
            purpose: Purpose::Fixes,
            rung: None,
        })
    }
}
