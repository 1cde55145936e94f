//! `fixes/<cell>.js`: losses of a failing cell before and after its fixes, shared by all of its runs.

use super::packed::packed;
use super::view::cure::{cure, is_drawn};
use super::{ReportError, figures, files, pages, script};
use crate::fix::{Failure, Fixes};
use rayon::prelude::*;
use std::path::Path;

/// Name of the folder of the scripts.
pub const FOLDER: &str = "fixes";

/// Writes the scripts of the failing cells, and removes all others.
///
/// # Errors
/// [`ReportError`].
pub fn write(own: &Path, fixes: Option<&Fixes>) -> Result<(), ReportError> {
    let folder = own.join(FOLDER);
    let failures = fixes.map_or(&[][..], |fixes| &fixes.failures).par_iter();
    let drawn = failures.filter(|failure| is_drawn(failure));
    let written = drawn.map(|failure| {
        let name = format!("{}.js", failure.cell);
        let script = script_of(failure)?;
        files::write(&folder.join(&name), script.as_bytes())?;
        Ok(name)
    });
    let kept: Vec<String> = written.collect::<Result<_, ReportError>>()?;
    // Reports of earlier versions have these scripts in a folder with another name.
    files::remove_others(&own.join("cures"), &[])?;
    files::remove_others(&folder, &kept)
}

fn script_of(failure: &Failure) -> Result<String, ReportError> {
    let figure = cure(failure).map(|cure| figures::cure::figure(&cure));
    let json = script::json(&figure).map_err(pages::unwritten("script of fixes"))?;
    Ok(format!("sweepCure(\"{}\");\n", packed(&json)))
}
