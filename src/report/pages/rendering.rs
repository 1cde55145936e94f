//! Rendering of pages: templates with their data, figures as elements, and the content of a standalone file.

use crate::report::error::ReportError;
use crate::report::files::way_up;
use crate::report::page::Page;
use crate::report::shared::plot::Figure;
use crate::report::shared::script;
use crate::report::shared::settings::SharedSetting;
use crate::report::templates::Templates;
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
pub struct FigureView {
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

impl FigureView {
    /// Returns a figure that the page contains.
    ///
    /// # Errors
    /// [`ReportError::Render`].
    pub fn inside(figure: Figure) -> Result<FigureView, ReportError> {
        let json = script::json(&figure).map_err(unwritten("figure"))?;
        Ok(FigureView {
            height: figure.height,
            json: Some(json),
            place: None,
            title: figure.title,
            caption: figure.caption,
            notes: figure.notes,
        })
    }

    /// Returns a figure that is in a script, by its index there. Its caption contains the notes.
    pub fn apart(place: usize, figure: &Figure) -> FigureView {
        let caption = std::iter::once(&figure.caption).chain(&figure.notes);
        let caption: Vec<&str> = caption.map(String::as_str).collect();
        FigureView {
            height: figure.height,
            json: None,
            place: Some(place),
            title: figure.title.clone(),
            caption: caption.join(" "),
            notes: Vec::new(),
        }
    }

    /// Renders the element of the figure.
    ///
    /// # Errors
    /// [`ReportError::Render`].
    pub fn html(&self, templates: &Templates) -> Result<String, ReportError> {
        let mut context = Context::new();
        context.insert("figure", self);
        templates.render("figure.html", &context)
    }
}

/// Returns a conversion of the errors of writing JSON, for this page or file.
pub fn unwritten(page: &'static str) -> impl Fn(serde_json::Error) -> ReportError {
    move |error| ReportError::Render {
        page,
        why: error.to_string(),
    }
}

/// Renders a page from its data; `root` is the relative path to the report folder.
///
/// # Errors
/// [`ReportError::Render`].
pub fn render<T: Serialize>(
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
///
/// # Errors
/// [`ReportError::Render`].
pub fn shell(
    template: &'static str,
    page: &Page,
    shared: &[SharedSetting],
) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Shell<'a> {
        title: &'a str,
        shared: &'a [SharedSetting],
    }
    let shell = Shell {
        title: &page.sweep.title,
        shared,
    };
    let root = way_up(page.name);
    render(page.templates, template, &shell, &root, None)
}
