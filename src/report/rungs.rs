//! `halving.json`: the rungs of successive halving, with the rank of every cell.

use super::{Page, ReportError, files, pages};
use crate::results::Rung;
use serde::Serialize;
use std::path::Path;

/// Format of the file.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Kept<'a> {
    format: u32,
    /// Unit of rungs and budget.
    unit: &'static str,
    rungs: &'a [Rung],
}

/// Writes the file if the sweep uses successive halving, and removes an old one otherwise.
///
/// # Errors
/// [`ReportError`].
pub fn write(own: &Path, page: &Page) -> Result<(), ReportError> {
    let path = own.join("halving.json");
    if page.sweep.stop.is_none() {
        return files::remove(&path);
    }
    let kept = Kept {
        format: FORMAT,
        unit: super::view::rungs::unit(page.results),
        rungs: &page.results.rungs,
    };
    let text = serde_json::to_vec_pretty(&kept).map_err(pages::unwritten("halving.json"))?;
    files::write(&path, &text)
}
