//! The report folder that the options name.

use super::args::{OutArgs, PageArgs};
use super::problem::Problem;
use crate::report::Templates;
pub use crate::session::folder::Folder;

impl<'a> Folder<'a> {
    /// Returns the folder for these options.
    ///
    /// # Errors
    /// Unusable templates: all wrong file names, or the first error in a template.
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
}
