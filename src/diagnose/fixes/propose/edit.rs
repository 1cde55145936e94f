//! Cells with changed values, with the same checks as the cells of a file.

use crate::config::files::is_held;
use crate::config::registry::Key;
use crate::config::settings::Settings;
use crate::config::{Clash, Value, Values, complete, keys, rivals};
use crate::grid::Cell;
use std::path::Path;

/// Keys with their new values.
pub type Edits = Vec<(String, Value)>;

/// Why a change of a cell can't be trained.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EditError {
    /// The cell has no key for this kind of change.
    #[error("{0}")]
    NotApplicable(&'static str),
    /// A key that does not exist.
    #[error("there is no key `{0}`")]
    UnknownKey(String),
    /// A value that its key does not accept.
    #[error("`{key} = {value}` is out of range: expected {expected}")]
    OutOfRange {
        /// The key.
        key: String,
        /// The value, as in a sweep file.
        value: String,
        /// What the key accepts.
        expected: String,
    },
    /// Values that conflict.
    #[error("{}", messages(.0))]
    Conflict(Vec<Clash>),
    /// Keys that the cell does not use, with or without the change.
    #[error("unused key `{}`: it changes nothing in this cell", .0.join("`, `"))]
    UnusedKey(Vec<String>),
    /// The settings of the cell stay as they are.
    #[error("the cell already has {}", pairs(.0))]
    Unchanged(Edits),
}

impl EditError {
    /// Returns the reason as one word, as in `fix.json`.
    pub fn name(&self) -> &'static str {
        match self {
            EditError::NotApplicable(_) => "not-applicable",
            EditError::UnknownKey(_) => "unknown-key",
            EditError::OutOfRange { .. } => "out-of-range",
            EditError::Conflict(_) => "conflict",
            EditError::UnusedKey(_) => "unused-key",
            EditError::Unchanged(_) => "unchanged",
        }
    }
}

fn messages(conflicts: &[Clash]) -> String {
    let messages = conflicts.iter().map(|conflict| conflict.message.as_str());
    messages.collect::<Vec<_>>().join("; ")
}

/// Returns the cell with these values. A value also replaces an old one that means the same, such as
/// `depth` and `hidden`.
///
/// # Errors
/// A value is out of range or conflicts with others, or nothing changes.
pub fn edited(cell: &Cell, edits: &[(String, Value)]) -> Result<Cell, EditError> {
    let mut values = cell.values.clone();
    let mut varied = cell.varied.clone();
    for (key, value) in edits {
        admit(cell, key, value)?;
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
    // No change is of the source, and its path is already relative to the folder of the file.
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

/// Checks that a key of a cell accepts a value.
fn admit(cell: &Cell, key: &str, value: &Value) -> Result<(), EditError> {
    let found = cell.values.registry().find(key);
    let found = found.ok_or_else(|| EditError::UnknownKey(key.to_owned()))?;
    match found.kind.admits(value) {
        true => Ok(()),
        false => Err(EditError::OutOfRange {
            key: key.to_owned(),
            value: value.toml(),
            expected: found.kind.describe(),
        }),
    }
}

/// Returns changed values without defaults of keys that the cell no longer uses: these would conflict
/// with the change. Values from a data file stay, even if they equal a default.
fn without_idle_defaults(mut values: Values, cell: &Cell) -> Values {
    let all = values.clone();
    let is_idle_default = |name: &str, value: &Value| {
        all.registry().find(name).is_some_and(|key| {
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

/// Returns why the settings did not change.
fn no_change(values: &Values, edits: &[(String, Value)]) -> EditError {
    let is_unused = |key: &str| {
        let key = values.registry().find(key);
        key.is_some_and(|key| !key.is_used(values))
    };
    let unused = edits.iter().filter(|(key, _)| is_unused(key));
    let unused: Vec<String> = unused.map(|(key, _)| key.clone()).collect();
    match unused.is_empty() {
        true => EditError::Unchanged(edits.to_vec()),
        false => EditError::UnusedKey(unused),
    }
}

/// Returns text such as `model = "residual", depth = 48`.
pub fn pairs(edits: &[(String, Value)]) -> String {
    let pairs = edits.iter();
    let pairs = pairs.map(|(key, value)| format!("{key} = {}", value.toml()));
    pairs.collect::<Vec<_>>().join(", ")
}

/// Returns the changes as lines of a sweep file, under the headers of their sections.
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
