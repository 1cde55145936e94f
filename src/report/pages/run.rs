//! The scripts with the data of single runs.

use super::super::packed::packed;
use super::super::script;
use super::super::view::neighbours::Places;
use super::super::view::{fixes, run};
use super::super::{Page, ReportError};
use super::unwritten;
use crate::fix::Fixes;
use crate::report::figures::{self, Figure};
use crate::results::CellResults;
use crate::spec::settings::Model;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize)]
struct RunScript<'a> {
    view: run::RunView,
    cure: Option<&'a fixes::FixedCell>,
    /// Whether the run was inspected.
    inspected: bool,
    outputs: Vec<Figure>,
    training: Vec<Figure>,
    gradients: Vec<Figure>,
    /// The limit between linear and logarithmic scale of the gradient means.
    linear: f64,
    layers: Vec<Figure>,
}

/// Shared data of all runs of a sweep.
pub struct Runs<'a> {
    page: &'a Page<'a>,
    places: Places<'a>,
    shared: Vec<run::Shared>,
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
            shared: run::shared(page.results),
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
        let input = run::RunInput {
            sweep: self.page.sweep,
            cell: own,
            run: of,
            trace,
            timing,
            diagnosis: diagnosed.and_then(|cell| Some((cell, cell.of_run(place)?))),
        };
        let epochs = figures::gradients::epochs(trace, own.cell.settings.batch);
        let content = RunScript {
            view: run::run(&input, &self.places, &self.shared),
            cure: self.cures.get(&own.cell.index),
            inspected: self.inspected.contains(&of.run.id.to_string()),
            outputs: outputs(own, trace),
            training: figures::training::figure(trace).into_iter().collect(),
            gradients: figures::gradients::figures(trace, &epochs),
            linear: figures::gradients::linear(trace),
            layers: figures::layers::figures(trace, &epochs),
        };
        let json = script::json(&content).map_err(unwritten("run script"))?;
        Ok(Some(format!("sweepRun(\"{}\");\n", packed(&json))))
    }
}

fn outputs(cell: &CellResults, trace: &crate::trace::Trace) -> Vec<Figure> {
    match (&cell.cell.settings.model, &trace.outputs.lattice) {
        (Model::Risk(_), Some(lattice)) => figures::landscape::figure(trace, lattice)
            .into_iter()
            .collect(),
        (Model::Risk(_), None) => Vec::new(),
        _ => figures::outputs::figures(trace),
    }
}
