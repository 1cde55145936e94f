//! A whole study: the cells of a sweep, reference runs, diagnoses, replays, expected fixes, verdicts, suggested fixes.

use super::event::{Event, Nobody};
use super::rounds::{Study, StudyError, Training};
use crate::config::Sweep;
use crate::diagnose::expectations::{Verdict, expected_fixes, verdicts};
use crate::diagnose::fixes::{FixRounds, Fixes, fixes};
use crate::diagnose::{CellDiagnosis, diagnose_all};
use crate::execute::{Options, Rerun, Summary, executors};
use crate::grid::Cell;
use crate::load::Loaded;
use crate::results::Results;
use crate::search::{FixSearch, ReferenceSearch, main_search};
use crate::store::Store;
use std::sync::atomic::AtomicBool;

/// What to test after the sweep's own cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// The fixes that expectations name.
    Expected,
    /// These, and the suggested fixes of every failing cell.
    Suggested {
        /// Whether a random change of the same number of keys is trained for each fix.
        control: bool,
    },
}

/// A sweep with its results and their analysis.
#[derive(Debug)]
pub struct Studied {
    /// Cells with their runs, reference runs, and rungs.
    pub results: Results,
    /// Counts over all runs, those of references and fixes included.
    pub summary: Summary,
    /// One per cell, in the order of the results.
    pub diagnoses: Vec<CellDiagnosis>,
    /// One per expectation, in the order of the file.
    pub verdicts: Vec<Verdict>,
    /// The tested fixes of all failing cells, if [`Test::Suggested`].
    pub fixes: Option<Fixes>,
}

/// Trains the missing runs of a sweep with the built-in executors, and judges them: the whole of `sweep run`, `check` and
/// `fix` without their output.
///
/// # Errors
/// The store cannot be read, or no thread can start.
pub fn study(
    loaded: Loaded,
    store: &Store,
    options: &Options,
    test: Test,
) -> Result<(Sweep, Studied), StudyError> {
    let Loaded {
        sweep,
        cells,
        files,
    } = loaded;
    let study = Study {
        sweep: &sweep,
        files: &files,
        executors: &executors(),
        cached: &|id| store.get(id),
        rerun: Rerun::Nothing,
        training: Some(Training {
            store,
            options,
            rerun_filter: None,
            replays: true,
            cancelled: &AtomicBool::new(false),
        }),
        observer: &Nobody,
    };
    let studied = study.run(cells, test)?;
    Ok((sweep, studied))
}

impl Study<'_> {
    /// Trains the missing runs of a sweep, of the references that it needs, and of the fixes to test; then judges them.
    ///
    /// # Errors
    /// The store cannot be read, or no thread can start.
    pub fn run(&self, cells: Vec<Cell>, test: Test) -> Result<Studied, StudyError> {
        let mut search = main_search(self.sweep, cells);
        let (mut results, mut summary) = self.search(&mut *search)?;
        self.observer.hear(&Event::Searched {
            sweep: self.sweep,
            summary: &summary,
        });
        // After a failure under --fail-fast, nothing else is trained.
        let halted = AtomicBool::new(true);
        let study = match self.training {
            Some(training) if training.options.fail_fast && summary.failed > 0 => Study {
                training: Some(Training {
                    cancelled: &halted,
                    ..training
                }),
                ..*self
            },
            _ => *self,
        };
        summary = summary.and(study.add_references(&mut results)?);
        let mut diagnoses = diagnose_all(&results);
        if let Some(replayed) = study.replay(&mut results, &diagnoses, summary)? {
            summary = replayed;
            diagnoses = diagnose_all(&results);
        }
        let expected = expected_fixes(self.sweep, &results);
        let mut named = FixRounds::named(&results, &diagnoses, &expected);
        summary = summary.and(study.train_fixes(&mut named)?);
        let verdicts = verdicts(
            self.sweep,
            &results,
            &diagnoses,
            &named.results_of(&expected),
        );
        let fixes = match test {
            Test::Expected => None,
            Test::Suggested { control } => {
                let mut rounds = FixRounds::of(&results, &diagnoses, control);
                summary = summary.and(study.train_fixes(&mut rounds)?);
                Some(fixes(&rounds))
            }
        };
        Ok(Studied {
            results,
            summary,
            diagnoses,
            verdicts,
            fixes,
        })
    }

    /// Trains the reference runs that a sweep needs, and adds them to its results. A reference run without a result
    /// does not make the sweep incomplete.
    ///
    /// # Errors
    /// The store cannot be read, or no thread can start.
    pub fn add_references(&self, results: &mut Results) -> Result<Summary, StudyError> {
        let mut search = ReferenceSearch::of(self.sweep, results);
        let (trained, summary) = self.search(&mut search)?;
        results.references = search.references(trained);
        Ok(Summary {
            incomplete: 0,
            failed: 0,
            ..summary
        })
    }

    fn train_fixes(&self, rounds: &mut FixRounds) -> Result<Summary, StudyError> {
        let seeds = &self.sweep.seeds;
        let (_, summary) = self.search(&mut FixSearch::of(rounds, seeds))?;
        Ok(summary)
    }
}
