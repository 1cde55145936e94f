//! The report folder, and how pages are written into it.

use super::args::{OutArgs, PageArgs};
use super::problem::Problem;
use crate::report::number::bytes;
use crate::report::{Page, STANDALONE, Templates, try_out};
use crate::results::Results;
use crate::spec::Sweep;
use std::path::Path;

/// Where pages are written, and with what.
pub struct Folder<'a> {
    pub path: &'a Path,
    /// Every sweep stands in one file, too.
    pub standalone: bool,
    pub templates: Templates,
}

impl<'a> Folder<'a> {
    /// As the command line says.
    ///
    /// # Errors
    /// Templates that can't be used, all that is wrong with their names, or the first fault in one.
    pub fn of(out: &'a OutArgs, pages: &PageArgs) -> Result<Folder<'a>, Problem> {
        let templates = match &pages.templates {
            None => Templates::embedded().map_err(|error| vec![error]),
            Some(own) => Templates::with(own),
        };
        let templates = templates
            .map_err(|wrong| Problem::Several(wrong.iter().map(ToString::to_string).collect()))?;
        Ok(Folder {
            path: &out.out,
            standalone: pages.standalone,
            templates,
        })
    }

    /// The page of a sweep of which nothing is known but its results.
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

    /// Makes the page of a sweep once, unwritten, where the templates are a person's own: a fault that only
    /// shows then is told before anything is trained.
    ///
    /// # Errors
    /// What is wrong, with file and line.
    pub fn try_out(&self, name: &str, sweep: &Sweep, results: &Results) -> Result<(), Problem> {
        match self.templates.are_own() {
            true => try_out(&self.page(name, sweep, results))
                .map_err(|error| Problem::Wrong(error.to_string())),
            false => Ok(()),
        }
    }

    /// `all in one file: reports/lr/standalone.html, 5.2 MB`, beside this page; none where it was not
    /// asked for.
    pub fn in_one_file(&self, page: &Path) -> Option<String> {
        let file = page.with_file_name(STANDALONE);
        let size = std::fs::metadata(&file).ok().map(|file| file.len());
        let size = size.filter(|_| self.standalone)?;
        Some(format!(
            "all in one file: {}, {}",
            file.display(),
            bytes(size)
        ))
    }
}
