//! The page of a sweep while it is trained. It is made as the page of any sweep with runs missing, and says
//! how far training is; the next one, or the last, takes its place.
//!
//! Only what is new is made: the script of a run stays as it was first written, with its diagnosis as of
//! then, until the last writing makes all of them anew. Nothing here runs in parallel: the other cores are
//! training.

use super::pages::SweepPage;
use super::{INSPECTIONS, Page, ReportError, files, fixes, pages, write_index, write_pages};
use crate::identity::RunId;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// How far training is, and when to look again.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// When this page is written, in milliseconds since 1970.
    pub written: u64,
    /// Seconds after which the page loads itself anew.
    pub every: u64,
    /// Seconds after which a page that has not been written again tells that nobody writes it.
    pub stale: u64,
    /// Every run of the grid is there, and what is trained beside it comes next.
    pub is_trained: bool,
}

/// Writes the page of a sweep that is being trained, and lists it in the index. `new` are runs whose
/// scripts are to be written even where they are there already; those that are written leave it. Ends
/// early once `over` is set.
///
/// # Errors
/// [`ReportError`].
pub fn write_running(
    folder: &Path,
    page: &Page,
    new: &mut BTreeSet<RunId>,
    over: &AtomicBool,
) -> Result<(), ReportError> {
    files::write_assets(folder, page.templates)?;
    let own = folder.join(page.name);
    let fixes = fixes::kept(&own, page)?;
    let scripts = pages::Runs::of(page, fixes.as_ref(), files::scripts(&own.join(INSPECTIONS)));
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
