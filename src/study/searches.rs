//! The searches of a study: all cells at once, successive halving, reference runs, fixes.

use super::search::{Purpose, Round, Search};
use crate::diagnose::without_yardstick;
use crate::fix::Trials;
use crate::grid::Cell;
use crate::halving::{decide, promoted, start};
use crate::prescribe::reference;
use crate::results::{Reference, Results};
use crate::spec::{Stop, Sweep};

/// Number of seeds of a reference run.
pub const REFERENCE_SEEDS: usize = 5;

/// Returns the search of a sweep for its cells, which are those of its grid or sample.
pub fn main_search(sweep: &Sweep, cells: Vec<Cell>) -> Box<dyn Search> {
    let grid = Grid {
        cells: Some(cells),
        seeds: sweep.seeds.clone(),
    };
    match sweep.stop {
        None => Box::new(grid),
        Some(stop) => Box::new(Halving { stop, grid }),
    }
}

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

/// Successive halving: a round per rung, of which the best cells are promoted to the next.
#[derive(Debug)]
pub struct Halving {
    /// Where rungs end, and how many cells each promotes.
    pub stop: Stop,
    /// The cells of the first rung.
    pub grid: Grid,
}

impl Search for Halving {
    fn next(&mut self, history: &Results) -> Option<Round> {
        if let Some(first) = self.grid.next(history) {
            let cells = start(self.stop, first.cells);
            return Some(Round { cells, ..first });
        }
        let rung = decide(self.stop, history)?;
        Some(Round {
            cells: promoted(self.stop, history, &rung),
            seeds: self.grid.seeds.clone(),
            purpose: Purpose::Rung,
            rung: Some(rung),
        })
    }
}

/// One reference run for each data set on which no cell is good.
#[derive(Debug)]
pub struct ReferenceSearch {
    places: Vec<usize>,
    grid: Grid,
}

impl ReferenceSearch {
    /// Collects the reference runs that these results need.
    pub fn of(sweep: &Sweep, results: &Results) -> ReferenceSearch {
        ReferenceSearch::at(sweep, results, without_yardstick(results))
    }

    /// Collects the reference runs for the data of cells at these places.
    pub fn at(sweep: &Sweep, results: &Results, places: Vec<usize>) -> ReferenceSearch {
        let models = places.into_iter().map(|place| {
            let model = reference(&results.cells[place].cell)?;
            Some((place, model))
        });
        let (places, models): (_, Vec<Cell>) = models.flatten().unzip();
        // Cells of a history differ by their index.
        let models = models.into_iter().zip(results.cells.len()..);
        let cells: Vec<Cell> = models.map(|(cell, index)| Cell { index, ..cell }).collect();
        ReferenceSearch {
            places,
            grid: Grid {
                cells: (!cells.is_empty()).then_some(cells),
                seeds: sweep.seeds.iter().copied().take(REFERENCE_SEEDS).collect(),
            },
        }
    }

    /// Returns the trained reference runs.
    pub fn references(self, trained: Results) -> Vec<Reference> {
        let references = self.places.into_iter().zip(trained.cells);
        let references = references.map(|(of, results)| Reference { of, results });
        references.collect()
    }
}

impl Search for ReferenceSearch {
    fn next(&mut self, history: &Results) -> Option<Round> {
        Some(Round {
            purpose: Purpose::References,
            ..self.grid.next(history)?
        })
    }
}

/// Fixes of failing cells: a larger strength follows where a smaller one did not work.
#[derive(Debug)]
pub struct FixSearch<'t, 'r> {
    trials: &'t mut Trials<'r>,
    /// The seeds of each fix.
    seeds: &'t [u64],
    /// Number of cells that are trained; `None` before the first round.
    taken: Option<usize>,
}

impl<'t, 'r> FixSearch<'t, 'r> {
    /// Starts the search of these fixes, each with these seeds.
    pub fn of(trials: &'t mut Trials<'r>, seeds: &'t [u64]) -> FixSearch<'t, 'r> {
        let taken = None;
        FixSearch {
            trials,
            seeds,
            taken,
        }
    }
}

impl Search for FixSearch<'_, '_> {
    fn next(&mut self, history: &Results) -> Option<Round> {
        if let Some(taken) = self.taken {
            self.trials.take(history.cells[taken..].to_vec());
        }
        self.taken = Some(history.cells.len());
        Some(Round {
            cells: self.trials.next_round()?,
            seeds: self.seeds.to_vec(),
            purpose: Purpose::Fixes,
            rung: None,
        })
    }
}
