//! The static report: pure view models, typed figures, templates.
//!
//! ```text
//! reports/index.html               every sweep
//!         assets/                  plotly.js, one style sheet, one script
//!         <name>/index.html        a sweep
//!                run.html?run=<id> the page of any of its runs
//!                runs/<id>.js      what that page shows of one run
//!                cures/<cell>.js   how the losses of a failing cell went before a change and after
//!                compare.html?cells=0,3 some of its cells side by side
//!                inspect.html?run=<id> the closer look at a run, where one was taken
//!                inspect/<id>.js   what that page shows
//!                cells.js          what that page says of every cell
//!                sweep.json        what the index says of the sweep
//!                standalone.html   all of it in one file, where it was asked for
//!                fix.json          what came of prescriptions, where they were tried
//!                halving.json      which cells were stopped on the way, where some were
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

/// What a sweep's page is made from.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The page's folder below the report folder, with `/` between parts: `deep/lr`.
    pub name: &'a str,
    /// The file.
    pub sweep: &'a Sweep,
    /// Its cells and traces.
    pub results: &'a Results,
    /// What is wrong with each, cells and runs in the order of `results`; empty where nobody looked.
    pub diagnoses: &'a [CellDiagnosis],
    /// What came of its expectations; empty where it has none.
    pub verdicts: &'a [Verdict],
    /// What came of prescriptions, where they were tried just now; else the page tells what is kept of
    /// an earlier time.
    pub fixes: Option<&'a Fixes>,
    /// Where it is written while the sweep is trained.
    pub running: Option<Running>,
    /// Whether all of it shall stand in one file, too.
    pub standalone: bool,
    /// What it is made with.
    pub templates: &'a Templates,
}

/// A report that can't be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file or folder.
    #[error("failed to write {}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the report.
    #[error("failed to read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A page that can't be made from what it is given; a fault of the program, or of a person's template.
    #[error("failed to make the page {page}: {why}")]
    Render {
        /// Which.
        page: &'static str,
        /// Why.
        why: String,
    },
}

/// Writes the page of a sweep and of its runs below `folder`, and gives the path of the page.
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
    // Last, so that a reader of the old page finds its runs until the new one stands.
    files::remove_others(&runs, &kept.concat())?;
    Ok(path)
}

/// Pages that a script fills.
const SHELLS: [&str; 2] = ["run.html", "compare.html"];

/// Writes everything of a sweep but its runs into its folder, and gives the path of its page.
fn write_pages(own: &Path, page: &Page, content: &SweepPage) -> Result<PathBuf, ReportError> {
    let looked_at = !files::scripts(&own.join(INSPECTIONS)).is_empty();
    let closer = looked_at.then_some("inspect.html");
    for shell in SHELLS.into_iter().chain(closer) {
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

/// The folder of closer looks beside a sweep's page.
const INSPECTIONS: &str = "inspect";

/// Writes the closer look at a run beside the page `name` of its sweep, which links to it when it is
/// written next.
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

/// Writes the scripts of a cell's runs, and gives their names.
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

/// Writes `index.html` over every sweep's page that stands below `folder`.
///
/// # Errors
/// [`ReportError`].
pub fn write_index(folder: &Path, templates: &Templates) -> Result<PathBuf, ReportError> {
    files::write_assets(folder, templates)?;
    let mut entries = Vec::new();
    // What can't be walked can't be listed either; a page that can't be read shows as such below.
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

/// Makes the pages of a sweep and the index, and writes none of it: so a fault in a
/// person's templates is found before anything is trained.
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

/// A sweep's folder below the report folder, with `/` between parts on every system.
fn name_below(folder: &Path, own: &Path) -> String {
    let below = own.strip_prefix(folder).unwrap_or(own);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Bytes of a sweep's own files, without those of sweeps in folders below.
fn size(own: &Path) -> u64 {
    let files = WalkDir::new(own)
        .max_depth(1)
        .into_iter()
        .chain(WalkDir::new(own.join("cures")).max_depth(1))
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
