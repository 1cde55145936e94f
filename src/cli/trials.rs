//! Trains runs outside of the grid: tested fixes, round by round, and reference runs. They use the store like the
//! cells of the sweep.

use super::output::Output;
use super::problem::Problem;
use super::progress::Progress;
use crate::data::Files;
use crate::diagnose::{GOOD, without_yardstick};
use crate::expect::count;
use crate::fix::Trials;
use crate::grid::Cell;
use crate::prescribe::reference;
use crate::results::{CellResults, Reference, Results};
use crate::run::{Event, Options, Rerun, Summary, engines, plan, train};
use crate::spec::Sweep;
use crate::store::Store;
use std::sync::atomic::AtomicBool;

/// Number of seeds of a reference model.
pub const SEEDS: usize = 5;

/// The sweep, data and store that extra runs need.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    pub sweep: &'a Sweep,
    pub files: &'a Files,
    pub store: Option<&'a Store>,
    /// How to train; `None` to read the store only.
    pub training: Option<Training<'a>>,
    pub output: &'a Output,
}

/// How extra runs are trained.
#[derive(Clone, Copy)]
pub struct Training<'a> {
    pub options: &'a Options,
    pub rerun: Rerun,
    pub cancelled: &'a AtomicBool,
}

impl Bench<'_> {
    /// Trains a reference model for each data set on which no cell is good, and adds its runs to the results. A
    /// failed reference run does not make the sweep incomplete.
    ///
    /// # Errors
    /// The store cannot be read, or no thread can start.
    pub fn find_references(&self, results: &mut Results) -> Result<Summary, Problem> {
        let places = without_yardstick(results).into_iter();
        let references = places.map(|place| Some((place, reference(&results.cells[place].cell)?)));
        let (places, cells): (Vec<usize>, Vec<Cell>) = references.flatten().unzip();
        if cells.is_empty() {
            return Ok(Summary::default());
        }
        let what = format!(
            "no cell reaches a skill of {GOOD}; training {}",
            count(cells.len(), "reference model")
        );
        let few = Sweep {
            seeds: self.sweep.seeds.iter().copied().take(SEEDS).collect(),
            ..self.sweep.clone()
        };
        let bench = Bench {
            sweep: &few,
            ..*self
        };
        let (trained, summary) = bench.round(cells, &what)?;
        let references = places.into_iter().zip(trained);
        let references = references.map(|(of, results)| Reference { of, results });
        results.references = references.collect();
        Ok(Summary {
            incomplete: 0,
            failed: 0,
            ..summary
        })
    }

    /// Trains all fixes to test, and returns a summary of the training.
    ///
    /// # Errors
    /// The store cannot be read, or no thread can start.
    pub fn conduct(&self, trials: &mut Trials) -> Result<Summary, Problem> {
        let mut summary = Summary::default();
        while let Some(cells) = trials.next_round() {
            let what = format!("testing {}", count(cells.len(), "change"));
            let (trained, more) = self.round(cells, &what)?;
            trials.take(trained);
            summary = summary.and(more);
        }
        Ok(summary)
    }

    fn round(&self, cells: Vec<Cell>, what: &str) -> Result<(Vec<CellResults>, Summary), Problem> {
        let stored = |id| self.store.map_or(Ok(None), |store| store.get(id));
        let rerun = self.training.map_or(Rerun::Nothing, |how| how.rerun);
        let plan = plan(self.sweep, cells, self.files, &stored, &engines(), rerun)?;
        let (Some(how), Some(store)) = (self.training, self.store) else {
            return Ok((plan.results.cells, Summary::default()));
        };
        let missing = plan.missing.len();
        if missing > 0 {
            self.output.message(format_args!(
                "{}: {what}: {}, {missing} to train",
                self.sweep.path.display(),
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
