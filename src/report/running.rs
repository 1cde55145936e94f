//! The live page of a sweep during training. It is the page of a sweep with missing runs, plus the
//! progress, and is replaced by the next one.
//!
//! Only new scripts are written. The script of a run keeps its first diagnosis until the end of training,
//! when all scripts are written again. Nothing here runs in parallel, because the other cores train.

use super::pages::SweepPage;
use super::{INSPECTIONS, Page, ReportError, files, fixes, pages, write_index, write_pages};
use crate::identity::RunId;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The progress of training, and when to refresh.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// Time of this version of the page, in milliseconds since 1970.
    pub written: u64,
    /// Seconds between two refreshes.
    pub every: u64,
    /// Seconds after which an unchanged page says that training may have ended.
    pub stale: u64,
    /// Whether every run of the grid is trained, and reference runs or fixes come next.
    pub is_trained: bool,
}

/// Writes the page of a sweep during training, and lists it in the index. The scripts of runs in `new` are
/// written even if they exist, and removed from the set. Returns early once `over` is set.
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
