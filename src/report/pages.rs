//! Pages: templates filled with view models and figures.

use super::figures::inspect::Moving;
use super::figures::{self, Figure};
use super::files::way_up;
use super::packed::packed;
use super::script;
use super::standalone::Inside;
use super::templates::Templates;
use super::view::inspect::Inspected;
use super::view::neighbours::Places;
use super::view::{
    bands, baselines, cells, columns, curves, final_loss, fixes, importance, index, inspect,
    parallel, ran, run, running, solving, sweep,
};
use super::{Page, ReportError};
use crate::fix::Fixes;
use crate::results::CellResults;
use crate::spec::settings::Model;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use tera::Context;

/// The templates, by their names.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("../../templates/base.html")),
    ("figure.html", include_str!("../../templates/figure.html")),
    ("index.html", include_str!("../../templates/index.html")),
    ("sweep.html", include_str!("../../templates/sweep.html")),
    ("row.html", include_str!("../../templates/row.html")),
    ("running.html", include_str!("../../templates/running.html")),
    ("run.html", include_str!("../../templates/run.html")),
    ("compare.html", include_str!("../../templates/compare.html")),
    ("inspect.html", include_str!("../../templates/inspect.html")),
];

pub(super) fn unwritten(page: &'static str) -> impl Fn(serde_json::Error) -> ReportError {
    move |error| ReportError::Render {
        page,
        why: error.to_string(),
    }
}

/// A page from its view, which lies so many folders below that of the report.
fn render<T: Serialize>(
    templates: &Templates,
    page: &'static str,
    view: &T,
    root: &str,
    inside: Option<&Inside>,
) -> Result<String, ReportError> {
    let mut context = Context::new();
    context.insert("page", view);
    context.insert("root", root);
    if let Some(inside) = inside {
        context.insert("inside", inside);
    }
    templates.render(page, &context)
}

/// A figure as its template needs it: the words, and the rest as script-safe JSON.
#[derive(Serialize)]
struct Drawn<'a> {
    title: &'a str,
    caption: &'a str,
    notes: &'a [String],
    json: String,
}

fn drawn(figure: &Figure) -> Result<Drawn<'_>, ReportError> {
    Ok(Drawn {
        title: &figure.title,
        caption: &figure.caption,
        notes: &figure.notes,
        json: script::json(figure).map_err(unwritten("figure"))?,
    })
}

/// The index over these entries.
///
/// # Errors
/// [`ReportError::Render`].
pub fn index(templates: &Templates, entries: &[index::Entry]) -> Result<String, ReportError> {
    render(templates, "index.html", &entries, "", None)
}

#[derive(Serialize)]
struct SweepPage<'a> {
    /// All of it stands in one file, too.
    standalone: bool,
    running: Option<running::RunningView>,
    view: sweep::SweepView,
    table: cells::Table,
    /// Cells whose rows are not in the page.
    more: usize,
    curves: Option<Drawn<'a>>,
    finals: Vec<Drawn<'a>>,
    ways: Vec<Drawn<'a>>,
    solving: Option<solving::SolvingView>,
    importance: Option<importance::Importance>,
    parallel: Option<Drawn<'a>>,
    baselines: Vec<String>,
    ran: Vec<ran::Ran>,
    fixes: Option<fixes::FixesView>,
}

/// Rows beyond this number are put into the page by its script, when they are asked for.
const ROWS: usize = 100;

/// The page of a sweep, with what came of prescriptions, and `cells.js`, which has all its cells.
///
/// # Errors
/// [`ReportError::Render`].
pub fn sweep(page: &Page, fixes: Option<&Fixes>) -> Result<(String, String), ReportError> {
    sweep_with(page, fixes, None)
}

/// The page of a sweep with everything that it needs inside.
///
/// # Errors
/// [`ReportError::Render`].
pub fn standalone(
    page: &Page,
    fixes: Option<&Fixes>,
    inside: &Inside,
) -> Result<String, ReportError> {
    Ok(sweep_with(page, fixes, Some(inside))?.0)
}

