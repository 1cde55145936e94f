//! The comparison of cells, `compare.html?cells=0,3`.
//!
//! The page has no data of its own. Its script reads settings and results of the cells from `cells.js`, which belongs
//! to the page of the sweep. Curves are those of the pages of runs, `runs/<id>.js`: the script finds them by the names
//! of their traces.

use super::rendering::shell;
use crate::report::error::ReportError;
use crate::report::page::Page;
use crate::report::shared::settings::SharedSetting;

/// Renders the page, which its script fills.
///
/// # Errors
/// [`ReportError::Render`].
pub fn html(page: &Page, shared: &[SharedSetting]) -> Result<String, ReportError> {
    shell("compare.html", page, shared)
}
