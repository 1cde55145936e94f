//! Stores every run when it ends. This is the first observer of a study, and the others hear from it what could not be
//! stored.

use crate::execute::RunEvent;
use crate::grid::Run;
use crate::store::Store;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Stores runs, and passes all events on.
pub struct Storing<'a> {
    store: &'a Store,
    next: &'a (dyn Fn(RunEvent) + Sync),
    runs: Mutex<EndedRuns>,
}

/// The runs of this training, in the order of their end.
#[derive(Default)]
struct EndedRuns {
    stored: Vec<Run>,
    not_stored: usize,
}

impl<'a> Storing<'a> {
    /// Stores runs in `store`, and passes events on to `next`.
    pub fn new(store: &'a Store, next: &'a (dyn Fn(RunEvent) + Sync)) -> Storing<'a> {
        let runs = Mutex::default();
        Storing { store, next, runs }
    }

    /// Hears an event. A run is in the store before others hear of its end.
    pub fn hear(&self, event: RunEvent) {
        let RunEvent::Ended {
            run,
            trace,
            timing,
            is_rejected: false,
        } = event
        else {
            return (self.next)(event);
        };
        let stored = self.store.put(run.id, trace, timing);
        (self.next)(event);
        match stored {
            Ok(()) => self.runs(|runs| runs.stored.push(run.clone())),
            Err(error) => {
                self.runs(|runs| runs.not_stored += 1);
                self.report(run, &error.to_string());
            }
        }
    }

    /// Reports runs that were stored in a file that is gone, and returns the number of runs that are not stored.
    pub fn end(self) -> usize {
        if let Err(error) = self.store.in_place() {
            let stored = self.runs(|runs| std::mem::take(&mut runs.stored));
            let ids: BTreeSet<_> = stored.iter().map(|run| run.id).collect();
            self.runs(|runs| runs.not_stored += ids.len());
            for run in &stored {
                self.report(run, &error.to_string());
            }
        }
        self.runs(|runs| runs.not_stored)
    }

    fn report(&self, run: &Run, message: &str) {
        (self.next)(RunEvent::NotKept {
            run,
            message,
            is_replay: false,
        });
    }

    fn runs<T>(&self, with: impl FnOnce(&mut EndedRuns) -> T) -> T {
        with(&mut self.runs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
