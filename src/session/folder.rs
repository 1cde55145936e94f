//! The report folder, with the options for writing its pages.

use super::SessionError;
use crate::config::Sweep;
use crate::format::bytes;
use crate::report::{Page, STANDALONE, TemplateError, Templates, try_out};
use crate::results::Results;
use std::path::Path;

/// The folder that pages are written to, and their templates.
pub struct Folder<'a> {
    /// Its path.
    pub path: &'a Path,
    /// Whether each sweep is also written as one self-contained file.
    pub standalone: bool,
    /// The templates of the pages.
    pub templates: Templates,
}

impl<'a> Folder<'a> {
    /// Returns a folder with the built-in templates, or those of a folder.
    ///
    /// # Errors
    /// Unusable templates: all wrong file names, or the first error in a template.
    pub fn open(
        path: &'a Path,
        standalone: bool,
        own: Option<&Path>,
    ) -> Result<Folder<'a>, Vec<TemplateError>> {
        let templates = match own {
            None => Templates::embedded().map_err(|error| vec![error]),
            Some(own) => Templates::with(own),
        };
        Ok(Folder {
            path,
            standalone,
            templates: templates?,
        })
    }

    /// Returns a page with results only: without diagnoses, verdicts and fixes.
    pub fn page<'p>(&'p self, name: &'p str, sweep: &'p Sweep, results: &'p Results) -> Page<'p> {
        Page {
            name,
            sweep,
            results,
            diagnoses: &[],
            verdicts: &[],
            fixes: None,
            running: None,
            standalone: false,
            templates: &self.templates,
        }
    }

    /// Renders the page of a sweep with custom templates, without writing it, to find errors before training.
    ///
    /// # Errors
    /// The error of a template, with file and line.
    pub fn try_out(
        &self,
        name: &str,
        sweep: &Sweep,
        results: &Results,
    ) -> Result<(), SessionError> {
        match self.templates.are_own() {
            true => try_out(&self.page(name, sweep, results)).map_err(SessionError::Template),
            false => Ok(()),
        }
    }

    /// Returns `standalone report: reports/lr/standalone.html, 5.2 MB` for this page; `None` without
    /// `--standalone`.
    pub fn in_one_file(&self, page: &Path) -> Option<String> {
        let file = page.with_file_name(STANDALONE);
        let size = std::fs::metadata(&file).ok().map(|file| file.len());
        let size = size.filter(|_| self.standalone)?;
        Some(format!(
            "standalone report: {}, {}",
            file.display(),
            bytes(size)
        ))
    }
}
