//! Turns the text of a sweep file into a validated [`Sweep`], or into all errors of the file at once.
//!
//! One [table of keys](keys::Registry) (name, type, range, default, description) drives parser, suggestions, schema and
//! docs. Some errors appear only in the cells of the grid: [`crate::load`] reads a file and returns all its errors at
//! once.

mod axes;
mod brackets;
mod check_limits;
mod choices;
pub mod conflicts;
mod convert;
pub mod custom;
pub mod deprecated;
mod deprecated_uses;
mod describe;
pub mod error;
mod excerpt;
mod expectations;
pub mod files;
pub mod keys;
pub mod kind;
pub mod limits;
mod migrate;
mod overrides;
mod page;
pub mod place;
mod range;
mod read;
pub(crate) mod readable;
mod reader;
pub mod registry;
mod rules;
mod sample;
mod schema;
mod seeds;
mod selector;
pub mod settings;
mod stop;
mod suggest;
pub mod sweep;
mod synonyms;
mod syntax;
mod top;
mod top_keys;
mod typed;
pub mod value;
mod value_error;

pub(crate) use choices::SolverName;
pub use conflicts::Clash;
pub use describe::condition;
pub use error::{Fault, FaultList, Faults, SHOWN, draw, render};
pub use migrate::migrate;
pub use overrides::{COMMAND_LINE, Overrides};
pub use page::page;
pub use place::{Document, Place, Places};
pub use read::{Draft, draft};
pub use registry::Values;
pub(crate) use rules::{Target, features, target};
pub use rules::{complete, rivals};
pub use sample::{Sample, Sampler};
pub use schema::schema;
pub use settings::Settings;
pub use stop::Stop;
pub(crate) use suggest::{nearest, quoted, suggestion, ticked};
pub use sweep::{
    Axis, Bounds, Condition, Expectation, ExpectationCheck, Quantity, Range, Selector, Sweep,
};
pub use top_keys::{MAX_CELLS, MOST_CELLS};
pub use value::Value;

use std::fmt::Display;
use std::path::Path;

/// Reads the text of a sweep file.
///
/// # Errors
/// The file cannot be read, exceeds the [limit](limits::FILE), or is not UTF-8.
pub fn text(path: &Path) -> Result<String, Faults> {
    let failed = |why: &dyn Display| format!("failed to read {}: {why}", path.display());
    let bytes = readable::sweep_file(path).map_err(|error| {
        let mut fault = Fault::of(path, failed(&error)).of_kind("failed to read");
        fault.help = error.help().map(str::to_owned);
        Faults(vec![fault])
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let document = Document::new(path, String::from_utf8_lossy(error.as_bytes()));
        let place = Place {
            document: document.into(),
            span: start..start + char::REPLACEMENT_CHARACTER.len_utf8(),
        };
        let fault = Fault::at(&place, failed(&"it is not UTF-8"), "not a UTF-8 character");
        Faults(vec![fault.help("save the file as UTF-8")])
    })
}
