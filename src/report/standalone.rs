//! A sweep in one file, for example for mail: the page with style sheet, script and plotly.js, packed runs
//! and fixes, and the data of the comparison. `templates/shared/standalone.js` shows runs and the comparison in
//! place of the page.

use super::error::ReportError;
use super::page::Page;
use super::pages::rendering::{Inside, Part};
use super::pages::sweep::{SweepPage, html};
use super::shared::fixes::is_drawn;
use super::shared::packed::packed_in;
use super::{files, fixes};
use crate::diagnose::fixes::Fixes;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The name of the file in the folder of the sweep.
pub const FILE: &str = "standalone.html";

/// Writes the file. Runs and fixes are read from their scripts, which exist already.
///
/// # Errors
/// [`ReportError`].
pub fn write(
    own: &Path,
    page: &Page,
    content: &SweepPage,
    fixes: Option<&Fixes>,
) -> Result<(), ReportError> {
    let mut parts = Vec::new();
    let mut add = |name: String, path: &Path| {
        let text = packed_in(&read(path)?).to_owned();
        parts.push(Part { name, text });
        Ok(())
    };
    let mut met = BTreeSet::new();
    for run in page.results.cells.iter().flat_map(|cell| &cell.runs) {
        if run.trained.is_some() && met.insert(run.run.id) {
            let id = run.run.id.to_string();
            add(id.clone(), &own.join("runs").join(format!("{id}.js")))?;
        }
    }
    let failures = fixes.map_or(&[][..], |fixes| &fixes.failures);
    for failure in failures.iter().filter(|failure| is_drawn(failure)) {
        let path = own.join(fixes::FOLDER).join(format!("{}.js", failure.cell));
        add(format!("cure-{}", failure.cell), &path)?;
    }
    let bundle = plotly::Plot::offline_js_sources();
    let inside = Inside {
        sheet: &page.templates.sheet,
        script: &page.templates.script,
        plotly: files::plotly_of(&bundle),
        cells: &content.cells,
        parts,
    };
    let text = html(page, content, Some(&inside))?;
    files::write(&own.join(FILE), text.as_bytes())
}

fn read(path: &Path) -> Result<String, ReportError> {
    fs::read_to_string(path).map_err(|source| ReportError::Read {
        path: path.to_owned(),
        source,
    })
}
