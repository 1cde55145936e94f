//! The static report: pages from pure data, typed figures and templates.
//!
//! ```text
//! reports/index.html               all sweeps
//!         assets/                  plotly.js, one style sheet, one script
//!         <name>/index.html        one sweep
//!                run.html?run=<id> page for any run of the sweep
//!                runs/<id>.js      data of that page for one run
//!                fixes/<cell>.js   losses of a failing cell before and after fixes
//!                compare.html?cells=0,3 comparison of cells
//!                inspect.html?run=<id> inspection of a run, after `sweep inspect`
//!                inspect/<id>.js   data of that page
//!                cells.js          data of all cells, for the page of the sweep
//!                sweep.json        summary for the index
//!                standalone.html   everything in one file, with `--standalone`
//!                fix.json          results of fixes, after `sweep fix`
//!                halving.json      rungs of successive halving, if used
//! ```
//!
//! A page has a folder in `pages/` with its data, its figures and its assembly. `shared/` has what several pages use,
//! and imports no page.

mod error;
mod files;
mod fixes;
pub mod names;
mod page;
mod pages;
mod shared;
mod standalone;
mod templates;
mod write;

#[cfg(test)]
mod tests;

pub use error::ReportError;
pub use page::{Page, Running};
pub use pages::inspect::Inspected;
pub use shared::number;
pub use standalone::FILE as STANDALONE;
pub use templates::{TemplateError, Templates, write_templates};
pub use write::{try_out, write_index, write_inspection, write_running, write_sweep};
