//! A cell with some of its values changed, through the same checks as the cells of a file.

use crate::grid::Cell;
use crate::spec::key::Key;
use crate::spec::settings::Settings;
use crate::spec::{Value, Values, complete, keys, rivals};
use std::path::Path;

/// Keys with their new values.
pub type Edits = Vec<(String, Value)>;

/// The cell with these values in place of its own; none where they are out of range, make no sense with
/// the others, or leave the training as it is. A value that says in another way what an old one said
/// takes its place, such as `depth` that of `hidden`.
pub fn edited(cell: &Cell, edits: &[(String, Value)]) -> Option<Cell> {
    let mut values = cell.values.clone();
    let mut varied = cell.varied.clone();
    for (key, value) in edits {
        keys::find(key).filter(|key| key.kind.admits(value))?;
        let gives_way = |other: &str| {
            rivals(key).contains(&other) && !edits.iter().any(|(edited, _)| edited == other)
        };
        values.0.retain(|(other, _)| !gives_way(other));
        varied.retain(|(other, _)| !gives_way(other) && other != key);
        values.set(key, value.clone());
        varied.push((key.clone(), value.clone()));
    }
    // A default of the cell says nothing where the changed one makes no use of its key.
    let idle = |name: &str, value: &Value| {
        keys::find(name).is_some_and(|key| {
            !key.is_used(&values) && key.default.value(&cell.values).as_ref() == Some(value)
        })
    };
    let said = values.0.iter().filter(|(name, value)| !idle(name, value));
    let values = complete(&Values(said.cloned().collect()));
    let mut settings = Settings::from_values(&values, Path::new("")).ok()?;
    // No edit is of the source, and its path has been looked up from the folder of the file.
    settings.data.source = cell.settings.data.source.clone();
    (settings != cell.settings).then(|| Cell {
        index: cell.index,
        coordinates: cell.coordinates.clone(),
        varied,
        values,
        settings,
    })
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
