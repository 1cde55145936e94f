//! The page of a sweep, `<name>/index.html`: as a separate page, or as standalone file.
//!
//! The page contains its texts, its figures and the first rows of its table. All cells are in `cells.js`, for its script
//! and for the comparison.

pub mod data;
pub mod figures;

use super::rendering::{FigureView, Inside, render, unwritten};
use crate::diagnose::fixes::Fixes;
use crate::report::error::ReportError;
use crate::report::files::way_up;
use crate::report::page::Page;
use crate::report::shared::packed::packed;
use crate::report::shared::plot::Figure;
use crate::report::shared::settings::{SharedSetting, shared_settings};
use crate::report::shared::stats::is_timed;
use crate::report::shared::{fixes, script};
use crate::report::templates::Templates;
use data::{
    bands, baselines, cells, columns, curves, executors, final_loss, importance, live, parallel,
    rungs, solvers, texts,
};
use serde::Serialize;
use tera::Context;

/// The content of a sweep's page.
#[derive(Serialize)]
pub struct SweepPage {
    /// Whether a standalone file exists too.
    standalone: bool,
    /// Whether other programs trained the runs.
    are_imported: bool,
    /// Whether the time of the runs is known.
    timed: bool,
    running: Option<live::RunningView>,
    view: texts::SweepView,
    table: cells::Table,
    /// Number of rows in the page itself, and of those that the script adds at once.
    rows: usize,
    /// Number of cells without a row in the page.
    more: usize,
    curves: Option<FigureView>,
    finals: Vec<FigureView>,
    ways: Vec<FigureView>,
    solving: Option<solvers::SolvingView>,
    importance: Option<importance::Importance>,
    parallel: Option<FigureView>,
    baselines: Vec<String>,
    ran: Vec<executors::Ran>,
    rungs: Option<rungs::RungsView>,
    fixes: Option<fixes::FixesView>,
    /// The settings that all runs share, for the pages of runs.
    pub shared: Vec<SharedSetting>,
    /// `cells.js`, with all cells.
    #[serde(skip)]
    pub cells: String,
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
        let view = texts::sweep(page, &table);
        add_rows(&mut table, page.templates)?;
        let cells = all_cells(&columns::columns(page, &view.axes, &view.map), &table)?;
        let more = table.rows.len().saturating_sub(ROWS);
        table.rows.truncate(ROWS);
        let timed = is_timed(page.results);
        Ok(SweepPage {
            standalone: page.standalone,
            are_imported: page.results.are_imported,
            timed,
            running: live::running(page),
            table,
            rows: ROWS,
            more,
            curves: training_curves(page, &view)
                .map(FigureView::inside)
                .transpose()?,
            finals: final_losses(page, &view)
                .map(FigureView::inside)
                .collect::<Result<_, _>>()?,
            ways: convergence(page)
                .map(FigureView::inside)
                .collect::<Result<_, _>>()?,
            solving: solvers::solving(page.results),
            parallel: axes_side_by_side(page, &view)
                .map(FigureView::inside)
                .transpose()?,
            baselines: baselines::baselines(page.results),
            ran: match timed {
                true => executors::ran(page.results),
                false => Vec::new(),
            },
            importance: importance::importance(page.results, &view.axes),
            rungs: rungs::rungs(page.results),
            fixes: fixes.map(fixes::fixes),
            shared: shared_settings(page.results),
            view,
            cells,
        })
    }
}

/// Renders the page; as a standalone file with `inside`.
///
/// # Errors
/// [`ReportError::Render`].
pub fn html(
    page: &Page,
    content: &SweepPage,
    inside: Option<&Inside>,
) -> Result<String, ReportError> {
    let root = way_up(page.name);
    render(page.templates, "sweep.html", content, &root, inside)
}

/// Returns the figure of the training curves.
fn training_curves(page: &Page, view: &texts::SweepView) -> Option<Figure> {
    let mut curves = curves::curves(page.results);
    let bands = bands::bands(page.results, page.diagnoses, &view.axes);
    bands::show(&bands, &mut curves);
    figures::curves::figure(&curves, &bands, page.results, page.diagnoses, &view.axes)
}

/// Returns a figure of the final loss for each axis with several values.
fn final_losses<'a>(
    page: &'a Page,
    view: &'a texts::SweepView,
) -> impl Iterator<Item = Figure> + 'a {
    let varied = (0..view.axes.len()).filter(|axis| view.axes[*axis].labels.len() > 1);
    varied.filter_map(|axis| {
        let losses = final_loss::final_losses(page.results, &view.axes, axis);
        figures::final_loss::figure(&losses, page.results, &view.axes)
    })
}

/// Returns the figures of the convergence of linear models.
fn convergence(page: &Page) -> impl Iterator<Item = Figure> {
    let excess = figures::excess::figures(page.results).into_iter();
    excess.chain(figures::trajectories::figures(page.results))
}

/// Returns the figure of parallel coordinates.
fn axes_side_by_side(page: &Page, view: &texts::SweepView) -> Option<Figure> {
    let parallel = parallel::parallel(page.results, &view.axes)?;
    Some(figures::parallel::figure(
        &parallel,
        page.results,
        page.diagnoses,
        &view.axes,
    ))
}

/// Renders the rows of the table that the page itself does not have.
fn add_rows(table: &mut cells::Table, templates: &Templates) -> Result<(), ReportError> {
    #[derive(Serialize)]
    struct TableHead<'a> {
        keys: &'a [String],
        has: cells::Has,
    }
    let mut context = Context::new();
    let head = TableHead {
        keys: &table.keys,
        has: table.has,
    };
    context.insert("t", &head);
    for row in table.rows.iter_mut().skip(ROWS) {
        context.insert("row", row);
        row.html = Some(templates.render("row.html", &context)?);
    }
    Ok(())
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
