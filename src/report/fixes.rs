//! `fix.json`: results of fixes, stored next to the page until `sweep fix` runs again.

use super::{Page, ReportError, files};
use crate::fix::{FORMAT, Fixes};
use std::fs;
use std::path::Path;

/// Stores new results and returns them; without new ones, returns the stored results that still apply to
/// the runs of this page.
///
/// # Errors
/// [`ReportError`]. A file that can't be read counts as missing: the next `sweep fix` replaces it.
pub fn kept(own: &Path, page: &Page) -> Result<Option<Fixes>, ReportError> {
    let path = own.join("fix.json");
    let Some(fixes) = page.fixes else {
        let kept = fs::read(path).ok();
        let fixes: Option<Fixes> = kept.and_then(|text| serde_json::from_slice(&text).ok());
        let fixes = fixes.filter(|fixes| fixes.format == FORMAT);
        return Ok(fixes.map(|fixes| fixes.still_of(page.results).in_new_words()));
    };
    let text = serde_json::to_vec(fixes).map_err(|error| ReportError::Render {
        page: "fix.json",
        why: error.to_string(),
    })?;
    files::write(&path, &text)?;
    Ok(Some(fixes.clone()))
}
