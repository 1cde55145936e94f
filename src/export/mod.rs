//! Exports stored runs to the formats of other programs: tables (CSV, JSON Lines, Parquet), TensorBoard event files,
//! MLflow folders, and traces.
//!
//! All data comes from traces, in the order of the grid and then of the seeds. Nothing depends on time or place of the
//! export: the same store gives the same bytes. Every format can represent NaN and infinities.

pub(crate) mod ci;
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
mod trace;

use crate::config::Sweep;
use crate::diagnose::{CellDiagnosis, Diagnosis};
use crate::identity::RunId;
use crate::results::{CellResults, Results};
use crate::trace::{Timing, Trace};
use crate::words::words;
use std::io;
use std::path::{Path, PathBuf};

words! {
    /// A format of an export.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Format {
        Csv = "csv", "Comma-separated values; text that a spreadsheet would run as a formula gets a leading '";
        JsonLines = "jsonl", "JSON Lines: one object per line";
        Parquet = "parquet", "Apache Parquet; needs a build with the feature `parquet`";
        TensorBoard = "tensorboard", "TensorBoard event files with scalars and hyperparameters, one folder per run";
        Mlflow = "mlflow", "MLflow file store; MLflow 3 opens it with MLFLOW_ALLOW_FILE_STORE=true, or imports it into a database with `mlflow migrate-filestore`";
        Trace = "trace", "Traces, one JSON object per line, as docs/trace.schema.json describes them";
    }
}

/// A sweep to export, with its diagnoses.
#[derive(Debug, Clone, Copy)]
pub struct Exported<'a> {
    /// The page of the sweep, which is its name: `deep/lr`.
    pub page: &'a str,
    /// The sweep file.
    pub sweep: &'a Sweep,
    /// Cells and traces.
    pub results: &'a Results,
    /// In the order of the results.
    pub diagnoses: &'a [CellDiagnosis],
}

/// A failed export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// This build cannot write Parquet.
    #[error(
        "failed to write Parquet: this build of sweep does not support it; build it with `cargo build --release --features parquet`, or export to csv or jsonl"
    )]
    NoParquet,
    /// A file or folder cannot be written.
    #[error("failed to write {}: {source}; free space or choose another folder with --into, then export again", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

/// Writes a sweep below a folder, and returns the paths to open. `curves` adds the tables of curves and layers;
/// all other formats always include them.
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
        Format::Trace => trace::write(of, into),
        Format::Csv | Format::JsonLines | Format::Parquet => {
            tables::write(of, format, into, curves)
        }
    }
}

/// One run of a sweep.
#[derive(Clone, Copy)]
struct One<'a> {
    page: &'a str,
    cell: &'a CellResults,
    seed: u64,
    id: RunId,
    trained: Option<(&'a Trace, &'a Timing)>,
    diagnosis: Option<&'a Diagnosis>,
    /// The word for the diagnosis, as in the report.
    diagnosed: Option<&'static str>,
}

impl<'a> Exported<'a> {
    /// Returns every run, trained or not, in the order of the grid and then of the seeds.
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
                diagnosed: diagnosis.of_run(place).map(|run| diagnosis.name(run.code)),
            })
        })
    }
}
