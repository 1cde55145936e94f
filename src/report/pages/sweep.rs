//! What the page of a sweep is filled with, be it a page beside its runs or one file with all of it.

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

/// All that the page of a sweep shows.
#[derive(Serialize)]
pub struct SweepPage {
    /// All of it stands in one file, too.
    standalone: bool,
    running: Option<running::RunningView>,
    view: sweep::SweepView,
    table: cells::Table,
    /// Cells whose rows are not in the page.
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
    /// The settings that all runs share, for the pages that show runs.
    pub shared: String,
    /// `cells.js`, which has all its cells.
    #[serde(skip)]
    pub cells: String,
}

/// A figure as its template needs it: the words, and the rest as script-safe JSON.
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

/// Rows beyond this number are put into the page by its script, when they are asked for.
const ROWS: usize = 100;

impl SweepPage {
    /// The page of a sweep, with what came of prescriptions.
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

/// The training curves.
fn courses(page: &Page, view: &sweep::SweepView) -> Option<Figure> {
    let mut curves = curves::curves(page.results);
    let bands = bands::bands(page.results, page.diagnoses, &view.axes);
    bands::show(&bands, &mut curves);
    figures::curves::figure(&curves, &bands, page.results, page.diagnoses, &view.axes)
}

/// Final loss against each axis of several values.
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

/// How linear models get to the optimum.
fn ways(page: &Page) -> impl Iterator<Item = Figure> {
    let excess = figures::excess::figures(page.results).into_iter();
    excess.chain(figures::bowl::figures(page.results))
}

/// Parallel coordinates.
fn axes_side_by_side(page: &Page, view: &sweep::SweepView) -> Option<Figure> {
    let parallel = parallel::parallel(page.results, &view.axes)?;
    Some(figures::parallel::figure(
        &parallel,
        page.results,
        page.diagnoses,
        &view.axes,
    ))
}

/// The script that hands every cell to the page of the sweep and to the comparison.
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
