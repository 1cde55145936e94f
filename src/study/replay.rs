//! Replays stored runs with the executors that trained them, and compares the traces: one run to look at, without a change
//! of the store, or all failing runs of an older version, to record the evidence of their diagnosis.

use super::{Event, Purpose, Study, StudyError};
use crate::diagnose::{CellDiagnosis, Code, Diagnosis};
use crate::execute::memory::replay;
use crate::execute::{Executor, Plan, ReplayRunError, ReplayedRun, Summary, replay_run};
use crate::format::count;
use crate::grid::Cell;
use crate::memory::available;
use crate::results::Results;
use crate::trace::{Layer, Outcome, Real, Trace};
use crate::train::Cancellation;
use crate::train::datasets::{Dataset, Files};
use crate::train::weight_snapshots::Snapshot;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// Equal neurons have equal activations: their standard deviation between neurons is at most this fraction of their RMS,
/// which leaves room for rounding.
const EQUAL: f64 = 1e-3;

/// A run that cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The run crashed or timed out.
    #[error("failed to replay the run: {0}; run the sweep again with --rerun crashed")]
    Incomplete(String),
    /// The run did not fit into memory when it was trained.
    #[error(
        "failed to replay the run: it did not fit into memory, {0}; free memory and run the sweep again"
    )]
    TooLarge(String),
    /// The replay does not fit into memory.
    #[error("failed to replay the run: {0}; free memory, or raise SWEEP_MEMORY if it is set")]
    Memory(String),
    /// The executor or the rows are missing, or the executor panicked.
    #[error(transparent)]
    Run(#[from] ReplayRunError),
}

/// A stored run that can be replayed: it has a result, and its replay fits into memory.
#[derive(Debug, Clone, Copy)]
pub struct Replay<'a> {
    cell: &'a Cell,
    stored: &'a Trace,
    files: &'a Files,
}

/// A replayed run.
#[derive(Debug)]
pub struct Replayed {
    /// Its rows; `None` for a one-weight loss.
    pub data: Option<Arc<Dataset>>,
    /// The new trace.
    pub trace: Trace,
    /// Its weights after the requested numbers of updates, and at the end.
    pub snapshots: Vec<Snapshot>,
    /// Whether the new trace has the same bits as the stored one, wherever both have a number.
    pub is_bit_identical: bool,
}

impl<'a> Replay<'a> {
    /// Prepares to replay the run of a cell with this stored trace, which has its seed. `snapshots` is the maximum
    /// number of recorded snapshots of the weights.
    ///
    /// # Errors
    /// The run has no result, or its replay does not fit into memory.
    pub fn new(
        cell: &'a Cell,
        stored: &'a Trace,
        files: &'a Files,
        snapshots: usize,
    ) -> Result<Replay<'a>, ReplayError> {
        check_outcome(&stored.outcome)?;
        if let Some(memory) = available() {
            let fits = replay(&cell.settings, &stored.executor, files, snapshots, memory);
            fits.map_err(|outcome| ReplayError::Memory(outcome.message().unwrap_or_default()))?;
        }
        Ok(Replay {
            cell,
            stored,
            files,
        })
    }

    /// Replays the run. `at` gets the number of updates, and of updates per epoch, and returns the updates after which
    /// to record the weights. Returns `None` for a cancelled run.
    ///
    /// # Errors
    /// [`ReplayError::Run`].
    pub fn run(
        &self,
        executors: &[Executor],
        at: impl Fn(u64, u64) -> Vec<u64>,
        control: &Cancellation,
    ) -> Result<Option<Replayed>, ReplayError> {
        let settings = &self.cell.settings;
        let trained = replay_run(settings, self.stored, self.files, executors, at, control)?;
        let replayed = trained.map(|trained| {
            let ReplayedRun {
                data,
                trace,
                snapshots,
            } = trained;
            Replayed {
                is_bit_identical: trace.is_same_run(self.stored),
                data,
                trace,
                snapshots,
            }
        });
        Ok(replayed)
    }
}

