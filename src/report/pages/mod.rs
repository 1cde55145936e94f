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
use super::{Page, ReportError, Templates};
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

/// Renders a page that a script fills; `settings` are those that all runs share, as JSON.
fn shell(template: &'static str, page: &Page, settings: &str) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Shell<'a> {
        title: &'a str,
        shared: &'a str,
    }
    let shell = Shell {
        title: &page.sweep.title,
        shared: settings,
    };
    let root = way_up(page.name);
    render(page.templates, template, &shell, &root, None)
}
