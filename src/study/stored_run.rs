//! Finds a stored run by the start of its ID, and the sweep files that contain it.

use crate::config::Overrides;
use crate::config::keys::Registry;
use crate::grid::Cell;
use crate::identity::{RunId, run_id, settings_of};
use crate::load::find::{Found, OpenedSweep};
use crate::store::{Store, StoreError, SweepEntry, file_of};
use crate::trace::Trace;
use std::path::{Path, PathBuf};

/// Maximum number of runs in a message.
const MOST_NAMED: usize = 5;

/// A stored run, found in its sweep files.
#[derive(Debug)]
pub struct StoredRun {
    /// The run ID.
    pub id: RunId,
    /// The stored trace.
    pub trace: Trace,
    /// The cell of the first sweep that contains the run.
    pub cell: Cell,
    /// Every sweep that contains the run, at least one.
    pub sweeps: Vec<OpenedSweep>,
}

/// A run that cannot be found.
#[derive(Debug, thiserror::Error)]
pub enum StoredRunError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No run has this ID prefix.
    #[error(
        "no run ID in {} starts with {start}; the page of a run shows its ID in the address and in its commands",
        out.display()
    )]
    Unknown {
        /// The start of the ID.
        start: String,
        /// The report folder.
        out: PathBuf,
    },
    /// Several runs have this ID prefix.
    #[error("{}", ambiguous(start, found))]
    Ambiguous {
        /// The start of the ID.
        start: String,
        /// Some of the runs.
        found: Vec<RunId>,
    },
    /// Another program trained the run.
    #[error(
        "{} was imported with {name}: sweep cannot replay runs of other programs. Its evidence is on the page of {name}",
        short(*id)
    )]
    Imported {
        /// The run.
        id: RunId,
        /// The name of its imported sweep.
        name: String,
    },
    /// No sweep file contains the run any more.
    #[error("{}", gone(*id, checked))]
    Gone {
        /// The run.
        id: RunId,
        /// The sweep files that were checked, with their errors.
        checked: Vec<String>,
    },
}

/// Finds the stored run with this ID prefix in a report folder, and reads its sweep files with the overrides.
///
/// # Errors
/// No run or several runs match, no sweep file contains the run any more, or the store cannot be read.
pub fn stored_run(
    start: &str,
    store: &Store,
    out: &Path,
    overrides: &Overrides,
    registry: Registry,
) -> Result<StoredRun, StoredRunError> {
    let unknown = || StoredRunError::Unknown {
        start: start.to_owned(),
        out: out.to_owned(),
    };
    let found = store.starting_with(start, MOST_NAMED + 1)?;
    let id = match found[..] {
        [] => return Err(unknown()),
        [only] => only,
        _ => {
            return Err(StoredRunError::Ambiguous {
                start: start.to_owned(),
                found,
            });
        }
    };
    let Some((trace, _)) = store.get(id)? else {
        return Err(unknown());
    };
    let (mut sweeps, mut checked) = (Vec::new(), Vec::new());
    let mut imported = None;
    for entry in store.sweeps()? {
        if let Some(runs) = store.import(&entry.name)? {
            if runs.contains(&id) {
                imported = Some(entry.name);
            }
            continue;
        }
        let (text, opened) = open(&entry, out, overrides, registry);
        match opened.filter(|opened| cell_of(opened, &trace, id).is_some()) {
            Some(opened) => sweeps.push(opened),
            None => checked.push(text),
        }
    }
    let cell = sweeps.first().and_then(|sweep| cell_of(sweep, &trace, id));
    match (cell, imported) {
        (Some(cell), _) => Ok(StoredRun {
            id,
            trace,
            cell,
            sweeps,
        }),
        (None, Some(name)) => Err(StoredRunError::Imported { id, name }),
        (None, None) => Err(StoredRunError::Gone { id, checked }),
    }
}

/// Opens the file of a sweep. Returns its name for messages, and no sweep if the file is missing or has errors.
fn open(
    entry: &SweepEntry,
    out: &Path,
    overrides: &Overrides,
    registry: Registry,
) -> (String, Option<OpenedSweep>) {
    let Some(path) = file_of(entry, out) else {
        let path = out.join(&entry.path);
        return (format!("{} (not found)", path.display()), None);
    };
    let text = path.display().to_string();
    let page = entry.name.clone();
    match (Found { path, page }).open(overrides, registry) {
        Ok(opened) => (text, Some(opened)),
        Err(faults) => {
            let first = faults.0.first().map_or("", |fault| &fault.message);
            (format!("{text} ({first})"), None)
        }
    }
}

/// Returns the cell of a sweep that the run belongs to, for any seeds of the file. With successive halving, the
/// settings end at the rung of the run.
fn cell_of(sweep: &OpenedSweep, trace: &Trace, id: RunId) -> Option<Cell> {
    let stop_at = settings_of(&trace.params).and_then(|settings| settings.stop_at);
    let stop_at = stop_at.filter(|_| sweep.sweep.stop.is_some());
    let ending = |cell: &Cell| {
        let mut cell = cell.clone();
        cell.settings.stop_at = stop_at;
        cell
    };
    sweep.cells.iter().map(ending).find(|cell| {
        let digest = sweep.files.digest(&cell.settings.data);
        run_id(&cell.settings, trace.seed, digest, &trace.executor) == id
    })
}

/// Returns the message of [`StoredRunError::Ambiguous`].
fn ambiguous(start: &str, found: &[RunId]) -> String {
    let more = if found.len() > MOST_NAMED {
        ", …"
    } else {
        ""
    };
    let names: Vec<String> = found.iter().take(MOST_NAMED).map(|id| short(*id)).collect();
    format!(
        "the run ID {start} is ambiguous: {}{more}; give more digits",
        names.join(", ")
    )
}

/// Returns the message of [`StoredRunError::Gone`].
fn gone(id: RunId, checked: &[String]) -> String {
    let files = match checked {
        [] => "the store lists no sweep file".to_owned(),
        _ => format!("checked {}", checked.join(", ")),
    };
    let id = short(id);
    format!(
        "no sweep file contains run {id} any more ({files}). If it was trained with --set, pass the same \
         option: `sweep inspect {id} --set KEY=VALUE`. If its file has changed, or the run tested a fix, \
         write its settings into a sweep file, run that file, and inspect its run"
    )
}

/// Returns the short form of a run ID for messages.
fn short(id: RunId) -> String {
    format!("{:.12}", id.to_string())
}
