//! An analyzed sweep with its page, and what it lacks.

use super::folder::Folder;
use super::open::Opened;
use super::output::Output;
use super::problem::Problem;
use crate::diagnose::CellDiagnosis;
use crate::expect::{Status, Verdict, count};
use crate::fix::Fixes;
use crate::report::{Page, write_sweep};
use crate::results::Results;
use crate::run::{Rerun, Summary, executors};
use crate::spec::Sweep;
use crate::store::Store;
use crate::study::document::{Documented, sweep};
use crate::study::{Lookup, Nobody, Studied, Study, Test};
use serde_json::Value as Json;
use std::path::PathBuf;

/// A sweep with its results, their analysis and its page.
pub struct Analyzed {
    pub page: String,
    pub sweep: Sweep,
    pub results: Results,
    pub summary: Summary,
    /// In the order of the results.
    pub diagnoses: Vec<CellDiagnosis>,
    pub verdicts: Vec<Verdict>,
    /// The tested fixes, if requested.
    pub fixes: Option<Fixes>,
    /// Its page; `None` if it could not be written.
    pub report: Option<PathBuf>,
}

impl Analyzed {
    /// Returns its object in the document of `--json`.
    pub fn document(&self) -> Json {
        let mut document = sweep(Documented {
            sweep: &self.sweep,
            results: &self.results,
            summary: &self.summary,
            diagnoses: &self.diagnoses,
            verdicts: &self.verdicts,
            fixes: self.fixes.as_ref(),
        });
        let report = self.report.as_ref().map(|path| path.display().to_string());
        document["report"] = report.into();
        document["incomplete"] = self.why_incomplete().into();
        document["baseline"] = Json::Null;
        document
    }

    /// Returns the worst status of its expectations; `None` without any.
    pub fn worst(&self) -> Option<Status> {
        self.verdicts.iter().map(|verdict| verdict.status).max()
    }

    /// Returns why the sweep is incomplete: `2 crashed or timed out (--rerun crashed), 3 not stored`.
    pub fn why_incomplete(&self) -> Option<String> {
        let summary = self.summary;
        let mut parts = Vec::new();
        for (n, what) in [
            (summary.incomplete, "crashed or timed out (--rerun crashed)"),
            (
                summary.too_large,
                "too large for memory (free memory and run again)",
            ),
            (summary.missing, "not trained (run again to continue)"),
            (summary.not_kept, "not stored"),
        ] {
            if n > 0 {
                parts.push(format!("{n} {what}"));
            }
        }
        if self.report.is_none() {
            parts.push("no report".to_owned());
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Writes the page of a sweep. A failure is reported and stops nothing else, since the traces are stored.
pub fn write(
    page: String,
    sweep: Sweep,
    studied: Studied,
    folder: &Folder,
    output: &Output,
) -> Analyzed {
    let Studied {
        results,
        summary,
        diagnoses,
        verdicts,
        fixes,
    } = studied;
    let report = write_sweep(
        folder.path,
        &Page {
            diagnoses: &diagnoses,
            verdicts: &verdicts,
            fixes: fixes.as_ref(),
            standalone: folder.standalone,
            ..folder.page(&page, &sweep, &results)
        },
    );
    let report = report.map_err(|error| output.error(error)).ok();
    if let Some(text) = report.as_deref().and_then(|page| folder.in_one_file(page)) {
        output.message(text);
    }
    Analyzed {
        page,
        sweep,
        results,
        summary,
        diagnoses,
        verdicts,
        fixes,
        report,
    }
}

/// Calls `with` with the study of a sweep that trains nothing.
pub fn from_cache<T>(opened: &Opened, cached: &Lookup, with: impl FnOnce(&Study) -> T) -> T {
    let executors = executors();
    with(&Study {
        sweep: &opened.sweep,
        files: &opened.files,
        executors: &executors,
        cached,
        rerun: Rerun::Nothing,
        training: None,
        observer: &Nobody,
    })
}

/// Writes the page of a sweep from cached runs, and trains nothing.
///
/// # Errors
/// The store cannot be read, or a custom template is wrong.
pub fn write_again(
    mut opened: Opened,
    store: Option<&Store>,
    folder: &Folder,
    output: &Output,
) -> Result<Analyzed, Problem> {
    let stored = |id| store.map_or(Ok(None), |store| store.get(id));
    let cells = std::mem::take(&mut opened.cells);
    let studied = from_cache(&opened, &stored, |study| study.run(cells, Test::Expected))?;
    let Opened { page, sweep, .. } = opened;
    folder.try_out(&page, &sweep, &studied.results)?;
    Ok(write(page, sweep, studied, folder, output))
}

/// Prints how many runs of a sweep are not trained yet, if any.
pub fn report_missing(sweep: &Sweep, results: &Results, output: &Output) {
    let runs = || results.cells.iter().flat_map(|cell| &cell.runs);
    let has_result = |trace: &crate::trace::Trace| !trace.outcome.is_too_large();
    let missing = runs()
        .filter(|run| !run.trace().is_some_and(has_result))
        .count();
    if missing > 0 {
        output.message(format_args!(
            "{}: {missing} of {} not trained yet",
            sweep.path.display(),
            count(runs().count(), "run"),
        ));
    }
}
