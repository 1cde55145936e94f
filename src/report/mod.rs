//! The static report: pages from pure data, typed figures and templates.
//!
//! ```text
//! reports/index.html               all sweeps
//!         assets/                  plotly.js, one style sheet, one script
//!         <name>/index.html        one sweep
//!                run.html?run=<id> page for any run of the sweep
//!                runs/<id>.js      data of that page for one run
//!                fixes/<cell>.js   losses of a failing cell before and after fixes
//!                compare.html?cells=0,3 comparison of cells
//!                inspect.html?run=<id> inspection of a run, after `sweep inspect`
//!                inspect/<id>.js   data of that page
//!                cells.js          data of all cells, for the page of the sweep
//!                sweep.json        summary for the index
//!                standalone.html   everything in one file, with `--standalone`
//!                fix.json          results of fixes, after `sweep fix`
//!                halving.json      rungs of successive halving, if used
//! ```
//!
//! A page has a folder in `pages/` with its data, its figures and its assembly. `shared/` has what several pages use,
//! and imports no page.

mod files;
mod fixes;
pub mod names;
mod pages;
mod shared;
mod standalone;
mod templates;
mod write;

#[cfg(test)]
mod tests;

pub use pages::inspect::Inspected;
pub use pages::sweep::Running;
pub use shared::number;
pub use standalone::FILE as STANDALONE;
pub use templates::{TemplateError, Templates, write_templates};
pub use write::{try_out, write_index, write_inspection, write_running, write_sweep};

use crate::config::Sweep;
use crate::diagnose::CellDiagnosis;
use crate::diagnose::expectations::Verdict;
use crate::diagnose::fixes::Fixes;
use crate::results::Results;
use std::path::PathBuf;

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

/// An error of writing a report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file or folder can't be written.
    #[error("failed to write {}: {source}", path.display())]
    Write {
        /// Path of the file or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// A file of the report can't be read.
    #[error("failed to read {}: {source}", path.display())]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// A page can't be rendered: an error in the program or in a custom template.
    #[error("failed to render the page {page}: {why}")]
    Render {
        /// Name of the page.
        page: &'static str,
        /// The reason, with file and line for a template.
        why: String,
    },
}
