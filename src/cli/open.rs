//! Reads all sweep files before anything is trained, and reports the errors of all files together.

use super::args::FileArgs;
use super::problem::Problem;
use crate::config::keys::Registry;
use crate::config::{Faults, Overrides, Sweep, render};
use crate::load::find::{Found, OpenedSweep};
use crate::results::Results;
use crate::session::imported::take_imported;
use crate::session::opening::open_all;
use crate::store::Store;
use crate::terminal::output::{Output, stderr_has_colours};
use crate::train::datasets::Recorded;
use std::collections::BTreeMap;

/// Reads every sweep file that the command line names.
///
/// # Errors
/// Missing files, and all errors in files.
pub fn open(
    args: &FileArgs,
    registry: Registry,
    output: &Output,
) -> Result<Vec<OpenedSweep>, Problem> {
    open_with(args, output, |file, overrides| {
        file.open(overrides, registry)
    })
}

/// Sweeps to look at.
pub struct Stored {
    /// Those of sweep files.
    pub opened: Vec<OpenedSweep>,
    /// Imported ones, which have a name in place of a file.
    pub imported: Vec<(Sweep, Results)>,
}

/// As [`open`], to look at stored runs only: a sweep with missing or changed data files is as it was at its last run, and
/// a message says so. The name of an imported sweep can stand in place of a file.
///
/// # Errors
/// Missing files, all errors in files, a store that cannot be read, and overrides for imported sweeps.
pub fn open_stored(
    args: &FileArgs,
    registry: Registry,
    store: Option<&Store>,
    output: &Output,
) -> Result<Stored, Problem> {
    let mut args = args.clone();
    let sweeps = match store {
        Some(store) => take_imported(&mut args.files, store)?,
        None => Vec::new(),
    };
    refuse_overrides(&args, &sweeps)?;
    let data = store.map_or(Ok(BTreeMap::new()), Store::data)?;
    let mut notes = Vec::new();
    let opened = open_with(&args, output, |file, overrides| {
        let recorded = data.get(&file.page);
        let recorded = recorded.and_then(|data| serde_json::from_str::<Vec<Recorded>>(data).ok());
        let (opened, note) = file.open_or_recall(overrides, registry, recorded.as_deref())?;
        notes.extend(note);
        Ok(opened)
    });
    notes.iter().for_each(|note| output.warning(note));
    Ok(Stored {
        opened: opened?,
        imported: sweeps,
    })
}

/// Rejects options that change cells and seeds of sweep files, which imported runs do not have.
///
/// # Errors
/// Which options, for which sweeps, and what to do.
fn refuse_overrides(args: &FileArgs, imported: &[(Sweep, Results)]) -> Result<(), Problem> {
    let set = (!args.set.is_empty()).then_some("--set");
    let seeds = args.seeds.is_some().then_some("--seeds");
    let names = imported.iter().map(|(sweep, _)| sweep.path.display());
    let names: Vec<String> = names.map(|name| name.to_string()).collect();
    let (options, it) = match (set, seeds) {
        _ if names.is_empty() => return Ok(()),
        (None, None) => return Ok(()),
        (Some(set), Some(seeds)) => (format!("{set} and {seeds} have"), "them"),
        (Some(one), None) | (None, Some(one)) => (format!("{one} has"), "it"),
    };
    Err(Problem::Wrong(format!(
        "{options} no effect on imported runs ({}); leave {it} out, or name the sweep files in a command of their own",
        names.join(", ")
    )))
}

fn open_with(
    args: &FileArgs,
    output: &Output,
    open: impl FnMut(Found, &Overrides) -> Result<OpenedSweep, Faults>,
) -> Result<Vec<OpenedSweep>, Problem> {
    let overrides = Overrides {
        set: args.set.clone(),
        seeds: args.seeds.as_ref().map(|seeds| seeds.0.clone()),
    };
    let opened = open_all(&args.files, &overrides, open, output);
    opened.map_err(|wrong| {
        output.drawn(render(&wrong, stderr_has_colours()).trim_end());
        Problem::Faults(wrong.count())
    })
}