/// Rejects the outcome of an incomplete run: it has no result to compare with, or no known last step.
fn check_outcome(outcome: &Outcome) -> Result<(), ReplayError> {
    let why = match outcome {
        Outcome::Crashed { message } => format!("it crashed: {message}"),
        Outcome::TimedOut { step } => {
            format!("it timed out after {}", count(*step as usize, "step"))
        }
        Outcome::TooLarge { .. } => {
            let why = outcome.message().unwrap_or_default();
            return Err(ReplayError::TooLarge(why));
        }
        Outcome::Finished
        | Outcome::Pruned { .. }
        | Outcome::Converged { .. }
        | Outcome::StoppedEarly { .. }
        | Outcome::Diverged { .. } => {
            return Ok(());
        }
    };
    Err(ReplayError::Incomplete(why))
}

impl Study<'_> {
    /// Replays the failing runs whose diagnosis could change with the evidence that this version records. A run keeps its
    /// trace unless its replay is the same run. Returns the summary of a study after the replays; `None` if there are
    /// none, or if none are wanted.
    pub(super) fn replay(
        &self,
        results: &mut Results,
        diagnoses: &[CellDiagnosis],
        summary: Summary,
    ) -> Result<Option<Summary>, StudyError> {
        let Some(training) = self.training.filter(|training| training.replays) else {
            return Ok(None);
        };
        let missing = to_replay(results, diagnoses);
        if missing.is_empty() {
            return Ok(None);
        }
        let plan = Plan {
            results: results.clone(),
            missing,
            replays: true,
        };
        self.observer.hear(&Event::RoundStarted {
            sweep: self.sweep,
            purpose: Purpose::Replays,
            rung: None,
            plan: &plan,
        });
        let (replayed, counts) = self.train(plan, training, &Mutex::default())?;
        self.observer.hear(&Event::RoundEnded);
        *results = replayed;
        // Every run has been counted, and these as cached. Those with a new trace count as trained now. The others keep
        // their trace, and with it their place among the complete runs.
        let replaced = counts.runs - counts.cached - counts.missing;
        Ok(Some(Summary {
            trained: summary.trained + counts.trained,
            failed: summary.failed + counts.failed,
            cached: summary.cached.saturating_sub(replaced),
            not_kept: summary.not_kept + counts.not_kept,
            wall: summary.wall + counts.wall,
            ..summary
        }))
    }
}

/// Returns the runs to replay: the place of each cell, and of the run in the cell. A run ID that occurs twice is replayed
/// once.
fn to_replay(results: &Results, diagnoses: &[CellDiagnosis]) -> Vec<(usize, usize)> {
    let (mut named, mut runs) = (BTreeSet::new(), Vec::new());
    for (place, (cell, diagnosis)) in results.cells.iter().zip(diagnoses).enumerate() {
        for (i, run) in cell.runs.iter().enumerate() {
            let known = run.trace().zip(diagnosis.of_run(i));
            let wanted = known.is_some_and(|(trace, diagnosis)| could_change(trace, diagnosis));
            if wanted && named.insert(run.run.id) {
                runs.push((place, i));
            }
        }
    }
    runs
}

/// Returns whether a replay could change the diagnosis of a stored run. A pruned run is no failure.
///
/// Version 1 did not record the differences between the neurons of a layer, before training. Only the rule of
/// `symmetric-init` needs them. It is the first of all rules, so that no other cause is decided before it. It matches no
/// run in which the neurons of a hidden layer differ.
fn could_change(trace: &Trace, diagnosis: &Diagnosis) -> bool {
    let is_pruned = matches!(trace.outcome, Outcome::Pruned { .. });
    let mut rejected = diagnosis.rejected.iter();
    let abstains = rejected.any(|other| other.abstains && other.code == Code::SymmetricInit);
    diagnosis.lacks_evidence()
        && abstains
        && !is_pruned
        && trace.is_of_version_1()
        && !has_different_neurons(trace)
}

