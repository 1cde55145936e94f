//! The inspection of a run, `inspect.html?run=<id>`, after `sweep inspect`.
//!
//! One page serves all inspected runs of a sweep. Its script fills it with the data of the run, `inspect/<id>.js`.

pub mod data;
pub mod figures;

pub use data::Inspected;

use super::rendering::{FigureView, render, shell, unwritten};
use crate::report::error::ReportError;
use crate::report::page::Page;
use crate::report::shared::packed::packed;
use crate::report::shared::script;
use crate::report::shared::settings::SharedSetting;
use crate::report::templates::Templates;
use data::InspectView;
use figures::{AnimatedFigure, histograms, outputs, surface};
use serde::Serialize;

/// The script of an inspected run.
#[derive(Serialize)]
struct InspectScript<'a> {
    /// The page, without its frame.
    body: String,
    /// The label of the slider for every snapshot.
    moments: &'a [String],
    /// The figures, in the order of the page.
    figures: Vec<AnimatedFigure>,
}

/// The texts of the page, for its template.
#[derive(Serialize)]
struct InspectBody<'a> {
    view: &'a InspectView,
    outputs: Option<FigureView>,
    surface: Option<FigureView>,
    weights: Vec<FigureView>,
}

/// Renders the page, which its script fills.
///
/// # Errors
/// [`ReportError::Render`].
pub fn html(page: &Page, shared: &[SharedSetting]) -> Result<String, ReportError> {
    shell("inspect.html", page, shared)
}

/// Renders the body of an inspection without figures, to find errors in a custom template.
///
/// # Errors
/// [`ReportError::Render`].
pub fn try_out(templates: &Templates) -> Result<(), ReportError> {
    let view = InspectView {
        id: String::new(),
        cell: String::new(),
        seed: 0,
        again: String::new(),
        same_bits: true,
        moments: vec![String::new()],
    };
    let body = InspectBody {
        view: &view,
        outputs: None,
        surface: None,
        weights: Vec::new(),
    };
    render(templates, "replay.html", &body, "", None).map(drop)
}

/// Returns the script with the data of an inspected run.
///
/// # Errors
/// [`ReportError::Render`].
pub fn inspection(inspected: &Inspected, templates: &Templates) -> Result<String, ReportError> {
    let seen = inspected.inspection;
    let rows = inspected.trace.data.train_rows as usize;
    let mut figures = Vec::new();
    let mut add = |figure: AnimatedFigure| {
        let drawn = FigureView::apart(figures.len(), &figure.figure);
        figures.push(figure);
        drawn
    };
    let view = data::inspect(inspected);
    let surface = seen.surface.as_ref();
    let body = InspectBody {
        view: &view,
        outputs: outputs::figure(inspected.trace, &seen.predictions).map(&mut add),
        surface: surface.map(|surface| add(surface::figure(surface, rows))),
        weights: histograms::figures(&seen.histograms)
            .into_iter()
            .map(&mut add)
            .collect(),
    };
    let content = InspectScript {
        body: render(templates, "replay.html", &body, "", None)?,
        moments: &view.moments,
        figures,
    };
    let json = script::json(&content).map_err(unwritten("inspection script"))?;
    Ok(format!("sweepInspection(\"{}\");\n", packed(&json)))
}
