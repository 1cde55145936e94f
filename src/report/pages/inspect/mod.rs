//! The inspection of a run, `inspect.html?run=<id>`, after `sweep inspect`.
//!
//! One page serves all inspected runs of a sweep. Its script fills it with the data of the run, `inspect/<id>.js`.

pub mod data;
pub mod figures;

pub use data::Inspected;

use super::{shell, unwritten};
use crate::report::shared::packed::packed;
use crate::report::shared::script;
use crate::report::{Page, ReportError};
use data::InspectView;
use figures::{Moving, histograms, outputs, surface};
use serde::Serialize;

#[derive(Serialize)]
struct InspectScript {
    view: InspectView,
    outputs: Option<Moving>,
    surface: Option<Moving>,
    weights: Vec<Moving>,
}

/// Renders the page, which its script fills.
///
/// # Errors
/// [`ReportError::Render`].
pub fn html(page: &Page, settings: &str) -> Result<String, ReportError> {
    shell("inspect.html", page, settings)
}

/// Returns the script with the data of an inspected run.
///
/// # Errors
/// [`ReportError::Render`].
pub fn inspection(inspected: &Inspected) -> Result<String, ReportError> {
    let seen = inspected.inspection;
    let rows = inspected.trace.data.train_rows as usize;
    let surface = seen.surface.as_ref();
    let content = InspectScript {
        view: data::inspect(inspected),
        outputs: outputs::figure(inspected.trace, &seen.predictions),
        surface: surface.map(|surface| surface::figure(surface, rows)),
        weights: histograms::figures(&seen.histograms),
    };
    let json = script::json(&content).map_err(unwritten("inspection script"))?;
    Ok(format!("sweepInspection(\"{}\");\n", packed(&json)))
}
