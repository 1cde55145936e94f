//! `fix.json`: what came of prescriptions, kept beside the page until they are tried again.

use super::{Page, ReportError, files};
use crate::fix::{FORMAT, Fixes};
use std::fs;
use std::path::Path;

/// Keeps what was tried just now; else gives what is kept, as far as it is of the runs of this page.
///
/// # Errors
/// [`ReportError`]. A file that can't be read counts as none: it is written anew by the next `sweep fix`.
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
