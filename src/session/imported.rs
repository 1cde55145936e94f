//! Imported sweeps of a store, which no sweep file lists.

use super::SessionError;
use crate::config::Sweep;
use crate::import::sweep;
use crate::load::find::find;
use crate::results::Results;
use crate::store::{Store, StoreError, SweepEntry, file_of};
use crate::study::StudyError;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

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

/// Takes the names of imported sweeps out of a list of paths, and returns these sweeps.
///
/// # Errors
/// The store cannot be read.
pub fn take_imported(
    paths: &mut Vec<PathBuf>,
    store: &Store,
) -> Result<Vec<(Sweep, Results)>, SessionError> {
    let mut sweeps = Vec::new();
    for path in std::mem::take(paths) {
        let name = path.to_str().filter(|_| !has_sweep_files(&path));
        // The path of a folder can end with a separator.
        let name = name.map(|name| name.trim_end_matches('/'));
        match name
            .map(|name| imported(store, name))
            .transpose()?
            .flatten()
        {
            Some(sweep) => sweeps.push(sweep),
            None => paths.push(path),
        }
    }
    Ok(sweeps)
}

/// Returns whether a path leads to a sweep file. A folder of traces often has the name of the sweep that they became.
fn has_sweep_files(path: &Path) -> bool {
    match path.is_dir() {
        true => !find(&[path.to_owned()]).0.is_empty(),
        false => path.exists(),
    }
}

/// Returns the sweep file that has this name in the store; `None` for a free name, and for that of an imported sweep.
///
/// # Errors
/// The store cannot be read.
pub fn sweep_file_of(name: &str, store: &Store, out: &Path) -> Result<Option<PathBuf>, StoreError> {
    let entries = store.sweeps()?;
    let Some(entry) = entries.iter().find(|entry| entry.name == name) else {
        return Ok(None);
    };
    if is_imported(entry, store)? {
        return Ok(None);
    }
    Ok(Some(
        file_of(entry, out).unwrap_or_else(|| out.join(&entry.path)),
    ))
}

/// Returns whether a sweep was imported, and no sweep file has taken its name since.
fn is_imported(entry: &SweepEntry, store: &Store) -> Result<bool, StoreError> {
    let name = OsStr::new(&entry.name);
    let is_sweep_file = entry.path.extension().is_some_and(|end| end == "toml")
        && entry.path.file_name() != Some(name);
    Ok(!is_sweep_file && store.import(&entry.name)?.is_some())
}
