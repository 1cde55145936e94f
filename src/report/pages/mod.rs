//! Pages: one folder per page with its data, its figures and its assembly. The folder of the same name in `templates/`
//! has its templates.
//!
//! Data and figures are pure functions of results, without files, clock or templates.

pub mod compare;
pub mod index;
pub mod inspect;
pub mod run;
pub mod sweep;

use super::files::way_up;
use super::shared::plot::Figure;
use super::shared::script;
use super::{Page, ReportError, Templates};
use run::data::texts::Shared;
use serde::Serialize;
use tera::Context;

/// The content of a standalone file in addition to the page of its sweep.
#[derive(Serialize)]
pub struct Inside<'a> {
    /// The style sheet.
    pub sheet: &'a str,
    /// The script of the pages.
    pub script: &'a str,
    /// The script plotly.js.
    pub plotly: &'a str,
    /// The script of all cells.
    pub cells: &'a str,
    /// Runs by their IDs, and fixes of cells by names such as `cure-3`.
    pub parts: Vec<Part>,
}

/// The packed data of a run, or of the fixes of a cell.
#[derive(Serialize)]
pub struct Part {
    /// Name in the standalone file.
    pub name: String,
    /// The packed text.
    pub text: String,
}

/// A figure for its template.
#[derive(Serialize)]
struct Drawn {
    title: String,
    caption: String,
    notes: Vec<String>,
    height: u32,
    /// The figure as script-safe JSON, if the page contains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<String>,
    /// Its index in the script with the figure, otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<usize>,
}

impl Drawn {
    /// Returns a figure that the page contains.
    fn inside(figure: Figure) -> Result<Drawn, ReportError> {
        let json = script::json(&figure).map_err(unwritten("figure"))?;
        Ok(Drawn {
            height: figure.height,
            json: Some(json),
            place: None,
            title: figure.title,
            caption: figure.caption,
            notes: figure.notes,
        })
    }

    /// Returns a figure that is in a script, by its index there. Its caption contains the notes.
    fn apart(place: usize, figure: &Figure) -> Drawn {
        let caption = std::iter::once(&figure.caption).chain(&figure.notes);
        let caption: Vec<&str> = caption.map(String::as_str).collect();
        Drawn {
            height: figure.height,
            json: None,
            place: Some(place),
            title: figure.title.clone(),
            caption: caption.join(" "),
            notes: Vec::new(),
        }
    }

    /// Renders the element of the figure.
    fn html(&self, templates: &Templates) -> Result<String, ReportError> {
        let mut context = Context::new();
        context.insert("figure", self);
        templates.render("figure.html", &context)
    }
}

pub(super) fn unwritten(page: &'static str) -> impl Fn(serde_json::Error) -> ReportError {
    move |error| ReportError::Render {
        page,
        why: error.to_string(),
    }
}

/// Renders a page from its data; `root` is the relative path to the report folder.
fn render<T: Serialize>(
    templates: &Templates,
    page: &'static str,
    data: &T,
    root: &str,
    inside: Option<&Inside>,
) -> Result<String, ReportError> {
    let mut context = Context::new();
    context.insert("page", data);
    context.insert("root", root);
    if let Some(inside) = inside {
        context.insert("inside", inside);
    }
    templates.render(page, &context)
}

/// Renders a page that a script fills; `shared` are the settings that all runs share.
fn shell(template: &'static str, page: &Page, shared: &[Shared]) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Shell<'a> {
        title: &'a str,
        shared: &'a [Shared],
    }
    let shell = Shell {
        title: &page.sweep.title,
        shared,
    };
    let root = way_up(page.name);
    render(page.templates, template, &shell, &root, None)
}
