//! Imported sweeps of a store, which no sweep file lists.

use super::SessionError;
use crate::config::Sweep;
use crate::import::sweep;
use crate::results::Results;
use crate::store::Store;
use crate::study::StudyError;

/// Returns an imported sweep with its runs; `None` for any other name.
///
/// # Errors
/// The store cannot be read.
pub fn imported(store: &Store, name: &str) -> Result<Option<(Sweep, Results)>, SessionError> {
    let read = || {
        let Some(runs) = store.import(name)? else {
            return Ok(None);
        };
        let entries = store.sweeps()?.into_iter();
        let entry = entries.into_iter().find(|entry| entry.name == name);
        let title = entry.map_or_else(|| name.to_owned(), |entry| entry.title);
        let mut traces = Vec::new();
        for run in runs {
            traces.extend(store.get(run)?.map(|(trace, _)| trace));
        }
        Ok(Some(sweep(name, &title, traces)))
    };
    read().map_err(|error| SessionError::Study(StudyError::Store(error)))
}
