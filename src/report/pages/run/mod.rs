//! The page of a run, `run.html?run=<id>`.
//!
//! One page serves all runs of a sweep. Its script inserts the body and the figures of the run from `runs/<id>.js`, and
//! the losses before and after the fixes of its cell from `fixes/<cell>.js`.

pub mod data;
pub mod figures;

use super::rendering::{FigureView, render, shell, unwritten};
use crate::config::settings::ModelSettings;
use crate::diagnose::fixes::{Failure, Fixes};
use crate::report::error::ReportError;
use crate::report::page::Page;
use crate::report::shared::packed::packed;
use crate::report::shared::plot::Figure;
use crate::report::shared::settings::{SharedSetting, shared_settings};
use crate::report::shared::{commands, fixes, script};
use crate::report::templates::Templates;
use crate::results::CellResults;
use crate::trace::{Timing, Trace};
use data::neighbors::CellsByCoordinates;
use data::{before_after, texts};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Renders the page, which its script fills; `shared` are the settings that all runs share.
///
/// # Errors
/// [`ReportError::Render`].
pub fn html(page: &Page, shared: &[SharedSetting]) -> Result<String, ReportError> {
    shell("run.html", page, shared)
}

/// Returns the script with the losses of a failing cell before and after its fixes, by `epoch` or `step`.
///
/// # Errors
/// [`ReportError::Render`].
pub fn fixes_script(
    failure: &Failure,
    unit: &'static str,
    templates: &Templates,
) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct FixesScript {
        /// The element of the figure.
        body: String,
        #[serde(flatten)]
        drawn: figures::before_after::BeforeAfterFigure,
    }
    let losses = before_after::losses(failure, unit);
    let drawn = losses.map(|losses| figures::before_after::figure(&losses));
    let script = drawn.map(|drawn| {
        let body = FigureView::apart(0, &drawn.figure).html(templates)?;
        Ok(FixesScript { body, drawn })
    });
    let json = script::json(&script.transpose()?).map_err(unwritten("script of fixes"))?;
    Ok(format!("sweepCure(\"{}\");\n", packed(&json)))
}

/// The script of a run.
#[derive(Serialize)]
struct RunScript {
    /// ID of the run.
    id: String,
    /// The page, without its frame.
    body: String,
    /// The figures, in the order of the page.
    figures: Vec<Figure>,
    /// The range of the loss axis that each training curve needs, for the comparison.
    ranges: Vec<(&'static str, (f64, f64))>,
}

/// The texts of the page, for its template.
#[derive(Serialize)]
struct RunBody<'a> {
    view: texts::RunView,
    /// The settings that an axis sets.
    varied: Vec<SharedSetting>,
    /// The other settings that not all cells have in common.
    own: Vec<SharedSetting>,
    /// Number of settings that no axis sets.
    others: usize,
    /// The range of its seed alone.
    range: String,
    fixes: Option<&'a fixes::FixedCell>,
    /// Whether the run was inspected.
    inspected: bool,
    outputs: Vec<FigureView>,
    layers: Vec<FigureView>,
    /// Why there are no figures of layers.
    no_layers: &'static str,
}

/// Shared data of all runs of a sweep.
pub struct Runs<'a> {
    page: &'a Page<'a>,
    places: CellsByCoordinates<'a>,
    shared: Vec<SharedSetting>,
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
            places: CellsByCoordinates::of(page.sweep, page.results),
            shared: shared_settings(page.results),
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
        let run = &self.page.results.cells[cell].runs[place];
        let Some((trace, timing)) = &run.trained else {
            return Ok(None);
        };
        let (body, figures) = self.body(cell, place, trace, timing)?;
        let content = RunScript {
            id: run.run.id.to_string(),
            body,
            figures,
            ranges: figures::training::ranges(trace),
        };
        let json = script::json(&content).map_err(unwritten("run script"))?;
        Ok(Some(format!("sweepRun(\"{}\");\n", packed(&json))))
    }

    /// Renders the body of a run that is not trained, to find errors in a custom template.
    ///
    /// # Errors
    /// [`ReportError::Render`].
    pub fn try_out(&self) -> Result<(), ReportError> {
        let Some(first) = self.page.results.cells.first() else {
            return Ok(());
        };
        let trace = Trace::new(serde_json::Map::new());
        match first.runs.is_empty() {
            true => Ok(()),
            false => self.body(0, 0, &trace, &Timing::default()).map(drop),
        }
    }

    /// Renders the body of a run, and returns it with its figures.
    fn body(
        &self,
        cell: usize,
        place: usize,
        trace: &Trace,
        timing: &Timing,
    ) -> Result<(String, Vec<Figure>), ReportError> {
        let own = &self.page.results.cells[cell];
        let run = &own.runs[place];
        let diagnosed = self.page.diagnoses.get(cell);
        let input = texts::RunInput {
            sweep: self.page.sweep,
            cell: own,
            run,
            trace,
            timing,
            diagnosis: diagnosed.and_then(|cell| Some((cell, cell.of_run(place)?))),
            is_imported: self.page.results.are_imported,
        };
        let view = texts::run(&input, &self.places, &self.shared);
        let of = |varied: bool| -> Vec<SharedSetting> {
            let settings = view.settings.iter().filter(|own| own.varied == varied);
            let pair = |own: &texts::Setting| (own.key.clone(), own.value.clone());
            settings.map(pair).collect()
        };
        let positions = figures::gradients::positions(trace);
        let mut figures = Vec::new();
        let mut add = |figure: Figure| {
            let drawn = FigureView::apart(figures.len(), &figure);
            figures.push(figure);
            drawn
        };
        let (varied, rest) = (of(true), of(false));
        let body = RunBody {
            varied,
            others: self.shared.len() + rest.len(),
            own: rest,
            range: commands::only(run.run.seed),
            fixes: self.cures.get(&own.cell.index),
            inspected: self.inspected.contains(&run.run.id.to_string()),
            outputs: outputs(own, trace)
                .into_iter()
                .chain(figures::training::figure(trace))
                .map(&mut add)
                .collect(),
            layers: figures::gradients::figures(trace, &positions)
                .into_iter()
                .chain(figures::layers::figures(trace, &positions))
                .map(&mut add)
                .collect(),
            no_layers: match input.is_imported {
                true => unrecorded(trace),
                false => "The run has no layer statistics.",
            },
            view,
        };
        Ok((
            render(self.page.templates, "body.html", &body, "", None)?,
            figures,
        ))
    }
}

/// Returns what an imported run without figures of layers has not recorded.
fn unrecorded(trace: &Trace) -> &'static str {
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
