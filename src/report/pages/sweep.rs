//! The content of a sweep's page, as separate page or as standalone file.

use super::super::packed::packed;
use super::super::script;
use super::super::view::{
    bands, baselines, cells, columns, curves, final_loss, fixes, importance, parallel, ran, run,
    rungs, running, solving, sweep,
};
use super::super::{Page, ReportError};
use super::unwritten;
use crate::fix::Fixes;
use crate::report::figures::{self, Figure};
use serde::Serialize;

/// The content of a sweep's page.
#[derive(Serialize)]
pub struct SweepPage {
    /// Whether a standalone file exists too.
    standalone: bool,
    running: Option<running::RunningView>,
    view: sweep::SweepView,
    table: cells::Table,
    /// Number of cells without a row in the page.
    more: usize,
    curves: Option<Drawn>,
    finals: Vec<Drawn>,
    ways: Vec<Drawn>,
    solving: Option<solving::SolvingView>,
    importance: Option<importance::Importance>,
    parallel: Option<Drawn>,
    baselines: Vec<String>,
    ran: Vec<ran::Ran>,
    rungs: Option<rungs::RungsView>,
    fixes: Option<fixes::FixesView>,
    /// The settings that all runs share, for the pages of runs.
    pub shared: String,
    /// `cells.js`, with all cells.
    #[serde(skip)]
    pub cells: String,
}

/// A figure for its template: the texts, and the rest as script-safe JSON.
#[derive(Serialize)]
struct Drawn {
    title: String,
    caption: String,
    notes: Vec<String>,
    json: String,
}

fn drawn(figure: Figure) -> Result<Drawn, ReportError> {
    let json = script::json(&figure).map_err(unwritten("figure"))?;
    Ok(Drawn {
        title: figure.title,
        caption: figure.caption,
        notes: figure.notes,
        json,
    })
}

/// Maximum number of rows in the page itself. The script adds more on demand.
const ROWS: usize = 100;

impl SweepPage {
    /// Returns the content of a sweep's page, with the results of fixes.
    ///
    /// # Errors
    /// [`ReportError::Render`].
    pub fn of(page: &Page, fixes: Option<&Fixes>) -> Result<SweepPage, ReportError> {
        let mut table = cells::table(page.results, page.diagnoses);
        let view = sweep::sweep(page, &table);
        let cells = all_cells(&columns::columns(page, &view.axes, &view.map), &table)?;
        let more = table.rows.len().saturating_sub(ROWS);
        table.rows.truncate(ROWS);
        Ok(SweepPage {
            standalone: page.standalone,
            running: running::running(page),
            table,
            more,
            curves: courses(page, &view).map(drawn).transpose()?,
            finals: final_losses(page, &view)
                .map(drawn)
                .collect::<Result<_, _>>()?,
            ways: ways(page).map(drawn).collect::<Result<_, _>>()?,
            solving: solving::solving(page.results),
            parallel: axes_side_by_side(page, &view).map(drawn).transpose()?,
            baselines: baselines::baselines(page.results),
            ran: ran::ran(page.results),
            importance: importance::importance(page.results, &view.axes),
            rungs: rungs::rungs(page.results),
            fixes: fixes.map(fixes::fixes),
            shared: script::json(&run::shared(page.results)).map_err(unwritten("run.html"))?,
            view,
            cells,
        })
    }
}

/// Returns the figure of the training curves.
fn courses(page: &Page, view: &sweep::SweepView) -> Option<Figure> {
    let mut curves = curves::curves(page.results);
    let bands = bands::bands(page.results, page.diagnoses, &view.axes);
    bands::show(&bands, &mut curves);
    figures::curves::figure(&curves, &bands, page.results, page.diagnoses, &view.axes)
}

/// Returns a figure of the final loss for each axis with several values.
fn final_losses<'a>(
    page: &'a Page,
    view: &'a sweep::SweepView,
) -> impl Iterator<Item = Figure> + 'a {
    let varied = (0..view.axes.len()).filter(|axis| view.axes[*axis].labels.len() > 1);
    varied.filter_map(|axis| {
        let losses = final_loss::final_losses(page.results, &view.axes, axis);
        figures::final_loss::figure(&losses, page.results, &view.axes)
    })
}

/// Returns the figures of the convergence of linear models.
fn ways(page: &Page) -> impl Iterator<Item = Figure> {
    let excess = figures::excess::figures(page.results).into_iter();
    excess.chain(figures::bowl::figures(page.results))
}

/// Returns the figure of parallel coordinates.
fn axes_side_by_side(page: &Page, view: &sweep::SweepView) -> Option<Figure> {
    let parallel = parallel::parallel(page.results, &view.axes)?;
    Some(figures::parallel::figure(
        &parallel,
        page.results,
        page.diagnoses,
        &view.axes,
    ))
}

/// Returns the script with the data of every cell, for the page of the sweep and the comparison.
fn all_cells(columns: &columns::Columns, table: &cells::Table) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct AllCells<'a> {
        #[serde(flatten)]
        columns: &'a columns::Columns,
        table: &'a cells::Table,
    }
    let json = script::json(&AllCells { columns, table }).map_err(unwritten("cells.js"))?;
    Ok(format!("window.sweepCells = \"{}\";\n", packed(&json)))
}
