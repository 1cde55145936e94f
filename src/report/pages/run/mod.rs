//! The page of a run, `run.html?run=<id>`.
//!
//! One page serves all runs of a sweep. Its script fills it with the data of the run, `runs/<id>.js`, and with the
//! losses before and after the fixes of its cell, `fixes/<cell>.js`.

pub mod data;
pub mod figures;

use super::{shell, unwritten};
use crate::config::settings::ModelSettings;
use crate::diagnose::fixes::{Failure, Fixes};
use crate::report::shared::packed::packed;
use crate::report::shared::plot::Figure;
use crate::report::shared::{fixes, script};
use crate::report::{Page, ReportError};
use crate::results::CellResults;
use crate::trace::Trace;
use data::neighbors::Places;
use data::{before_after, texts};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Renders the page, which its script fills; `settings` are those that all runs share, as JSON.
///
/// # Errors
/// [`ReportError::Render`].
pub fn html(page: &Page, settings: &str) -> Result<String, ReportError> {
    shell("run.html", page, settings)
}

/// Returns the script with the losses of a failing cell before and after its fixes, by `epoch` or `step`.
///
/// # Errors
/// [`ReportError::Render`].
pub fn fixes_script(failure: &Failure, unit: &'static str) -> Result<String, ReportError> {
    let cure = before_after::cure(failure, unit);
    let figure = cure.map(|cure| figures::before_after::figure(&cure));
    let json = script::json(&figure).map_err(unwritten("script of fixes"))?;
    Ok(format!("sweepCure(\"{}\");\n", packed(&json)))
}

#[derive(Serialize)]
struct RunScript<'a> {
    view: texts::RunView,
    cure: Option<&'a fixes::FixedCell>,
    /// Whether the run was inspected.
    inspected: bool,
    outputs: Vec<Figure>,
    training: Vec<Figure>,
    gradients: Vec<Figure>,
    /// The limit between linear and logarithmic scale of the gradient means.
    linear: f64,
    layers: Vec<Figure>,
    /// Why an imported run has no figures of layers.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_layers: Option<&'static str>,
}

/// Shared data of all runs of a sweep.
pub struct Runs<'a> {
    page: &'a Page<'a>,
    places: Places<'a>,
    shared: Vec<texts::Shared>,
    cures: BTreeMap<usize, fixes::FixedCell>,
    /// IDs of the inspected runs.
    inspected: BTreeSet<String>,
}

impl<'a> Runs<'a> {
    /// Collects the shared data of a page, with the results of fixes and the IDs of inspected runs.
    pub fn of(page: &'a Page<'a>, fixes: Option<&Fixes>, inspected: BTreeSet<String>) -> Runs<'a> {
        let cures = fixes.map(fixes::fixes);
        let cures = cures.into_iter().flat_map(|fixes| fixes.cells);
        Runs {
            page,
            places: Places::of(page.sweep, page.results),
            shared: texts::shared(page.results),
            cures: cures.map(|cell| (cell.index, cell)).collect(),
            inspected,
        }
    }

    /// Returns the script of one run, by the index of its cell and its place among the seeds; none if the
    /// run was not trained.
    ///
    /// # Errors
    /// [`ReportError::Render`].
    pub fn script(&self, cell: usize, place: usize) -> Result<Option<String>, ReportError> {
        let own = &self.page.results.cells[cell];
        let of = &own.runs[place];
        let Some((trace, timing)) = &of.trained else {
            return Ok(None);
        };
        let diagnosed = self.page.diagnoses.get(cell);
        let input = texts::RunInput {
            sweep: self.page.sweep,
            cell: own,
            run: of,
            trace,
            timing,
            diagnosis: diagnosed.and_then(|cell| Some((cell, cell.of_run(place)?))),
            is_imported: self.page.results.are_imported,
        };
        let positions = figures::gradients::positions(trace);
        let content = RunScript {
            view: texts::run(&input, &self.places, &self.shared),
            cure: self.cures.get(&own.cell.index),
            inspected: self.inspected.contains(&of.run.id.to_string()),
            outputs: outputs(own, trace),
            training: figures::training::figure(trace).into_iter().collect(),
            gradients: figures::gradients::figures(trace, &positions),
            linear: figures::gradients::linear(trace),
            layers: figures::layers::figures(trace, &positions),
            no_layers: input.is_imported.then(|| no_layers(trace)),
        };
        let json = script::json(&content).map_err(unwritten("run script"))?;
        Ok(Some(format!("sweepRun(\"{}\");\n", packed(&json))))
    }
}

/// Returns what an imported run without figures of layers has not recorded.
fn no_layers(trace: &Trace) -> &'static str {
    match trace.layers.is_empty() {
        true => "Not recorded: the layers.",
        false => "Not recorded: statistics of the layers.",
    }
}

fn outputs(cell: &CellResults, trace: &Trace) -> Vec<Figure> {
    match (&cell.cell.settings.model, &trace.predictions.lattice) {
        (ModelSettings::Risk(_), Some(lattice)) => figures::landscape::figure(trace, lattice)
            .into_iter()
            .collect(),
        (ModelSettings::Risk(_), None) => Vec::new(),
        _ => figures::outputs::figures(trace),
    }
}