fn sweep_with(
    page: &Page,
    fixes: Option<&Fixes>,
    inside: Option<&Inside>,
) -> Result<(String, String), ReportError> {
    let mut table = cells::table(page.results, page.diagnoses);
    let view = sweep::sweep(page, &table);
    let columns = columns::columns(page, &view.axes, &view.map);
    let script = all_cells(&columns, &table)?;
    let more = table.rows.len().saturating_sub(ROWS);
    table.rows.truncate(ROWS);
    let mut curves = curves::curves(page.results);
    let bands = bands::bands(page.results, page.diagnoses, &view.axes);
    bands::show(&bands, &mut curves);
    let curves = figures::curves::figure(&curves, &bands, page.results, page.diagnoses, &view.axes);
    let varied = (0..view.axes.len()).filter(|axis| view.axes[*axis].labels.len() > 1);
    let finals: Vec<Figure> = varied
        .filter_map(|axis| {
            let losses = final_loss::final_losses(page.results, &view.axes, axis);
            figures::final_loss::figure(&losses, page.results, &view.axes)
        })
        .collect();
    let parallel = parallel::parallel(page.results, &view.axes).map(|parallel| {
        figures::parallel::figure(&parallel, page.results, page.diagnoses, &view.axes)
    });
    let mut ways = figures::excess::figures(page.results);
    ways.extend(figures::bowl::figures(page.results));
    let filled = SweepPage {
        standalone: page.standalone,
        running: running::running(page),
        table,
        more,
        curves: curves.as_ref().map(drawn).transpose()?,
        finals: finals.iter().map(drawn).collect::<Result<_, _>>()?,
        ways: ways.iter().map(drawn).collect::<Result<_, _>>()?,
        solving: solving::solving(page.results),
        parallel: parallel.as_ref().map(drawn).transpose()?,
        baselines: baselines::baselines(page.results),
        ran: ran::ran(page.results),
        importance: importance::importance(page.results, &view.axes),
        fixes: fixes.map(fixes::fixes),
        view,
    };
    let root = way_up(page.name);
    let html = render(page.templates, "sweep.html", &filled, &root, inside)?;
    Ok((html, script))
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

/// A shell of a sweep that a script fills: `run.html` with any of its runs, `compare.html` with any of
/// its cells, `inspect.html` with any run that was looked at closer.
///
/// # Errors
/// [`ReportError::Render`].
pub fn shell(template: &'static str, page: &Page) -> Result<String, ReportError> {
    let root = way_up(page.name);
    render(page.templates, template, &page.sweep.title, &root, None)
}

#[derive(Serialize)]
struct RunScript<'a> {
    view: run::RunView,
    cure: Option<&'a fixes::FixedCell>,
    /// Whether it was looked at closer.
    inspected: bool,
    outputs: Vec<Figure>,
    training: Vec<Figure>,
    gradients: Vec<Figure>,
    /// Where the scale of the gradients' means turns from linear to logarithmic.
    linear: f64,
    layers: Vec<Figure>,
}

/// What the pages of all runs of a sweep share.
pub struct Runs<'a> {
    page: &'a Page<'a>,
    places: Places<'a>,
    cures: BTreeMap<usize, fixes::FixedCell>,
    /// Names of those that were looked at closer.
    inspected: BTreeSet<String>,
}

impl<'a> Runs<'a> {
    /// The runs of a page, with what came of prescriptions and the names of those that were looked at
    /// closer.
    pub fn of(page: &'a Page<'a>, fixes: Option<&Fixes>, inspected: BTreeSet<String>) -> Runs<'a> {
        let cures = fixes.map(fixes::fixes);
        let cures = cures.into_iter().flat_map(|fixes| fixes.cells);
        Runs {
            page,
            places: Places::of(page.sweep, page.results),
            cures: cures.map(|cell| (cell.index, cell)).collect(),
            inspected,
        }
    }

    /// The script that hands one run to the shell, by its places among the cells and in its cell; none
    /// where the run was not trained.
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
        let told = run::Told {
            sweep: self.page.sweep,
            cell: own,
            run: of,
            trace,
            timing,
            diagnosis: diagnosed.and_then(|cell| cell.of_run(place)),
        };
        let epochs = figures::gradients::epochs(trace, own.cell.settings.batch);
        let content = RunScript {
            view: run::run(&told, &self.places),
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

#[derive(Serialize)]
struct InspectScript {
    view: inspect::InspectView,
    outputs: Option<Moving>,
    surface: Option<Moving>,
    weights: Vec<Moving>,
}

/// The script that hands the closer look at a run to its shell.
///
/// # Errors
/// [`ReportError::Render`].
pub fn inspection(inspected: &Inspected) -> Result<String, ReportError> {
    let seen = inspected.inspection;
    let rows = inspected.trace.data.train_rows as usize;
    let surface = seen.surface.as_ref();
    let content = InspectScript {
        view: inspect::inspect(inspected),
        outputs: figures::inspect::outputs::figure(inspected.trace, &seen.said),
        surface: surface.map(|surface| figures::inspect::surface::figure(surface, rows)),
        weights: figures::inspect::histograms::figures(&seen.histograms),
    };
    let json = script::json(&content).map_err(unwritten("inspection script"))?;
    Ok(format!("sweepInspection(\"{}\");\n", packed(&json)))
}

/// The packed text in the script of a run, of cells or of a cure: the only one in quotation marks there.
pub fn packed_in(script: &str) -> &str {
    script.split('"').nth(1).unwrap_or_default()
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
