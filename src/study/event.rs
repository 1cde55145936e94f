//! What a study reports while it works, and who hears it.

use crate::config::Sweep;
use crate::execute;
use crate::execute::{Plan, Summary};
use crate::results::Rung;
use crate::search::Purpose;

/// An event of a study. Events of runs come from the threads of the workers.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A round is looked up, and its missing runs are trained next.
    RoundStarted {
        /// The sweep.
        sweep: &'a Sweep,
        /// What the cells are for.
        purpose: Purpose,
        /// The decision that led to the round, if it is a rung.
        rung: Option<&'a Rung>,
        /// Its cached and missing runs.
        plan: &'a Plan,
    },
    /// Something happened to a run of the round.
    Run(execute::RunEvent<'a>),
    /// Every run of the round has ended, or training was cancelled.
    RoundEnded,
    /// Every round of the sweep's own cells has ended; references and fixes follow.
    Searched {
        /// The sweep.
        sweep: &'a Sweep,
        /// Counts over these rounds.
        summary: &'a Summary,
    },
}

/// Hears the events of a study: a progress bar, a live page, saved weights, a log.
pub trait Observer: Sync {
    /// Hears one event. It must not block: a worker waits for it.
    fn hear(&self, event: &Event);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Observer for Nobody {
    fn hear(&self, _: &Event) {}
}

/// Several observers, which hear each event in this order.
pub struct All<'a>(pub Vec<&'a dyn Observer>);

impl Observer for All<'_> {
    fn hear(&self, event: &Event) {
        self.0.iter().for_each(|observer| observer.hear(event));
    }
}