/// Returns whether the neurons of a hidden layer have different activations before training. Their weights differ then,
/// because biases start at 0, or are random like the weights.
fn has_different_neurons(trace: &Trace) -> bool {
    let start = |column: &[Real]| column.first().map_or(f64::NAN, |value| value.0);
    let differs = |layer: &Layer| {
        let rms = start(&layer.activation_mean).hypot(start(&layer.activation_sd));
        start(&layer.neuron_sd) > EQUAL * rms
    };
    let hidden = trace.layers.len().saturating_sub(1);
    trace.snapshots.first() == Some(&0) && trace.layers[..hidden].iter().any(differs)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Observer, Training};
    use super::*;
    use crate::config::Sweep;
    use crate::diagnose::diagnose_all;
    use crate::execute;
    use crate::execute::{Memory, Options, Rerun, Train, executors};
    use crate::identity::RunId;
    use crate::results::CellResults;
    use crate::store::Store;
    use crate::testkit::sound::{cell, column, same};
    use crate::train::Job;
    use std::sync::atomic::AtomicBool;
    use tempfile::TempDir;

    /// Edits the trace of a run.
    fn edit(results: &mut Results, run: usize, change: impl Fn(&mut Trace)) {
        let (trace, _) = results.cells[0].runs[run].trained.as_mut().unwrap();
        change(Arc::make_mut(trace));
    }

    fn trace(results: &Results, run: usize) -> &Trace {
        results.cells[0].runs[run].trace().unwrap()
    }

    /// Returns a cell of failing runs of version 1, which the executor `old` trained. Their neurons may be equal.
    fn failing(seeds: usize) -> Results {
        let mut results = Results {
            cells: vec![cell(&vec![1.0; seeds], same)],
            ..Results::default()
        };
        for seed in 0..seeds {
            results.cells[0].runs[seed].run.id = RunId([seed as u8 + 1; 16]);
            edit(&mut results, seed, |trace| {
                trace.seed = seed as u64;
                trace.executor = "old".to_owned();
                for layer in &mut trace.layers {
                    layer.neuron_spread = None;
                    layer.neuron_sd = column(&[0.0; 2]);
                }
            });
        }
        results
    }

    /// What came of replays: the summary, the messages about runs that stay, and the store.
    struct Replays {
        summary: Summary,
        messages: Vec<String>,
        store: Store,
        _folder: TempDir,
    }

    #[derive(Default)]
    struct Messages(Mutex<Vec<String>>);

    impl Observer for Messages {
        fn hear(&self, event: &Event) {
            if let Event::Run(execute::RunEvent::NotKept {
                message,
                is_replay: true,
                ..
            }) = event
            {
                self.0.lock().unwrap().push((*message).to_owned());
            }
        }
    }

    /// Stores the runs, and replays them in this many bytes of memory with an executor `old`, after one that is preferred
    /// and fails.
    fn replays(
        results: &mut Results,
        bytes: f64,
        train_one: &(dyn Fn(&Job) -> Trace + Sync),
    ) -> Replays {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        for run in &results.cells[0].runs {
            let (trace, timing) = run.trained.as_ref().unwrap();
            store.put(run.run.id, trace, timing).unwrap();
        }
        let old: &Train = &|jobs, _, ended| {
            for (place, job) in jobs.enumerate() {
                ended(place, train_one(&job).into());
            }
        };
        let preferred: &Train = &|_, _, _| panic!("this executor trained no stored run");
        let [.., reference] = executors();
        let executors = [("preferred", preferred), ("old", old)].map(|(name, train)| Executor {
            name,
            train,
            ..reference
        });
        let (sweep, files, messages) = (Sweep::default(), Files::default(), Messages::default());
        let options = Options {
            jobs: 1,
            memory: Memory::Bytes(bytes),
            ..Options::default()
        };
        let runs = results.cells[0].runs.len();
        let incomplete = results
            .traces()
            .filter(|trace| !trace.outcome.is_complete());
        let before = Summary {
            runs,
            cached: runs,
            incomplete: incomplete.count(),
            ..Summary::default()
        };
        let study = Study {
            sweep: &sweep,
            files: &files,
            executors: &executors,
            cached: &|_| Ok(None),
            rerun: Rerun::Nothing,
            training: Some(Training {
                store: &store,
                options: &options,
                rerun_filter: None,
                replays: true,
                cancelled: &AtomicBool::new(false),
            }),
            observer: &messages,
        };
        let diagnoses = diagnose_all(results);
        let summary = study.replay(results, &diagnoses, before).unwrap();
        Replays {
            summary: summary.unwrap(),
            messages: messages.0.into_inner().unwrap(),
            store,
            _folder: folder,
        }
    }

    #[test]
    fn a_replay_replaces_the_stored_run_only_if_it_is_the_same_run() {
        let mut results = failing(4);
        // A run without a result is not replayed, and counts once.
        edit(&mut results, 3, |trace| {
            trace.outcome = Outcome::TimedOut { step: 9 };
        });
        let stored: Vec<Trace> = (0..4).map(|run| trace(&results, run).clone()).collect();
        let replays = replays(&mut results, 1e12, &|job| {
            let mut new = stored[job.seed as usize].clone();
            for layer in &mut new.layers {
                layer.neuron_spread = Some(Real(0.0));
            }
            match job.seed {
                0 => {}
                1 => new.outcome = Outcome::TimedOut { step: 3 },
                2 => new.layers[0].weight_rms[0].0 += 1e-9,
                _ => panic!("a run without a result"),
            }
            new
        });
        let Summary {
            runs,
            trained,
            failed,
            cached,
            incomplete,
            ..
        } = replays.summary;
        assert_eq!((runs, trained, cached), (4, 1, 3));
        assert_eq!((failed, incomplete), (1, 1));
        assert!(!trace(&results, 0).is_of_version_1());
        for (run, old) in stored.iter().enumerate() {
            let id = results.cells[0].runs[run].run.id;
            let (kept, _) = replays.store.get(id).unwrap().unwrap();
            for trace in [&kept, trace(&results, run)] {
                assert_eq!(trace.outcome, old.outcome);
                assert_eq!(trace.is_of_version_1(), run > 0);
                assert!(trace.is_same_run(old));
            }
        }
        let said = |part: &str| replays.messages.iter().any(|text| text.contains(part));
        assert_eq!(replays.messages.len(), 2);
        assert!(said("differs from the stored run") && said("timed out"));
    }

    #[test]
    fn a_replay_that_does_not_fit_into_memory_leaves_a_complete_run() {
        let mut results = failing(2);
        let replays = replays(&mut results, 1.0, &|_| panic!("too large"));
        let summary = replays.summary;
        assert!(summary.is_complete());
        assert_eq!((summary.cached, summary.failed), (2, 2));
        assert_eq!(trace(&results, 0).outcome, Outcome::Finished);
    }

    #[test]
    fn only_runs_with_a_diagnosis_that_could_change_are_replayed() {
        let wanted = |results: &Results| to_replay(results, &diagnose_all(results)).len();
        let edited = |change: &dyn Fn(&mut Trace)| {
            let mut results = failing(1);
            edit(&mut results, 0, change);
            wanted(&results)
        };
        assert_eq!(edited(&|_| {}), 1);
        assert_eq!(
            edited(&|trace| trace.outcome = Outcome::Pruned { step: 9 }),
            0
        );
        assert_eq!(
            edited(&|trace| trace.outcome = Outcome::Diverged { step: 9 }),
            1
        );
        // One hidden layer of different neurons rules the missing rule out.
        assert_eq!(edited(&|trace| trace.layers[1].neuron_sd[0] = Real(0.1)), 0);
        // Rounding does not.
        assert_eq!(
            edited(&|trace| trace.layers[1].neuron_sd[0] = Real(1e-7)),
            1
        );
        // The output has no neurons to compare.
        assert_eq!(edited(&|trace| trace.layers[3].neuron_sd[0] = Real(0.1)), 1);
        assert_eq!(
            edited(&|trace| {
                for layer in &mut trace.layers {
                    layer.neuron_spread = Some(Real(0.9));
                }
            }),
            0
        );
        let good = edited(&|trace| {
            let last = trace.evaluations.last_mut().unwrap();
            last.train.as_mut().unwrap().loss = Real(0.01);
        });
        assert_eq!(good, 0);
        // Two cells of one run.
        let mut twins = failing(1);
        let twin: CellResults = twins.cells[0].clone();
        twins.cells.push(twin);
        assert_eq!(wanted(&twins), 1);
    }
}
