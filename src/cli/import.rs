//! `sweep import TRACE… --name NAME`: stores traces of other programs as the runs of a sweep, and writes its page.

use super::args::ImportArgs;
use super::folder::Folder;
use super::problem::Problem;
use super::session::open_store;
use crate::format::count;
use crate::import::{read, sweep};
use crate::report::{names, write_index};
use crate::session::analyzed::write_imported;
use crate::store::{Store, StoreError, SweepEntry, file_of};
use crate::terminal::output::Output;
use crate::terminal::results::results;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn import(args: &ImportArgs, output: &Output) -> Result<u8, Problem> {
    let first = args.traces.first().map_or(Path::new(""), PathBuf::as_path);
    let name = args.name.clone().unwrap_or_else(|| name_of(first));
    let mut wrong = wrong_name(&name, first);
    let traces = read(&args.traces).unwrap_or_else(|errors| {
        wrong.extend(errors.iter().map(ToString::to_string));
        Vec::new()
    });
    if traces.is_empty() && wrong.is_empty() {
        wrong.push(
            "the files have no traces, so nothing is imported; write one trace per line (see docs/import.md)".to_owned(),
        );
    }
    if !wrong.is_empty() {
        return Err(Problem::Several(wrong));
    }
    let folder = Folder::of(&args.out, &args.pages)?;
    let store = open_store(&folder, output)?;
    refuse_sweep_file(&name, &store, folder.path)?;
    let runs = count(traces.len(), "trace");
    let title = args.title.as_ref().unwrap_or(&name);
    let (sweep, imported) = sweep(&name, title, traces);
    for run in imported.cells.iter().flat_map(|cell| &cell.runs) {
        if let Some((trace, timing)) = &run.trained {
            store.put(run.run.id, trace, timing)?;
        }
    }
    let analyzed = write_imported(sweep, imported, &store, &folder, output)?;
    store.close()?;
    output.add("sweeps", || analyzed.document());
    output.result(results(&analyzed.sweep, &analyzed.studied));
    output.message(format_args!("imported {runs}"));
    let Some(report) = &analyzed.report else {
        return Ok(3);
    };
    output.result(format_args!("report: {}", report.display()));
    write_index(folder.path, &folder.templates)?;
    Ok(0)
}

/// Returns the name of a file or folder without its extension; empty for the root.
fn name_of(path: &Path) -> String {
    let whole = path.canonicalize().ok();
    let stem = match path.file_stem() {
        Some(stem) => Some(stem),
        // A path such as `.` has a name only as a whole.
        None => whole.as_deref().and_then(Path::file_name),
    };
    stem.unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns what is wrong with the name of the sweep, if anything.
fn wrong_name(name: &str, first: &Path) -> Vec<String> {
    if name.is_empty() {
        let first = first.display();
        return vec![format!("{first} has no name; choose one with --name")];
    }
    let conflicts = names::conflicts(&[(name, first)]).into_iter();
    conflicts
        .map(|error| format!("{error}, or choose another name with --name"))
        .collect()
}

/// Rejects a name that belongs to a sweep file.
///
/// # Errors
/// Which file has the name, and what to do; or the store cannot be read.
fn refuse_sweep_file(name: &str, store: &Store, out: &Path) -> Result<(), Problem> {
    let entries = store.sweeps()?;
    let Some(entry) = entries.iter().find(|entry| entry.name == name) else {
        return Ok(());
    };
    if is_imported(entry, store)? {
        return Ok(());
    }
    let file = file_of(entry, out).unwrap_or_else(|| out.join(&entry.path));
    Err(Problem::Wrong(format!(
        "the name {name} belongs to the sweep file {}, and the import would overwrite its page; choose another name \
         with --name, or another folder with --out",
        file.display()
    )))
}

/// Returns whether a sweep was imported, and no sweep file has taken its name since.
fn is_imported(entry: &SweepEntry, store: &Store) -> Result<bool, StoreError> {
    let name = OsStr::new(&entry.name);
    let is_sweep_file = entry.path.extension().is_some_and(|end| end == "toml")
        && entry.path.file_name() != Some(name);
    Ok(!is_sweep_file && store.import(&entry.name)?.is_some())
}
