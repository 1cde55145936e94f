//! `--save-weights`: writes the final weights of each run to a file when the run ends.

use crate::atomic_write::remove_abandoned;
use crate::execute;
use crate::format::count;
use crate::results::{CellResults, RunResult};
use crate::study::{Event, Observer};
use crate::terminal::output::Output;
use crate::weights::{RunWeights, path, write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The weights of one sweep.
pub struct Weights<'a> {
    folder: PathBuf,
    output: &'a Output,
    written: Mutex<Vec<PathBuf>>,
    failed: AtomicBool,
    /// Whether the runs of the round are those of the sweep, and not references or fixes.
    of_the_sweep: AtomicBool,
}

impl Observer for Weights<'_> {
    fn hear(&self, event: &Event) {
        match event {
            Event::RoundStarted { purpose, .. } => {
                let of_the_sweep = purpose.is_of_the_sweep();
                self.of_the_sweep.store(of_the_sweep, Ordering::Relaxed);
            }
            Event::Run(execute::RunEvent::Weights(weights)) => {
                if self.of_the_sweep.load(Ordering::Relaxed) {
                    self.keep(weights);
                }
            }
            Event::Run(
                execute::RunEvent::Started(_)
                | execute::RunEvent::Lowered(_)
                | execute::RunEvent::Ended { .. }
                | execute::RunEvent::NotKept { .. },
            )
            | Event::RoundEnded
            | Event::Searched { .. } => {}
        }
    }
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
            of_the_sweep: AtomicBool::new(false),
        }
    }

    /// Returns whether a cached run lacks saved weights, which only training it again gives. Incomplete runs and runs
    /// of pruned cells never have them.
    pub fn lacks(&self, cell: &CellResults, run: &RunResult) -> bool {
        let ended = run.trace().is_some_and(|trace| trace.outcome.is_complete());
        ended && !cell.is_stopped() && !path(&self.folder, run.run.id).exists()
    }

    /// Writes the weights of a run that has ended.
    fn keep(&self, of: &RunWeights) {
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
