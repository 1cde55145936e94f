//! Which run is meant, and the sweeps in whose grid it is.

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
use crate::store::{Store, SweepEntry};
use crate::trace::Trace;
use std::path::Path;

/// Most runs that a message names.
const MOST_NAMED: usize = 5;

/// A run of the store, found in the files that its sweeps were made from.
pub struct Wanted {
    pub id: RunId,
    pub trace: Trace,
    pub cell: Cell,
    /// Every sweep that has it in its grid, at least one.
    pub sweeps: Vec<Opened>,
}

/// The run that the command line means.
///
/// # Errors
/// None or several runs are meant, or no file has the run in its grid any more.
pub fn wanted(args: &InspectArgs, store: &Store) -> Result<Wanted, Problem> {
    let out = &args.out.out;
    let id = named(&args.run, store, out)?;
    let Some((trace, _)) = store.get(id)? else {
        return Err(unknown(&args.run, out));
    };
    let overrides = Overrides {
        set: args.set.clone(),
        seeds: None,
    };
    let (mut sweeps, mut tried) = (Vec::new(), Vec::new());
    for entry in store.sweeps()? {
        let (text, opened) = open(&entry, out, &overrides);
        match opened.filter(|opened| cell_of(opened, &trace, id).is_some()) {
            Some(opened) => sweeps.push(opened),
            None => tried.push(text),
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
        None => Err(gone(id, &tried)),
    }
}

/// The only run whose name starts so.
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
                "several runs start with {start}: {}{more}; give more digits",
                names.join(", ")
            )))
        }
    }
}

fn unknown(start: &str, out: &Path) -> Problem {
    Problem::Wrong(format!(
        "no run in {} starts with {start}; the page of a run has its name in its address and in the \
         command that it tells",
        out.display()
    ))
}

/// The sweep that was made from a file, and how the file is called; none of a file that is gone or wrong.
fn open(entry: &SweepEntry, out: &Path, overrides: &Overrides) -> (String, Option<Opened>) {
    let Some(path) = file_of(entry, out) else {
        return (format!("{} (gone)", out.join(&entry.path).display()), None);
    };
    let text = path.display().to_string();
    let page = entry.name.clone();
    match open_one(Found { path, page }, overrides) {
        Ok(opened) => (text, Some(opened)),
        Err(faults) => {
            let first = faults.0.first().map_or("", |fault| &fault.message);
            (format!("{text} ({first})"), None)
        }
    }
}

/// The cell of a sweep that the run is of, whatever seeds its file has now; where cells are stopped on the way,
/// with the rung that the run ends with.
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

fn gone(id: RunId, tried: &[String]) -> Problem {
    let files = match tried {
        [] => "the store knows no file".to_owned(),
        _ => format!("looked in {}", tried.join(", ")),
    };
    Problem::Wrong(format!(
        "no file has run {} in its grid any more ({files}). If it was trained with --set, say the same \
         here: sweep inspect {} --set KEY=VALUE. If its file has changed since, or it was tried as a \
         cure, write its settings into a file, run that, and inspect the run of it",
        short(id),
        short(id)
    ))
}
