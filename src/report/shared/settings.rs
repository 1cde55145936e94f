//! The settings that all cells of a sweep have in common.

use crate::config::Value;
use crate::results::{CellResults, Results};

/// Key and value of a setting that all cells of a sweep have in common.
pub type SharedSetting = (String, String);

/// Returns the settings that no axis sets and that all cells have in common.
pub fn shared_settings(results: &Results) -> Vec<SharedSetting> {
    let Some(first) = results.cells.first() else {
        return Vec::new();
    };
    let alike = |setting: &(String, Value)| {
        !is_varied(first, &setting.0)
            && results
                .cells
                .iter()
                .all(|cell| cell.cell.values.0.contains(setting))
    };
    let values = first.cell.values.0.iter();
    values
        .filter(|setting| alike(setting))
        .map(|(key, value)| (key.clone(), value.to_string()))
        .collect()
}

/// Returns whether an axis sets a key.
pub fn is_varied(cell: &CellResults, key: &str) -> bool {
    cell.cell.varied.iter().any(|(varied, _)| varied == key)
}
