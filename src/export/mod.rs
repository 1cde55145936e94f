//! What the store has of a sweep, in the formats of other programs: tables (CSV, JSON lines, Parquet),
//! TensorBoard's event files, MLflow's folder.
//!
//! Everything is read off traces, row by row in the order of the grid and then of the seeds, and nothing
//! depends on when or where it is written: the same store gives the same bytes. NaN and the infinities are
//! values like others; every format has a way to write them.

mod csv;
mod curves;
mod field;
mod files;
mod json_lines;
mod layers;
mod mlflow;
#[cfg(feature = "parquet")]
mod parquet;
mod runs;
mod scalars;
mod tables;
mod tensorboard;

use crate::diagnose::{CellDiagnosis, Diagnosis};
use crate::identity::RunId;
use crate::results::{CellResults, Results};
use crate::spec::Sweep;
use crate::trace::{Timing, Trace};
use std::io;
use std::path::{Path, PathBuf};

/// What a sweep is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Tables of comma-separated values.
    Csv,
    /// Tables of one JSON object per line.
    JsonLines,
    /// Tables of Apache Parquet.
    Parquet,
    /// A folder of event files.
    TensorBoard,
    /// A folder of MLflow's file store.
    Mlflow,
}

/// What is exported: a sweep, and what is thought of it.
#[derive(Debug, Clone, Copy)]
pub struct Exported<'a> {
    /// The sweep's page, which names it: `deep/lr`.
    pub page: &'a str,
    /// What the file says.
    pub sweep: &'a Sweep,
    /// Cells and traces.
    pub results: &'a Results,
    /// In the order of the results.
    pub diagnoses: &'a [CellDiagnosis],
}

/// What can't be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// This build can't write Parquet.
    #[error(
        "failed to write Parquet: this build of sweep can't; build it with `cargo build --release --features parquet`, or export to csv or jsonl"
    )]
    NoParquet,
    /// A file or folder.
    #[error("failed to write {}: {source}; make room or name another folder with --into, and export again", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Writes a sweep below a folder, and gives the paths to open. `curves` adds the tables of curves and of
/// layers to that of runs; TensorBoard and MLflow have curves in any case.
///
/// # Errors
/// [`ExportError`].
pub fn export(
    of: &Exported,
    format: Format,
    into: &Path,
    curves: bool,
) -> Result<Vec<PathBuf>, ExportError> {
    match format {
        Format::TensorBoard => tensorboard::write(of, into),
        Format::Mlflow => mlflow::write(of, into),
        Format::Csv | Format::JsonLines | Format::Parquet => {
            tables::write(of, format, into, curves)
        }
    }
}

/// One run of a sweep, with all that is known of it.
#[derive(Clone, Copy)]
struct One<'a> {
    page: &'a str,
    cell: &'a CellResults,
    seed: u64,
    id: RunId,
    trained: Option<(&'a Trace, &'a Timing)>,
    diagnosis: Option<&'a Diagnosis>,
}

impl<'a> Exported<'a> {
    /// Every run, in the order of the grid and then of the seeds, trained or not.
    fn runs(&self) -> impl Iterator<Item = One<'a>> + use<'a> {
        let page = self.page;
        let cells = self.results.cells.iter().zip(self.diagnoses);
        cells.flat_map(move |(cell, diagnosis)| {
            let runs = cell.runs.iter().enumerate();
            runs.map(move |(place, run)| One {
                page,
                cell,
                seed: run.run.seed,
                id: run.run.id,
                trained: run
                    .trained
                    .as_ref()
                    .map(|(trace, timing)| (&**trace, timing)),
                diagnosis: diagnosis.of_run(place),
            })
        })
    }
}
