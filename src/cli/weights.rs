//! `--save-weights`: writes the final weights of each run to a file when the run ends.

use super::output::Output;
use crate::expect::count;
use crate::replace::remove_abandoned;
use crate::run::Plan;
use crate::weights::{Weighed, path, write};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The weights of one sweep.
pub struct Weights<'a> {
    folder: PathBuf,
    output: &'a Output,
    written: Mutex<Vec<PathBuf>>,
    failed: AtomicBool,
}

impl<'a> Weights<'a> {
    /// Saves weights below the folder of the command line, or else next to the page of the sweep.
    pub fn new(into: Option<&Path>, out: &Path, page: &str, output: &'a Output) -> Weights<'a> {
        let folder = match into {
            Some(into) => into.join(page),
            None => out.join(page).join("weights"),
        };
        remove_abandoned(&folder);
        Weights {
            folder,
            output,
            written: Mutex::default(),
            failed: AtomicBool::new(false),
        }
    }

    /// Adds cached runs without saved weights to the missing runs, except incomplete runs and runs of pruned cells,
    /// which have no saved weights.
    pub fn add_missing(&self, plan: &mut Plan) {
        let planned: BTreeSet<_> = plan.missing.iter().copied().collect();
        let mut named = BTreeSet::new();
        let mut missing = Vec::new();
        for (place, cell) in plan.results.cells.iter().enumerate() {
            for (i, run) in cell.runs.iter().enumerate() {
                let ended = run.trace().is_some_and(|trace| trace.outcome.is_complete());
                let lacks =
                    || ended && !cell.is_stopped() && !path(&self.folder, run.run.id).exists();
                if (planned.contains(&(place, i)) || lacks()) && named.insert(run.run.id) {
                    missing.push((place, i));
                }
            }
        }
        plan.missing = missing;
    }

    /// Writes the weights of a run that has ended.
    pub fn keep(&self, of: &Weighed) {
        if of.cell.settings.stop_at.is_some() {
            return;
        }
        match write(&self.folder, of) {
            Ok(()) => self.written().push(path(&self.folder, of.id)),
            // A full disk causes the same error for every run.
            Err(error) if !self.failed.swap(true, Ordering::Relaxed) => self.output.error(error),
            Err(_) => {}
        }
    }

    /// Prints where the weights are, and returns whether all could be written.
    pub fn summarize(&self) -> bool {
        let written = self.written();
        let lost = written.iter().filter(|path| !path.exists()).count();
        let folder = self.folder.display();
        self.output.message(format_args!(
            "saved the weights of {} to {folder}",
            count(written.len() - lost, "run")
        ));
        if lost > 0 {
            self.output.error(format_args!(
                "lost the weights of {}: another program removed them from {folder} during the \
                 command; run the same command again",
                count(lost, "run")
            ));
        }
        lost == 0 && !self.failed.load(Ordering::Relaxed)
    }

    fn written(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
