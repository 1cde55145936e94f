//! A cell with some of its values changed, through the same checks as the cells of a file.

use crate::grid::Cell;
use crate::spec::files::is_held;
use crate::spec::key::Key;
use crate::spec::settings::Settings;
use crate::spec::{Clash, Value, Values, complete, keys, rivals};
use std::path::Path;

/// Keys with their new values.
pub type Edits = Vec<(String, Value)>;

/// Why an edit makes no cell that could be trained in place of the one it edits.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EditError {
    /// The remedy finds nothing in the cell that it could edit.
    #[error("{0}")]
    NotApplicable(&'static str),
    /// A key that does not exist.
    #[error("there is no key `{0}`")]
    UnknownKey(String),
    /// A value that its key does not take.
    #[error("`{key} = {value}` is out of range: expected {expected}")]
    OutOfRange {
        /// The key.
        key: String,
        /// The value, as in a sweep file.
        value: String,
        /// What the key takes.
        expected: String,
    },
    /// Values that make no sense together.
    #[error("{}", messages(.0))]
    Conflict(Vec<Clash>),
    /// Keys that the cell does not use, with or without the edit.
    #[error("unused key `{}`: it changes nothing in this cell", .0.join("`, `"))]
    UnusedKey(Vec<String>),
    /// The settings of the cell stay as they are.
    #[error("unchanged: the cell has these values already")]
    Unchanged,
}

impl EditError {
    /// The reason in one word, as `fix.json` spells it.
    pub fn name(&self) -> &'static str {
        match self {
            EditError::NotApplicable(_) => "not-applicable",
            EditError::UnknownKey(_) => "unknown-key",
            EditError::OutOfRange { .. } => "out-of-range",
            EditError::Conflict(_) => "conflict",
            EditError::UnusedKey(_) => "unused-key",
            EditError::Unchanged => "unchanged",
        }
    }
}

fn messages(conflicts: &[Clash]) -> String {
    let messages = conflicts.iter().map(|conflict| conflict.message.as_str());
    messages.collect::<Vec<_>>().join("; ")
}

/// The cell with these values in place of its own. A value that says in another way what an old one said
/// takes its place, such as `depth` that of `hidden`.
///
/// # Errors
/// A value is out of range or in conflict with the others, or the training stays as it is.
pub fn edited(cell: &Cell, edits: &[(String, Value)]) -> Result<Cell, EditError> {
    let mut values = cell.values.clone();
    let mut varied = cell.varied.clone();
    for (key, value) in edits {
        admit(key, value)?;
        let gives_way = |other: &str| {
            rivals(key).contains(&other) && !edits.iter().any(|(edited, _)| edited == other)
        };
        values.0.retain(|(other, _)| !gives_way(other));
        varied.retain(|(other, _)| !gives_way(other) && other != key);
        values.set(key, value.clone());
        varied.push((key.clone(), value.clone()));
    }
    let values = complete(&without_idle_defaults(values, cell));
    let settings = Settings::from_values(&values, Path::new(""));
    let mut settings = settings.map_err(EditError::Conflict)?;
    // No edit is of the source, and its path has been looked up from the folder of the file.
    settings.data.source = cell.settings.data.source.clone();
    if settings == cell.settings {
        return Err(no_change(&values, edits));
    }
    Ok(Cell {
        index: cell.index,
        coordinates: cell.coordinates.clone(),
        varied,
        values,
        settings,
    })
}

/// Whether a key takes a value.
fn admit(key: &str, value: &Value) -> Result<(), EditError> {
    let found = keys::find(key).ok_or_else(|| EditError::UnknownKey(key.to_owned()))?;
    match found.kind.admits(value) {
        true => Ok(()),
        false => Err(EditError::OutOfRange {
            key: key.to_owned(),
            value: value.toml(),
            expected: found.kind.describe(),
        }),
    }
}

/// The edited values of a cell, without its defaults for keys that they no longer use: these would be in
/// conflict with the edit. What a data file holds is kept, even where it equals a default.
fn without_idle_defaults(mut values: Values, cell: &Cell) -> Values {
    let all = values.clone();
    let is_idle_default = |name: &str, value: &Value| {
        keys::find(name).is_some_and(|key| {
            !is_held(&all, name)
                && !key.is_used(&all)
                && key.default.value(&cell.values).as_ref() == Some(value)
        })
    };
    values
        .0
        .retain(|(name, value)| !is_idle_default(name, value));
    values
}

/// Why the settings stayed as they were.
fn no_change(values: &Values, edits: &[(String, Value)]) -> EditError {
    let is_unused = |key: &str| keys::find(key).is_some_and(|key| !key.is_used(values));
    let unused = edits.iter().filter(|(key, _)| is_unused(key));
    let unused: Vec<String> = unused.map(|(key, _)| key.clone()).collect();
    match unused.is_empty() {
        true => EditError::Unchanged,
        false => EditError::UnusedKey(unused),
    }
}

/// The edits as lines of a sweep file, under the headers of their sections.
pub fn toml(edits: &[(String, Value)]) -> String {
    let mut text = String::new();
    for section in ["data", "base"] {
        let mut of = edits
            .iter()
            .filter_map(|(key, value)| Some((keys::find(key)?, value)))
            .filter(|(key, _)| key.section() == section)
            .peekable();
        if of.peek().is_some() {
            text.push_str(&format!("[{section}]\n"));
        }
        let line = |(key, value): (&Key, &Value)| format!("{} = {}\n", key.short(), value.toml());
        text.extend(of.map(line));
    }
    text
}
