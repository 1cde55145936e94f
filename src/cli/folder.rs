//! The report folder that the options name.

use super::args::{OutArgs, PageArgs};
use super::problem::Problem;
pub use crate::session::folder::Folder;

impl<'a> Folder<'a> {
    /// Returns the folder for these options.
    ///
    /// # Errors
    /// Unusable templates: all wrong file names, or the first error in a template.
    pub fn of(out: &'a OutArgs, pages: &PageArgs) -> Result<Folder<'a>, Problem> {
        let folder = Folder::open(&out.out, pages.standalone, pages.templates.as_deref());
        folder.map_err(|wrong| Problem::Several(wrong.iter().map(ToString::to_string).collect()))
    }
}
