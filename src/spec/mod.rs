//! From the text of a sweep file to a validated [`Sweep`], or to every fault of the file at once.
//!
//! One [table of keys](keys::KEYS) (name, type, range, default, doc line) feeds reader,
//! did-you-mean, schema and docs. What can be told only from the cells of the grid is found there:
//! [`crate::grid::load`] reads a file and gives all its faults at once.

mod axes;
mod canonical;
mod choices;
pub mod clash;
mod convert;
mod expectations;
pub mod fault;
pub mod key;
pub mod keys;
pub mod kind;
mod overrides;
pub mod place;
mod range;
mod read;
mod reader;
mod rules;
mod schema;
mod seeds;
mod selector;
pub mod settings;
mod suggest;
pub mod sweep;
mod top;
mod typed;
pub mod value;

pub use canonical::canonical;
pub use clash::Clash;
pub use expectations::condition;
pub use fault::{Fault, Faults, draw, render};
pub use overrides::{COMMAND_LINE, Overrides};
pub use place::{Document, Place, Places};
pub use read::{Draft, draft};
pub use rules::{complete, rivals};
pub use schema::schema;
pub use settings::Settings;
pub use sweep::{Axis, Bounds, Check, Condition, Expectation, Quantity, Selector, Sweep};
pub use top::{MAX_CELLS, MOST_CELLS};
pub use value::{Value, Values};

use std::path::Path;

/// The text of a sweep file.
///
/// # Errors
/// It can't be read, or is not text.
pub fn text(path: &Path) -> Result<String, Faults> {
    std::fs::read_to_string(path).map_err(|error| {
        Faults(vec![Fault {
            path: path.to_owned(),
            text: None,
            span: 0..0,
            message: format!("failed to read {}: {error}", path.display()),
            label: String::new(),
            help: None,
        }])
    })
}
