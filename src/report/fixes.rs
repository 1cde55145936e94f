//! The files of fixes. `fix.json` has their results, stored next to the page until `sweep fix` runs again.
//! `fixes/<cell>.js` has the losses of a failing cell before and after its fixes, shared by all of its runs.

use super::error::ReportError;
use super::files;
use super::page::Page;
use super::pages::run::fixes_script;
use super::shared::fixes::is_drawn;
use super::shared::stats::unit;
use crate::diagnose::fixes::{FORMAT, Fixes};
use rayon::prelude::*;
use std::fs;
use std::path::Path;

/// Name of the folder of the scripts.
pub const FOLDER: &str = "fixes";

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

/// Writes the scripts of the failing cells, and removes all others.
///
/// # Errors
/// [`ReportError`].
pub fn write_scripts(own: &Path, page: &Page, fixes: Option<&Fixes>) -> Result<(), ReportError> {
    let folder = own.join(FOLDER);
    let unit = unit(page.results);
    let failures = fixes.map_or(&[][..], |fixes| &fixes.failures).par_iter();
    let drawn = failures.filter(|failure| is_drawn(failure));
    let written = drawn.map(|failure| {
        let name = format!("{}.js", failure.cell);
        let script = fixes_script(failure, unit, page.templates)?;
        files::write(&folder.join(&name), script.as_bytes())?;
        Ok(name)
    });
    let kept: Vec<String> = written.collect::<Result<_, ReportError>>()?;
    // Reports of earlier versions have these scripts in a folder with another name.
    files::remove_others(&own.join("cures"), &[])?;
    files::remove_others(&folder, &kept)
}
