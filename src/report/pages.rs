//! Pages: templates, filled with view models and figures.

mod run;
mod sweep;

pub use run::Runs;
pub use sweep::SweepPage;

use super::figures::inspect::Moving;
use super::files::way_up;
use super::packed::packed;
use super::standalone::Inside;
use super::templates::Templates;
use super::view::inspect::Inspected;
use super::view::{index, inspect};
use super::{Page, ReportError, figures, script};
use serde::Serialize;
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

/// Renders a page from its view; `root` is the relative path to the report folder.
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

/// Renders the index of these entries.
///
/// # Errors
/// [`ReportError::Render`].
pub fn index(templates: &Templates, entries: &[index::Entry]) -> Result<String, ReportError> {
    render(templates, "index.html", &entries, "", None)
}

/// Renders the page of a sweep; as a standalone file with `inside`.
///
/// # Errors
/// [`ReportError::Render`].
pub fn sweep(
    page: &Page,
    content: &SweepPage,
    inside: Option<&Inside>,
) -> Result<String, ReportError> {
    let root = way_up(page.name);
    render(page.templates, "sweep.html", content, &root, inside)
}

/// Renders a page that a script fills: `run.html` for any run, `compare.html` for any cells,
/// `inspect.html` for any inspected run.
///
/// # Errors
/// [`ReportError::Render`].
pub fn shell(
    template: &'static str,
    page: &Page,
    content: &SweepPage,
) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Shell<'a> {
        title: &'a str,
        shared: &'a str,
    }
    let shell = Shell {
        title: &page.sweep.title,
        shared: &content.shared,
    };
    let root = way_up(page.name);
    render(page.templates, template, &shell, &root, None)
}

#[derive(Serialize)]
struct InspectScript {
    view: inspect::InspectView,
    outputs: Option<Moving>,
    surface: Option<Moving>,
    weights: Vec<Moving>,
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
        view: inspect::inspect(inspected),
        outputs: figures::inspect::outputs::figure(inspected.trace, &seen.said),
        surface: surface.map(|surface| figures::inspect::surface::figure(surface, rows)),
        weights: figures::inspect::histograms::figures(&seen.histograms),
    };
    let json = script::json(&content).map_err(unwritten("inspection script"))?;
    Ok(format!("sweepInspection(\"{}\");\n", packed(&json)))
}

/// Returns the packed text in a script: the only text in quotation marks.
pub fn packed_in(script: &str) -> &str {
    script.split('"').nth(1).unwrap_or_default()
}
