//! `sweep import TRACE… --name NAME`: stores traces of other programs as the runs of a sweep, and writes its page.

use super::args::ImportArgs;
use super::folder::Folder;
use super::problem::Problem;
use crate::format::count;
use crate::import::{name_of, read, sweep};
use crate::report::{names, write_index};
use crate::session::analyzed::write_imported;
use crate::session::imported::sweep_file_of;
use crate::session::opening::open_store;
use crate::store::Store;
use crate::terminal::output::Output;
use crate::terminal::results::results;
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
    let Some(file) = sweep_file_of(name, store, out)? else {
        return Ok(());
    };
    Err(Problem::Wrong(format!(
        "the name {name} belongs to the sweep file {}, and the import would overwrite its page; choose another name \
         with --name, or another folder with --out",
        file.display()
    )))
}
