//! Reference runs, for data on which no cell is good.

use super::{Grid, Purpose, Round, Search};
use crate::config::Sweep;
use crate::diagnose::fixes::propose::reference;
use crate::diagnose::without_reference_skill;
use crate::grid::Cell;
use crate::results::{Reference, Results};

/// Number of seeds of a reference run.
pub const REFERENCE_SEEDS: usize = 5;

/// One reference run for each data set on which no cell is good.
#[derive(Debug)]
pub struct ReferenceSearch {
    places: Vec<usize>,
    grid: Grid,
}

impl ReferenceSearch {
    /// Collects the reference runs that these results need.
    pub fn of(sweep: &Sweep, results: &Results) -> ReferenceSearch {
        ReferenceSearch::at(sweep, results, without_reference_skill(results))
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
