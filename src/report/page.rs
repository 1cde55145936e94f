//! The input of a sweep's page, and of its progress line during training.

use super::templates::Templates;
use crate::config::Sweep;
use crate::diagnose::CellDiagnosis;
use crate::diagnose::expectations::Verdict;
use crate::diagnose::fixes::Fixes;
use crate::results::Results;

/// The input of a sweep's page.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The page's folder below the report folder, with `/` between parts: `deep/lr`.
    pub name: &'a str,
    /// The sweep file.
    pub sweep: &'a Sweep,
    /// Cells and traces.
    pub results: &'a Results,
    /// Diagnoses, in the order of `results`; empty without diagnoses.
    pub diagnoses: &'a [CellDiagnosis],
    /// Verdicts of expectations; empty without expectations.
    pub verdicts: &'a [Verdict],
    /// New results of fixes; without them, the page shows the stored ones.
    pub fixes: Option<&'a Fixes>,
    /// Progress, if the page is written during training.
    pub running: Option<Running>,
    /// Whether to write the standalone file too.
    pub standalone: bool,
    /// Templates of the pages.
    pub templates: &'a Templates,
}

/// The progress of training, and when to refresh.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// Time of this version of the page, in milliseconds since 1970.
    pub written: u64,
    /// Seconds between two refreshes.
    pub every: u64,
    /// Seconds after which an unchanged page says that training may have ended.
    pub stale: u64,
    /// Whether every run of the grid is trained, and reference runs or fixes come next.
    pub is_trained: bool,
}
