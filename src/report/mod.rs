//! The static report: pure view models, typed figures, templates.
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

mod cures;
mod figures;
mod files;
mod fixes;
mod markdown;
pub mod number;
mod packed;
mod pages;
mod rungs;
mod running;
mod script;
mod standalone;
mod templates;
mod view;

#[cfg(test)]
mod tests;

pub use running::{Running, write_running};
pub use standalone::FILE as STANDALONE;
pub use templates::{TemplateError, Templates, write_templates};
pub use view::inspect::Inspected;

use crate::diagnose::CellDiagnosis;
use crate::expect::Verdict;
use crate::fix::Fixes;
use crate::replace::remove_abandoned;
use crate::results::Results;
use crate::spec::Sweep;
use pages::SweepPage;
use rayon::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

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

/// Writes the pages of a sweep and of its runs below `folder`, and returns the path of the sweep's page.
///
/// # Errors
/// [`ReportError`].
pub fn write_sweep(folder: &Path, page: &Page) -> Result<PathBuf, ReportError> {
    files::write_assets(folder, page.templates)?;
    let own = folder.join(page.name);
    let page = &Page {
        standalone: page.standalone || own.join(standalone::FILE).exists(),
        ..*page
    };
    let fixes = fixes::kept(&own, page)?;
    cures::write(&own, fixes.as_ref())?;
    rungs::write(&own, page)?;
    let runs = own.join("runs");
    remove_abandoned(&own.join(INSPECTIONS));
    let inspected = files::scripts(&own.join(INSPECTIONS));
    let scripts = pages::Runs::of(page, fixes.as_ref(), inspected);
    let cells = (0..page.results.cells.len()).into_par_iter();
    let written = cells.map(|cell| write_runs(&runs, &scripts, page, cell));
    let kept: Vec<Vec<String>> = written.collect::<Result<_, _>>()?;
    let content = SweepPage::of(page, fixes.as_ref())?;
    let path = write_pages(&own, page, &content)?;
    if page.standalone {
        standalone::write(&own, page, &content, fixes.as_ref())?;
    }
    // Last, so that readers of the old page find its runs until the new page exists.
    files::remove_others(&runs, &kept.concat())?;
    Ok(path)
}

/// Pages that are filled by a script.
const SHELLS: [&str; 2] = ["run.html", "compare.html"];

/// Writes all files of a sweep except its runs, and returns the path of its page.
fn write_pages(own: &Path, page: &Page, content: &SweepPage) -> Result<PathBuf, ReportError> {
    let is_inspected = !files::scripts(&own.join(INSPECTIONS)).is_empty();
    let inspect = is_inspected.then_some("inspect.html");
    for shell in SHELLS.into_iter().chain(inspect) {
        files::write(
            &own.join(shell),
            pages::shell(shell, page, content)?.as_bytes(),
        )?;
    }
    let html = pages::sweep(page, content, None)?;
    files::write(&own.join("cells.js"), content.cells.as_bytes())?;
    let path = own.join("index.html");
    files::write(&path, html.as_bytes())?;
    let summary = serde_json::to_vec_pretty(&view::index::summary(page));
    let summary = summary.map_err(pages::unwritten("sweep.json"))?;
    files::write(&own.join("sweep.json"), &summary)?;
    Ok(path)
}

/// The folder of inspections, next to the page of the sweep.
const INSPECTIONS: &str = "inspect";

/// Writes the inspection of a run next to the page `name` of its sweep. The page links to it as soon as
/// it is written again.
///
/// # Errors
/// [`ReportError`].
pub fn write_inspection(
    folder: &Path,
    name: &str,
    inspected: &Inspected,
) -> Result<(), ReportError> {
    let script = folder
        .join(name)
        .join(INSPECTIONS)
        .join(format!("{}.js", inspected.id));
    files::write(&script, pages::inspection(inspected)?.as_bytes())
}

/// Writes the scripts of a cell's runs, and returns their names.
fn write_runs(
    folder: &Path,
    scripts: &pages::Runs,
    page: &Page,
    cell: usize,
) -> Result<Vec<String>, ReportError> {
    let mut names = Vec::new();
    for (place, run) in page.results.cells[cell].runs.iter().enumerate() {
        if let Some(script) = scripts.script(cell, place)? {
            let name = format!("{}.js", run.run.id);
            files::write(&folder.join(&name), script.as_bytes())?;
            names.push(name);
        }
    }
    Ok(names)
}

/// Writes `index.html` with every sweep that has a page below `folder`.
///
/// # Errors
/// [`ReportError`].
pub fn write_index(folder: &Path, templates: &Templates) -> Result<PathBuf, ReportError> {
    files::write_assets(folder, templates)?;
    let mut entries = Vec::new();
    // Folders that can't be read are skipped. A summary that can't be read is listed as such.
    let walk = WalkDir::new(folder)
        .min_depth(2)
        .into_iter()
        .filter_map(Result::ok);
    for found in walk.filter(|entry| entry.file_name() == "sweep.json") {
        let Some(own) = found.path().parent() else {
            continue;
        };
        let name = name_below(folder, own);
        let summary = fs::read(found.path()).map_err(|error| error.to_string());
        let summary = summary.as_deref().map_err(Clone::clone);
        entries.push(view::index::entry(&name, summary, size(own)));
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let path = folder.join("index.html");
    files::write(&path, pages::index(templates, &entries)?.as_bytes())?;
    Ok(path)
}

/// Renders the pages of a sweep and the index without writing them, to find errors in custom templates
/// before training.
///
/// # Errors
/// [`ReportError::Render`], with file and line.
pub fn try_out(page: &Page) -> Result<(), ReportError> {
    let content = SweepPage::of(page, None)?;
    pages::sweep(page, &content, None)?;
    for shell in SHELLS {
        pages::shell(shell, page, &content)?;
    }
    let summary = serde_json::to_vec(&view::index::summary(page));
    let summary = summary.map_err(pages::unwritten("sweep.json"))?;
    let entry = view::index::entry(page.name, Ok(&summary), 0);
    pages::index(page.templates, &[entry]).map(drop)
}

/// Returns the folder of a sweep below the report folder, with `/` on every system.
fn name_below(folder: &Path, own: &Path) -> String {
    let below = own.strip_prefix(folder).unwrap_or(own);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Returns the size of a sweep's files in bytes, without sweeps in subfolders.
fn size(own: &Path) -> u64 {
    let files = WalkDir::new(own)
        .max_depth(1)
        .into_iter()
        .chain(WalkDir::new(own.join(cures::FOLDER)).max_depth(1))
        .chain(WalkDir::new(own.join("runs")).max_depth(1))
        .chain(WalkDir::new(own.join(INSPECTIONS)).max_depth(1));
    let sizes = files
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name() != standalone::FILE)
        .filter_map(|entry| entry.metadata().ok());
    sizes
        .filter(|file| file.is_file())
        .map(|file| file.len())
        .sum()
}
