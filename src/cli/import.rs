//! `sweep import TRACE… --name NAME`: stores traces of other programs as the runs of a sweep, and writes its page.

use super::args::ImportArgs;
use super::folder::Folder;
use super::problem::Problem;
use super::session::open_store;
use crate::import::{read, sweep};
use crate::number::count;
use crate::report::{names, write_index};
use crate::session::analyzed::write_imported;
use crate::terminal::output::Output;
use crate::terminal::results::results;
use std::path::Path;

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn import(args: &ImportArgs, output: &Output) -> Result<u8, Problem> {
    let first = args.traces.first().and_then(|path| path.file_stem());
    let first = || first.unwrap_or_default().to_string_lossy().into_owned();
    let name = args.name.clone().unwrap_or_else(first);
    let mut wrong = names::conflicts(&[(&name, Path::new(&name))]);
    let traces = read(&args.traces).unwrap_or_else(|errors| {
        wrong.extend(errors.iter().map(ToString::to_string));
        Vec::new()
    });
    if traces.is_empty() && wrong.is_empty() {
        wrong.push("the files have no traces; nothing is imported".to_owned());
    }
    if !wrong.is_empty() {
        return Err(Problem::Several(wrong));
    }
    let folder = Folder::of(&args.out, &args.pages)?;
    let store = open_store(&folder, output)?;
    if store.sweeps()?.iter().any(|other| other.name == name) && store.import(&name)?.is_none() {
        return Err(Problem::Wrong(format!(
            "the page {name} belongs to a sweep file; choose another name with --name"
        )));
    }
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
