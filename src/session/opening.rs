//! Opens what a command needs before anything is trained: all sweep files, with the errors of all of them, and the store.

use super::folder::Folder;
use crate::config::{COMMAND_LINE, Fault, FaultList, Faults, Overrides, Sweep};
use crate::fix_kind::LEAST_SEEDS;
use crate::format::count;
use crate::load::find::{Found, OpenedSweep, find};
use crate::report::names::conflicts;
use crate::store::{Migrated, Store, StoreError};
use crate::terminal::output::Output;
use crate::terminal::warnings::Warnings;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Opens every sweep file of these paths, and prints their warnings.
///
/// # Errors
/// Missing files, sweeps that would share a page, and all errors in files; each error of the command line once.
pub fn open_all(
    paths: &[PathBuf],
    overrides: &Overrides,
    mut open: impl FnMut(Found, &Overrides) -> Result<OpenedSweep, Faults>,
    output: &Output,
) -> Result<Vec<OpenedSweep>, Faults> {
    let mut opened = Vec::new();
    let (found, of_paths) = find(paths);
    let pages: Vec<(&str, &Path)> = found
        .iter()
        .map(|file| (&*file.page, &*file.path))
        .collect();
    let mut wrong = FaultList::default();
    wrong.extend(of_paths);
    let of_command_line = |message: String| Fault::of(Path::new(COMMAND_LINE), message);
    wrong.extend(conflicts(&pages).into_iter().map(of_command_line));
    let mut of_call = BTreeSet::new();
    let mut warnings = Warnings::default();
    for file in found {
        match open(file, overrides) {
            Ok(sweep) => {
                warnings.of(&sweep.sweep, output);
                opened.push(sweep);
            }
            Err(faults) => {
                for fault in faults.0 {
                    // Each file repeats the errors of the command line.
                    let is_repeated = fault.path == Path::new(COMMAND_LINE)
                        && !of_call.insert((fault.message.clone(), fault.label.clone()));
                    if !is_repeated {
                        wrong.push(fault);
                    }
                }
            }
        }
    }
    match wrong.is_empty() {
        true => Ok(opened),
        false => Err(Faults(wrong.into_vec())),
    }
}

/// Adds seeds to a sweep that has too few to verify a fix: the smallest ones that it lacks.
pub fn enough_seeds(sweep: &mut Sweep, output: &Output) {
    let has = sweep.seeds.len();
    let more = (0..).filter(|seed| !sweep.seeds.contains(seed));
    let more: Vec<u64> = more.take(LEAST_SEEDS.saturating_sub(has)).collect();
    if more.is_empty() {
        return;
    }
    sweep.seeds.extend(more);
    let seeds: Vec<String> = sweep.seeds.iter().map(u64::to_string).collect();
    output.message(format_args!(
        "{}: verifying a fix needs at least {LEAST_SEEDS} seeds; using seeds {}",
        sweep.path.display(),
        seeds.join(", ")
    ));
}

/// Opens the store for writing, and says so if that migrated it.
///
/// # Errors
/// The store cannot be opened.
pub fn open_store(folder: &Folder, output: &Output) -> Result<Store, StoreError> {
    let store = Store::open(folder.path)?;
    if let Some(Migrated { runs, copy }) = store.migrated() {
        output.message(format_args!(
            "migrated {} to the format of this version: {}; the old file is {}",
            store.path().display(),
            count(*runs, "run"),
            copy.display()
        ));
    }
    Ok(store)
}

/// Returns the page and the file of every sweep.
pub fn pages(sweeps: &[OpenedSweep]) -> Vec<(&str, &Path)> {
    let sweeps = sweeps.iter();
    sweeps
        .map(|opened| (&*opened.page, &*opened.sweep.path))
        .collect()
}
