//! The settings of a cell as one value, however its file spelled them: what a run's identity is made
//! of, and what its trace keeps.

use super::settings::{Settings, Source};
use serde::Deserialize;
use std::path::PathBuf;

/// The settings as JSON, every field in its order. Where a data file lies is left out, so that a
/// run is the same from whatever folder it is started.
pub fn canonical(settings: &Settings) -> serde_json::Value {
    let mut settings = settings.clone();
    match &mut settings.data.source {
        Source::Csv { path, .. } => *path = PathBuf::new(),
        Source::Npz { path, .. } => *path = PathBuf::new(),
        Source::Npy { path, target, .. } | Source::Idx { path, target, .. } => {
            (*path, *target) = Default::default();
        }
        // The digest of its rows says what came of these.
        Source::Own { own, folder } => (own.given, *folder) = Default::default(),
        _ => {}
    }
    // Plain data: there is nothing in it that JSON could not hold.
    serde_json::to_value(&settings).unwrap_or(serde_json::Value::Null)
}

/// The settings that [`canonical`] made a value of; none of a value that is not theirs.
pub fn settings_of(value: &serde_json::Value) -> Option<Settings> {
    Settings::deserialize(value).ok()
}
