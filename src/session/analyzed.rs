//! An analyzed sweep with its page, and what it lacks.

use super::SessionError;
use super::folder::Folder;
use crate::expect::Status;
use crate::load::find::Opened;
use crate::report::{Page, write_sweep};
use crate::run::{Rerun, executors};
use crate::spec::Sweep;
use crate::store::Store;
use crate::study::document::{Documented, sweep};
use crate::study::{Lookup, Nobody, Studied, Study, Test};
use crate::terminal::output::Output;
use serde_json::Value as Json;
use std::path::PathBuf;

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
) -> Result<Analyzed, SessionError> {
    let stored = |id| store.map_or(Ok(None), |store| store.get(id));
    let cells = std::mem::take(&mut opened.cells);
    let studied = from_cache(&opened, &stored, |study| study.run(cells, Test::Expected))?;
    let Opened { page, sweep, .. } = opened;
    folder.try_out(&page, &sweep, &studied.results)?;
    Ok(write(page, sweep, studied, folder, output))
}
