//! An analyzed sweep with its page, and what it lacks.

use super::SessionError;
use super::folder::Folder;
use crate::config::Sweep;
use crate::diagnose::diagnose_all;
use crate::diagnose::expectations::Status;
use crate::execute::{Rerun, Summary, executors};
use crate::identity::RunId;
use crate::load::find::OpenedSweep;
use crate::report::{Page, write_sweep};
use crate::results::Results;
use crate::store::{Store, SweepEntry, seen_from};
use crate::study::document::{Documented, sweep};
use crate::study::{Lookup, Nobody, Studied, Study, StudyError, Test};
use crate::terminal::output::Output;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A sweep with its results, their analysis and its page.
pub struct Analyzed {
    /// The page's folder below the report folder: `deep/lr`.
    pub page: String,
    /// The sweep file.
    pub sweep: Sweep,
    /// Its results and their analysis.
    pub studied: Studied,
    /// The path of its page; `None` if it could not be written.
    pub report: Option<PathBuf>,
}

impl Analyzed {
    /// Returns its object in the document of `--json`.
    pub fn document(&self) -> Json {
        let mut document = sweep(Documented {
            sweep: &self.sweep,
            studied: &self.studied,
        });
        let report = self.report.as_ref().map(|path| path.display().to_string());
        document["report"] = report.into();
        document["incomplete"] = self.why_incomplete().into();
        document["baseline"] = Json::Null;
        document
    }

    /// Returns the worst status of its expectations; `None` without any.
    pub fn worst(&self) -> Option<Status> {
        let verdicts = self.studied.verdicts.iter();
        verdicts.map(|verdict| verdict.status).max()
    }

    /// Returns why the sweep is incomplete: `2 crashed or timed out (--rerun crashed), no report`.
    pub fn why_incomplete(&self) -> Option<String> {
        let no_report = self.report.is_none().then(|| "no report".to_owned());
        let runs = self.studied.summary.why_incomplete();
        let parts: Vec<String> = runs.into_iter().chain(no_report).collect();
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
    let report = write_sweep(
        folder.path,
        &Page {
            diagnoses: &studied.diagnoses,
            verdicts: &studied.verdicts,
            fixes: studied.fixes.as_ref(),
            standalone: folder.standalone,
            ..folder.page(&page, &sweep, &studied.results)
        },
    );
    let report = report.map_err(|error| output.error(error)).ok();
    if let Some(text) = report.as_deref().and_then(|page| folder.in_one_file(page)) {
        output.message(text);
    }
    Analyzed {
        page,
        sweep,
        studied,
        report,
    }
}

/// Records an imported sweep, diagnoses its runs and writes its page.
///
/// # Errors
/// The store cannot be written, or a custom template is wrong.
pub fn write_imported(
    sweep: Sweep,
    results: Results,
    store: &Store,
    folder: &Folder,
    output: &Output,
) -> Result<Analyzed, SessionError> {
    let analyzed = write_page_of_import(sweep, results, folder, output)?;
    let runs = analyzed
        .studied
        .results
        .cells
        .iter()
        .flat_map(|cell| &cell.runs);
    let trained = runs.filter(|run| run.trained.is_some());
    let trained: Vec<RunId> = trained.map(|run| run.run.id).collect();
    let noted = store.note_import(&analyzed.page, &trained);
    noted.map_err(StudyError::from)?;
    note(store, &analyzed, folder.path, output);
    Ok(analyzed)
}

/// Diagnoses the runs of an imported sweep and writes its page.
///
/// # Errors
/// A custom template is wrong.
pub fn write_page_of_import(
    sweep: Sweep,
    results: Results,
    folder: &Folder,
    output: &Output,
) -> Result<Analyzed, SessionError> {
    let page = sweep.path.display().to_string();
    folder.try_out(&page, &sweep, &results)?;
    let runs = results.traces().count();
    let studied = Studied {
        diagnoses: diagnose_all(&results),
        results,
        summary: Summary {
            runs,
            cached: runs,
            ..Summary::default()
        },
        verdicts: Vec::new(),
        fixes: None,
    };
    Ok(write(page, sweep, studied, folder, output))
}

/// Records a sweep for `sweep list`, and the file that owns its page. Returns whether that succeeded.
pub(super) fn note(store: &Store, ended: &Analyzed, out: &Path, output: &Output) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let cells = &ended.studied.results.cells;
    let runs = cells.iter().flat_map(|cell| &cell.runs);
    let ids: Vec<RunId> = runs.map(|run| run.run.id).collect();
    // Counted in the store, which may lack runs that could not be stored.
    let noted = store.known(&ids).and_then(|known| {
        let trained = |id: &&RunId| known.get(id).is_some_and(|outcome| outcome != "too-large");
        store.note_sweep(&SweepEntry {
            name: ended.page.clone(),
            path: seen_from(out, &ended.sweep.path),
            title: ended.sweep.title.clone(),
            cells: cells.len() as u64,
            runs: ids.len() as u64,
            trained: ids.iter().filter(|id| trained(id)).count() as u64,
            updated: now.map_or(0, |since| since.as_secs()),
        })
    });
    let noted = noted.map_err(|error| output.error(error));
    noted.is_ok()
}

/// Calls `with` with the study of a sweep that trains nothing.
pub fn from_cache<T>(opened: &OpenedSweep, cached: &Lookup, with: impl FnOnce(&Study) -> T) -> T {
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
    mut opened: OpenedSweep,
    store: Option<&Store>,
    folder: &Folder,
    output: &Output,
) -> Result<Analyzed, SessionError> {
    let stored = |id| store.map_or(Ok(None), |store| store.get(id));
    let cells = std::mem::take(&mut opened.cells);
    let studied = from_cache(&opened, &stored, |study| study.run(cells, Test::Expected))?;
    let OpenedSweep { page, sweep, .. } = opened;
    folder.try_out(&page, &sweep, &studied.results)?;
    Ok(write(page, sweep, studied, folder, output))
}
