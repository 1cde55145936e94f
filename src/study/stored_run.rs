//! Finds the run that `sweep inspect` names, and the sweep files that contain it.

use super::args::InspectArgs;
use super::inspect::short;
use super::open::{Opened, open_one};
use super::owner::file_of;
use super::pages::Found;
use super::problem::Problem;
use crate::grid::Cell;
use crate::identity::settings_of;
use crate::identity::{RunId, run_id};
use crate::spec::Overrides;
use crate::spec::keys::Registry;
use crate::store::{Store, SweepEntry};
use crate::trace::Trace;
use std::path::Path;

/// Maximum number of runs in a message.
const MOST_NAMED: usize = 5;

/// A stored run, found in its sweep files.
pub struct Wanted {
    pub id: RunId,
    pub trace: Trace,
    pub cell: Cell,
    /// Every sweep that contains it, at least one.
    pub sweeps: Vec<Opened>,
}

/// Finds the run that the command line names.
///
/// # Errors
/// No run or several runs match, or no sweep file contains the run any more.
pub fn wanted(args: &InspectArgs, registry: Registry, store: &Store) -> Result<Wanted, Problem> {
    let out = &args.out.out;
    let id = named(&args.run, store, out)?;
    let Some((trace, _)) = store.get(id)? else {
        return Err(unknown(&args.run, out));
    };
    let overrides = Overrides {
        set: args.set.clone(),
        seeds: None,
    };
    let (mut sweeps, mut checked) = (Vec::new(), Vec::new());
    for entry in store.sweeps()? {
        let (text, opened) = open(&entry, out, &overrides, registry);
        match opened.filter(|opened| cell_of(opened, &trace, id).is_some()) {
            Some(opened) => sweeps.push(opened),
            None => checked.push(text),
        }
    }
    let cell = sweeps.first().and_then(|sweep| cell_of(sweep, &trace, id));
    match cell {
        Some(cell) => Ok(Wanted {
            id,
            trace,
            cell,
            sweeps,
        }),
        None => Err(gone(id, &checked)),
    }
}

/// Returns the only run with this ID prefix.
fn named(start: &str, store: &Store, out: &Path) -> Result<RunId, Problem> {
    let found = store.starting_with(start, MOST_NAMED + 1)?;
    match found[..] {
        [] => Err(unknown(start, out)),
        [only] => Ok(only),
        _ => {
            let more = if found.len() > MOST_NAMED {
                ", …"
            } else {
                ""
            };
            let names: Vec<String> = found.into_iter().take(MOST_NAMED).map(short).collect();
            Err(Problem::Wrong(format!(
                "the run ID {start} is ambiguous: {}{more}; give more digits",
                names.join(", ")
            )))
        }
    }
}

fn unknown(start: &str, out: &Path) -> Problem {
    Problem::Wrong(format!(
        "no run ID in {} starts with {start}; the page of a run shows its ID in the address and in its \
         commands",
        out.display()
    ))
}

/// Opens the file of a sweep. Returns its name for messages, and no sweep if the file is missing or has errors.
fn open(
    entry: &SweepEntry,
    out: &Path,
    overrides: &Overrides,
    registry: Registry,
) -> (String, Option<Opened>) {
    let Some(path) = file_of(entry, out) else {
        let path = out.join(&entry.path);
        return (format!("{} (not found)", path.display()), None);
    };
    let text = path.display().to_string();
    let page = entry.name.clone();
    match open_one(Found { path, page }, overrides, registry) {
        Ok(opened) => (text, Some(opened)),
        Err(faults) => {
            let first = faults.0.first().map_or("", |fault| &fault.message);
            (format!("{text} ({first})"), None)
        }
    }
}

/// Returns the cell of a sweep that the run belongs to, for any seeds of the file. With successive halving, the
/// settings end at the rung of the run.
fn cell_of(sweep: &Opened, trace: &Trace, id: RunId) -> Option<Cell> {
    let stop_at = settings_of(&trace.settings).and_then(|settings| settings.stop_at);
    let stop_at = stop_at.filter(|_| sweep.sweep.stop.is_some());
    let ending = |cell: &Cell| {
        let mut cell = cell.clone();
        cell.settings.stop_at = stop_at;
        cell
    };
    sweep.cells.iter().map(ending).find(|cell| {
        let digest = sweep.files.digest(&cell.settings.data);
        run_id(&cell.settings, trace.seed, digest, &trace.engine) == id
    })
}

fn gone(id: RunId, checked: &[String]) -> Problem {
    let files = match checked {
        [] => "the store lists no sweep file".to_owned(),
        _ => format!("checked {}", checked.join(", ")),
    };
    let id = short(id);
    Problem::Wrong(format!(
        "no sweep file contains run {id} any more ({files}). If it was trained with --set, pass the same \
         option: `sweep inspect {id} --set KEY=VALUE`. If its file has changed, or the run tested a fix, \
         write its settings into a sweep file, run that file, and inspect its run"
    ))
}
