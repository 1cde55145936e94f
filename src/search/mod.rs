//! Searches propose cells in rounds, each from the results of the rounds before it.
//!
//! A [`Search`] is one of: all cells at once ([`Grid`]), successive halving of them ([`Halving`]), reference runs
//! ([`ReferenceSearch`]), fixes ([`FixSearch`]).

mod fixes;
mod grid;
mod references;
mod round;
pub mod successive_halving;

pub use fixes::FixSearch;
pub use grid::Grid;
pub use references::{REFERENCE_SEEDS, ReferenceSearch};
pub use round::{Purpose, Round, Search};
pub use successive_halving::Halving;

use crate::config::Sweep;
use crate::grid::Cell;

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
