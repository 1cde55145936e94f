//! Writes the files of a report: after training, during training, and after the inspection of a run.
//!
//! A live page is the page of a sweep with missing runs, plus the progress, and is replaced by the next one. During
//! training, only new scripts are written. The script of a run keeps its first diagnosis until the end of training,
//! when all scripts are written again.

use super::error::ReportError;
use super::page::Page;
use super::pages::inspect::Inspected;
use super::pages::rendering::unwritten;
use super::pages::run::Runs;
use super::pages::sweep::SweepPage;
use super::pages::sweep::data::rungs;
use super::templates::Templates;
use super::{files, fixes, pages, standalone};
use crate::atomic_write::remove_abandoned;
use crate::identity::RunId;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use walkdir::WalkDir;

/// The folder of inspections, next to the page of the sweep.
const INSPECTIONS: &str = "inspect";

/// Writes the pages of a sweep and of its runs below `folder`, and returns the path of the sweep's page.
///
/// # Errors
/// [`ReportError`].
pub fn write_sweep(folder: &Path, page: &Page) -> Result<PathBuf, ReportError> {
    write_assets(folder, page.templates)?;
    let own = folder.join(page.name);
    let page = &Page {
        standalone: page.standalone || own.join(standalone::FILE).exists(),
        ..*page
    };
    let fixes = fixes::kept(&own, page)?;
    fixes::write_scripts(&own, page, fixes.as_ref())?;
    write_rungs(&own, page)?;
    let runs = own.join("runs");
    remove_abandoned(&own.join(INSPECTIONS));
    let inspected = files::scripts(&own.join(INSPECTIONS));
    let scripts = Runs::of(page, fixes.as_ref(), inspected);
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

/// Writes the page of a sweep during training, and lists it in the index. The scripts of runs in `new` are
/// written even if they exist, and removed from the set. Returns early once `over` is set. Nothing here runs in
/// parallel, because the other cores train.
///
/// # Errors
/// [`ReportError`].
pub fn write_running(
    folder: &Path,
    page: &Page,
    new: &mut BTreeSet<RunId>,
    over: &AtomicBool,
) -> Result<(), ReportError> {
    write_assets(folder, page.templates)?;
    let own = folder.join(page.name);
    let fixes = fixes::kept(&own, page)?;
    let scripts = Runs::of(page, fixes.as_ref(), files::scripts(&own.join(INSPECTIONS)));
    for (cell, of) in page.results.cells.iter().enumerate() {
        for (place, run) in of.runs.iter().enumerate() {
            if over.load(Ordering::Relaxed) {
                return Ok(());
            }
            let path = own.join("runs").join(format!("{}.js", run.run.id));
            let is_there = path.exists() && !new.contains(&run.run.id);
            if is_there || run.trained.is_none() {
                continue;
            }
            if let Some(script) = scripts.script(cell, place)? {
                files::write(&path, script.as_bytes())?;
                new.remove(&run.run.id);
            }
        }
    }
    write_pages(&own, page, &SweepPage::of(page, fixes.as_ref())?)?;
    write_index(folder, page.templates)?;
    Ok(())
}

/// Writes the inspection of a run next to the page `name` of its sweep. The page links to it as soon as
/// it is written again.
///
/// # Errors
/// [`ReportError`].
pub fn write_inspection(
    folder: &Path,
    name: &str,
    inspected: &Inspected,
    templates: &Templates,
) -> Result<(), ReportError> {
    let script = folder
        .join(name)
        .join(INSPECTIONS)
        .join(format!("{}.js", inspected.id));
    files::write(
        &script,
        pages::inspect::inspection(inspected, templates)?.as_bytes(),
    )
}

/// Writes `index.html` with every sweep that has a page below `folder`.
///
/// # Errors
/// [`ReportError`].
pub fn write_index(folder: &Path, templates: &Templates) -> Result<PathBuf, ReportError> {
    write_assets(folder, templates)?;
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
        let name = files::name_below(folder, own);
        let summary = fs::read(found.path()).map_err(|error| error.to_string());
        let summary = summary.as_deref().map_err(Clone::clone);
        entries.push(pages::index::entry(&name, summary, size(own)));
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let path = folder.join("index.html");
    files::write(&path, pages::index::html(templates, &entries)?.as_bytes())?;
    Ok(path)
}

/// Renders the pages of a sweep and the index without writing them, to find errors in custom templates
/// before training.
///
/// # Errors
/// [`ReportError::Render`], with file and line.
pub fn try_out(page: &Page) -> Result<(), ReportError> {
    let content = SweepPage::of(page, None)?;
    pages::sweep::html(page, &content, None)?;
    shells(page, &content)?;
    Runs::of(page, None, BTreeSet::new()).try_out()?;
    pages::inspect::html(page, &content.shared)?;
    pages::inspect::try_out(page.templates)?;
    let summary = serde_json::to_vec(&pages::index::summary(page));
    let summary = summary.map_err(unwritten("sweep.json"))?;
    let entry = pages::index::entry(page.name, Ok(&summary), 0);
    pages::index::html(page.templates, &[entry]).map(drop)
}

/// Writes the style sheet, the script and plotly.js into `assets/`; plotly.js, of 4.7 MB, only if it is
/// missing or has another size.
///
/// # Errors
/// [`ReportError::Write`].
fn write_assets(folder: &Path, templates: &Templates) -> Result<(), ReportError> {
    let assets = folder.join("assets");
    files::write(&assets.join("sweep.css"), templates.sheet.as_bytes())?;
    files::write(&assets.join("sweep.js"), templates.script.as_bytes())?;
    let path = assets.join("plotly.min.js");
    let bundle = plotly::Plot::offline_js_sources();
    let script = files::plotly_of(&bundle);
    if fs::metadata(&path).is_ok_and(|file| file.len() == script.len() as u64) {
        return Ok(());
    }
    files::write(&path, script.as_bytes())
}

/// Writes all files of a sweep except its runs, and returns the path of its page.
fn write_pages(own: &Path, page: &Page, content: &SweepPage) -> Result<PathBuf, ReportError> {
    for (name, html) in shells(page, content)? {
        files::write(&own.join(name), html.as_bytes())?;
    }
    if !files::scripts(&own.join(INSPECTIONS)).is_empty() {
        let html = pages::inspect::html(page, &content.shared)?;
        files::write(&own.join("inspect.html"), html.as_bytes())?;
    }
    let html = pages::sweep::html(page, content, None)?;
    files::write(&own.join("cells.js"), content.cells.as_bytes())?;
    let path = own.join("index.html");
    files::write(&path, html.as_bytes())?;
    let summary = serde_json::to_vec_pretty(&pages::index::summary(page));
    let summary = summary.map_err(unwritten("sweep.json"))?;
    files::write(&own.join("sweep.json"), &summary)?;
    Ok(path)
}

/// Returns the pages that a script fills, by their file names.
fn shells(page: &Page, content: &SweepPage) -> Result<[(&'static str, String); 2], ReportError> {
    let shared = &content.shared;
    Ok([
        ("run.html", pages::run::html(page, shared)?),
        ("compare.html", pages::compare::html(page, shared)?),
    ])
}

/// Writes the scripts of a cell's runs, and returns their names.
fn write_runs(
    folder: &Path,
    scripts: &Runs,
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

/// Writes `halving.json` if the sweep uses successive halving, and removes an old one otherwise.
fn write_rungs(own: &Path, page: &Page) -> Result<(), ReportError> {
    let path = own.join("halving.json");
    if page.sweep.stop.is_none() {
        return files::remove(&path);
    }
    let text = serde_json::to_vec_pretty(&rungs::file(page.results));
    let text = text.map_err(unwritten("halving.json"))?;
    files::write(&path, &text)
}

/// Returns the size of a sweep's files in bytes, without sweeps in subfolders.
fn size(own: &Path) -> u64 {
    let files = WalkDir::new(own)
        .max_depth(1)
        .into_iter()
        .chain(WalkDir::new(own.join(fixes::FOLDER)).max_depth(1))
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
