//! What is exported: a sweep with its runs, and in which format.

use crate::config::Sweep;
use crate::diagnose::{CellDiagnosis, Diagnosis};
use crate::identity::RunId;
use crate::results::{CellResults, Results};
use crate::trace::{Timing, Trace};
use crate::words::words;

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

/// One run of a sweep.
#[derive(Clone, Copy)]
pub(super) struct ExportedRun<'a> {
    pub page: &'a str,
    pub cell: &'a CellResults,
    pub seed: u64,
    pub id: RunId,
    pub trained: Option<(&'a Trace, &'a Timing)>,
    pub diagnosis: Option<&'a Diagnosis>,
    /// The word for the diagnosis, as in the report.
    pub diagnosed: Option<&'static str>,
}

impl<'a> Exported<'a> {
    /// Returns every run, trained or not, in the order of the grid and then of the seeds.
    pub(super) fn runs(&self) -> impl Iterator<Item = ExportedRun<'a>> + use<'a> {
        let page = self.page;
        let cells = self.results.cells.iter().zip(self.diagnoses);
        cells.flat_map(move |(cell, diagnosis)| {
            let runs = cell.runs.iter().enumerate();
            runs.map(move |(place, run)| ExportedRun {
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
