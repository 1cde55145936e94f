//! The content of a baseline file, and how it follows from results.

use crate::config::Quantity;
use crate::diagnose::CellDiagnosis;
use crate::diagnose::expectations::over_seeds;
use crate::results::Results;
use crate::trace::Real;
use serde::{Deserialize, Serialize};

/// Version of the file format. Other versions are rejected.
pub const FORMAT: u32 = 1;

/// A baseline of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// [`FORMAT`].
    pub format: u32,
    /// In the order of the grid.
    pub cells: Vec<CellBaseline>,
}

/// A baseline of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellBaseline {
    /// The name of the cell.
    pub cell: String,
    /// The diagnosis of most seeds; `None` if no seed was trained.
    pub diagnosis: Option<String>,
    /// The diagnoses of all seeds: `vanishing-gradients 4/5, unclear 1/5`.
    pub seeds: String,
    /// Final training losses in the order of the seeds; infinite for a diverged run.
    pub train_loss: Vec<Real>,
}

/// Returns the baseline of these results. Diagnoses are in the order of the results.
pub fn baseline(results: &Results, diagnoses: &[CellDiagnosis]) -> Baseline {
    let cells = results.cells.iter().zip(diagnoses);
    let kept = cells.map(|(cell, diagnosis)| CellBaseline {
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
