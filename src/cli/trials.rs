//! Prescriptions on trial: their cells are looked up, trained and kept as those of the sweep are, round
//! by round.

use super::output::Output;
use super::problem::Problem;
use super::progress::Progress;
use crate::data::Files;
use crate::expect::count;
use crate::fix::Trials;
use crate::grid::Cell;
use crate::results::CellResults;
use crate::run::{Event, Options, Rerun, Summary, engines, plan, train};
use crate::spec::Sweep;
use crate::store::Store;
use std::sync::atomic::AtomicBool;

/// What the trials of one sweep need.
pub struct Bench<'a> {
    pub sweep: &'a Sweep,
    pub files: &'a Files,
    pub store: Option<&'a Store>,
    /// How to train; none where only what the store has is looked at.
    pub training: Option<Training<'a>>,
    pub output: &'a Output,
}

/// How the cells of trials are trained.
#[derive(Clone, Copy)]
pub struct Training<'a> {
    pub options: &'a Options,
    pub rerun: Rerun,
    pub cancelled: &'a AtomicBool,
}

impl Bench<'_> {
    /// Tries all there is to try, and tells what was trained for it.
    ///
    /// # Errors
    /// The store can't be read, or no thread can start.
    pub fn conduct(&self, trials: &mut Trials) -> Result<Summary, Problem> {
        let mut summary = Summary::default();
        while let Some(cells) = trials.next_round() {
            let (trained, more) = self.round(cells)?;
            trials.take(trained);
            summary = summary.and(more);
        }
        Ok(summary)
    }

    fn round(&self, cells: Vec<Cell>) -> Result<(Vec<CellResults>, Summary), Problem> {
        let stored = |id| self.store.map_or(Ok(None), |store| store.get(id));
        let rerun = self.training.map_or(Rerun::Nothing, |how| how.rerun);
        let n = cells.len();
        let plan = plan(self.sweep, cells, self.files, &stored, &engines(), rerun)?;
        let (Some(how), Some(store)) = (self.training, self.store) else {
            return Ok((plan.results.cells, Summary::default()));
        };
        let missing = plan.missing.len();
        if missing > 0 {
            self.output.message(format_args!(
                "{}: {} to try: {}, {missing} to train",
                self.sweep.path.display(),
                count(n, "change"),
                count(plan.runs(), "run")
            ));
        }
        let progress = Progress::start(self.output, &plan.results, missing);
        let hear = |event: Event| progress.hear(event);
        let trained = train(
            plan,
            &engines(),
            self.files,
            store,
            how.options,
            how.cancelled,
            &hear,
        );
        progress.end();
        let (results, summary) = trained?;
        Ok((results.cells, summary))
    }
}
