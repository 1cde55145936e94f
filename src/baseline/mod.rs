//! What a sweep came to at some time, to hold later results against: of every cell its diagnoses and
//! the final training losses of its seeds.
//!
//! An expectation says what must be so; a baseline notices what is no longer as it was, also where
//! nobody thought of expecting it. Cells are matched by the values that tell them from each other, so
//! that a change of what they have in common, the recipe, is what shows.

mod changes;
#[cfg(test)]
mod tests;

pub use changes::{Change, changes, sentence};

use crate::diagnose::CellDiagnosis;
use crate::expect::over_seeds;
use crate::results::Results;
use crate::spec::Quantity;
use crate::trace::Real;
use serde::{Deserialize, Serialize};

/// Format of the file; another one is not read.
pub const FORMAT: u32 = 1;

/// What is kept of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// [`FORMAT`].
    pub format: u32,
    /// In the order of the grid.
    pub cells: Vec<Kept>,
}

/// What is kept of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The cell in words.
    pub cell: String,
    /// What most seeds were diagnosed with; none where none was trained.
    pub diagnosis: Option<String>,
    /// The same with the minority: `vanishing-gradients 4/5, unclear 1/5`.
    pub seeds: String,
    /// Final training losses in the order of the seeds; infinite where training diverged.
    pub train_loss: Vec<Real>,
}

/// What is to be kept of these results, with their diagnoses in the same order.
pub fn baseline(results: &Results, diagnoses: &[CellDiagnosis]) -> Baseline {
    let cells = results.cells.iter().zip(diagnoses);
    let kept = cells.map(|(cell, diagnosis)| Kept {
        cell: cell.cell.name(),
        diagnosis: diagnosis.majority().map(|code| code.name().to_owned()),
        seeds: diagnosis.in_words(),
        train_loss: over_seeds(cell, Quantity::TrainLoss)
            .into_iter()
            .map(Real)
            .collect(),
    });
    Baseline {
        format: FORMAT,
        cells: kept.collect(),
    }
}
