#![allow(clippy::unwrap_used)]
use super::*;
use crate::config::settings::{Budget, Init, ModelSettings, OneWeightRisk, Source};
use crate::config::{Overrides, Sweep, Value, Values};
use crate::grid::Cell;
use crate::load::load_text;
use crate::results::Results;
use crate::store::Store;
use crate::study::Storing;
use crate::testkit::results::{settings, trace};
use crate::trace::{Outcome, Trace};
use crate::train::datasets::Files;
use crate::train::{Cancellation, Job};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// Cells with a one-weight loss and these learning rates.
fn cells(rates: &[f64]) -> Vec<Cell> {
    let cell = |(index, lr): (usize, &f64)| {
        let mut settings = settings();
        settings.data.source = Source::None;
        settings.model = ModelSettings::Risk(OneWeightRisk::Ripples);
        settings.init = Init::Uniform(3.0, 5.0);
        settings.gradient_noise = 0.3;
        settings.budget = Budget::Steps(50);
        settings.lr = *lr;
        let values = vec![("lr".to_owned(), Value::Number(*lr))];
        Cell {
            index,
            coordinates: vec![index],
            varied: values.clone(),
            values: values.into(),
            settings,
        }
    };
    rates.iter().enumerate().map(cell).collect()
}

fn sweep(seeds: u64) -> Sweep {
    Sweep {
        path: "risk.toml".into(),
        text: String::new(),
        title: String::new(),
        about: String::new(),
        seeds: (0..seeds).collect(),
        file_seeds: seeds as usize,
        base: Values::default(),
        axes: vec![],
        exclude: vec![],
        expectations: vec![],
        ..Sweep::default()
    }
}

/// A temporary store with calls of the module.
struct Bench {
    store: Store,
    files: Files,
    cancelled: AtomicBool,
    folder: TempDir,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        Bench {
            store: Store::open(folder.path()).unwrap(),
            files: Files::default(),
            cancelled: AtomicBool::new(false),
            folder,
        }
    }

    fn plan(&self, cells: Vec<Cell>, seeds: u64, rerun: Rerun) -> Plan {
        let stored = |id| self.store.get(id);
        let executors = executors();
        plan(
            cells,
            &sweep(seeds).seeds,
            &self.files,
            &stored,
            &executors,
            rerun,
        )
        .unwrap()
    }

    /// Trains with an executor that trains one run at a time.
    fn train(
        &self,
        plan: Plan,
        options: &Options,
        train_one: &(dyn Fn(&Job, &Cancellation) -> Option<Trace> + Sync),
    ) -> (Results, Summary) {
        self.train_and_hear(plan, options, train_one, &|_| ())
    }

    fn train_and_hear(
        &self,
        plan: Plan,
        options: &Options,
        train_one: &(dyn Fn(&Job, &Cancellation) -> Option<Trace> + Sync),
        hear: &(dyn Fn(RunEvent) + Sync),
    ) -> (Results, Summary) {
        let call: &Train = &|jobs, control, ended| {
            for (place, job) in jobs.enumerate() {
                match train_one(&job, control) {
                    Some(trace) => ended(place, trace.into()),
                    None => return,
                }
            }
        };
        self.train_with(call, plan, options, hear)
    }

    /// Trains with any executor.
    fn train_with(
        &self,
        call: &Train,
        plan: Plan,
        options: &Options,
        hear: &(dyn Fn(RunEvent) + Sync),
    ) -> (Results, Summary) {
        let [.., reference] = executors();
        let executors = [Executor {
            train: call,
            ..reference
        }];
        let (files, store, cancelled) = (&self.files, &self.store, &self.cancelled);
        let storing = Storing::new(store, hear);
        let hear = |event: RunEvent| storing.hear(event);
        let (results, summary) = train(plan, &executors, files, options, cancelled, &hear).unwrap();
        let not_kept = storing.end();
        (
            results,
            Summary {
                not_kept,
                ..summary
            },
        )
    }
}

fn jobs(jobs: usize) -> Options {
    Options {
        jobs,
        ..Options::default()
    }
}

/// An executor that finishes at once.
fn quick(_: &Job, _: &Cancellation) -> Option<Trace> {
    trace(Outcome::Finished, 0.5).map(|(trace, _)| trace)
}

/// Returns the names of the outcomes, cell after cell; `-` for a run without a trace.
fn outcomes(results: &Results) -> Vec<&'static str> {
    let runs = results.cells.iter().flat_map(|cell| &cell.runs);
    runs.map(|run| run.trained.as_ref().map_or("-", |(t, _)| t.outcome.name()))
        .collect()
}

#[test]
fn traces_depend_neither_on_jobs_nor_on_order() {
    let train = |jobs_wanted, shuffled: bool| {
        let bench = Bench::new();
        let mut plan = bench.plan(cells(&[0.01, 0.02, 0.05]), 4, Rerun::Nothing);
        if shuffled {
            plan.missing
                .sort_by_key(|(cell, run)| (run * 7 + cell * 5) % 11);
        }
        let (results, _) = bench.train(plan, &jobs(jobs_wanted), &crate::train::autograd::train);
        let runs = results.cells.iter().flat_map(|cell| &cell.runs);
        let traces = runs.map(|run| &*run.trained.as_ref().unwrap().0);
        serde_json::to_string(&traces.collect::<Vec<_>>()).unwrap()
    };
    let usual = train(1, false);
    assert!(usual.contains("finished"), "{usual:.300}");
    assert!(train(2, false) == usual, "--jobs 2");
    assert!(train(3, true) == usual, "shuffled");
}

#[test]
fn a_panic_affects_its_own_run_only() {
    let bench = Bench::new();
    let plan = bench.plan(cells(&[0.1, 0.2]), 3, Rerun::Nothing);
    let (results, summary) = bench.train(plan, &jobs(2), &|job, control| {
        assert!(job.seed != 1 || job.settings.lr > 0.15, "out of luck");
        quick(job, control)
    });
    assert_eq!(outcomes(&results)[..2], ["finished", "crashed"]);
    assert_eq!((summary.trained, summary.incomplete), (6, 1));
    let (bad, _) = results.cells[0].runs[1].trained.as_ref().unwrap();
    let Outcome::Crashed { message } = &bad.outcome else {
        unreachable!()
    };
    assert!(message.starts_with("panicked: out of luck ("), "{message}");
    assert_eq!((bad.seed, &bad.params["lr"]), (1, &0.1.into()));
    // It is stored like the others, and trained again only on request.
    let again = |rerun| bench.plan(cells(&[0.1, 0.2]), 3, rerun).missing;
    assert_eq!(again(Rerun::Nothing), []);
    assert_eq!(again(Rerun::Crashed), [(0, 1)]);
    assert_eq!(again(Rerun::All).len(), 6);
}

#[test]
fn an_error_in_the_data_is_the_outcome_of_the_run() {
    let bench = Bench::new();
    let mut cells = cells(&[0.1]);
    cells[0].settings.data.source = Source::Moons;
    cells[0].settings.data.rows = 1;
    cells[0].settings.data.validation = 0.5;
    let plan = bench.plan(cells, 1, Rerun::Nothing);
    let (results, _) = bench.train(plan, &jobs(1), &quick);
    assert_eq!(outcomes(&results), ["crashed"]);
}

#[test]
fn after_cancellation_the_next_call_trains_only_missing_runs() {
    let bench = Bench::new();
    let trained = Mutex::new(Vec::new());
    let executor = |job: &Job, control: &Cancellation| {
        if trained.lock().unwrap().len() == 2 && !control.is_cancelled() {
            bench.cancelled.store(true, Ordering::Relaxed);
            return None;
        }
        trained.lock().unwrap().push(job.seed);
        quick(job, control)
    };
    let plan = |rerun| bench.plan(cells(&[0.1]), 5, rerun);
    let (results, summary) = bench.train(plan(Rerun::Nothing), &jobs(1), &executor);
    assert_eq!(outcomes(&results), ["finished", "finished", "-", "-", "-"]);
    assert_eq!((summary.missing, summary.is_complete()), (3, false));
    // Cancelling a rerun of all runs loses no stored run.
    let (results, _) = bench.train(plan(Rerun::All), &jobs(1), &executor);
    assert_eq!(outcomes(&results)[..2], ["finished", "finished"]);

    bench.cancelled.store(false, Ordering::Relaxed);
    let calls = Mutex::new(Vec::new());
    let (results, summary) = bench.train(plan(Rerun::Nothing), &jobs(2), &|job, control| {
        calls.lock().unwrap().push(job.seed);
        quick(job, control)
    });
    let mut calls = calls.into_inner().unwrap();
    calls.sort_unstable();
    assert_eq!(calls, [2, 3, 4]);
    assert_eq!(outcomes(&results), ["finished"; 5]);
    assert_eq!((summary.cached, summary.trained), (2, 3));
}

#[test]
fn fail_fast_stops_after_a_timeout_but_not_after_a_divergence() {
    let bench = Bench::new();
    let options = Options {
        fail_fast: true,
        ..jobs(1)
    };
    let plan = bench.plan(cells(&[0.1]), 4, Rerun::Nothing);
    let (results, _) = bench.train(plan, &options, &|job, _| {
        let outcome = match job.seed {
            0 => Outcome::Diverged { step: 1 },
            _ => Outcome::TimedOut { step: 1 },
        };
        trace(outcome, 0.5).map(|(trace, _)| trace)
    });
    assert_eq!(outcomes(&results), ["diverged", "timed-out", "-", "-"]);
}

#[test]
fn a_timeout_is_an_outcome_with_its_step() {
    let bench = Bench::new();
    let mut cells = cells(&[0.01]);
    cells[0].settings.budget = Budget::Steps(100_000_000);
    let options = Options {
        timeout: Some(Duration::from_millis(50)),
        ..jobs(1)
    };
    let plan = bench.plan(cells, 1, Rerun::Nothing);
    let (results, summary) = bench.train(plan, &options, &crate::train::autograd::train);
    assert_eq!(outcomes(&results), ["timed-out"]);
    assert_eq!(summary.incomplete, 1);
}

#[test]
fn runs_that_cannot_be_stored_are_reported_and_shown() {
    let bench = Bench::new();
    let plan = bench.plan(cells(&[0.1]), 3, Rerun::Nothing);
    let file = rusqlite::Connection::open(bench.folder.path().join("sweep.db")).unwrap();
    file.execute_batch("DROP TABLE runs").unwrap();
    let not_kept = Mutex::new(0);
    let hear = |event: RunEvent| {
        *not_kept.lock().unwrap() += usize::from(matches!(event, RunEvent::NotKept { .. }));
    };
    let (results, summary) = bench.train_and_hear(plan, &jobs(2), &quick, &hear);
    assert_eq!(outcomes(&results), ["finished"; 3]);
    assert_eq!((summary.not_kept, summary.is_complete()), (3, false));
    assert_eq!(not_kept.into_inner().unwrap(), 3);
}

#[test]
fn cells_with_the_same_run_id_share_one_run() {
    let bench = Bench::new();
    let mut cells = cells(&[0.1, 0.1]);
    cells[1].varied = vec![("width".to_owned(), Value::Integer(3))];
    let plan = bench.plan(cells, 2, Rerun::Nothing);
    assert_eq!(plan.missing, [(0, 0), (0, 1)]);
    let (results, _) = bench.train(plan, &jobs(2), &quick);
    assert_eq!(outcomes(&results), ["finished"; 4]);
}

/// Two cells; the second has 10¹⁰ weights.
fn small_and_large() -> Vec<Cell> {
    let mut cells = cells(&[0.1, 0.2]);
    let large = &mut cells[1].settings;
    large.data.source = Source::Moons;
    large.data.rows = 64;
    large.model = ModelSettings::Mlp {
        hidden: vec![100_000; 2],
    };
    cells
}

fn with_memory(bytes: f64) -> Options {
    Options {
        memory: Memory::Bytes(bytes),
        ..jobs(2)
    }
}

#[test]
fn a_run_that_does_not_fit_into_memory_is_stored_and_tried_again_when_it_fits() {
    let bench = Bench::new();
    let plan = || bench.plan(small_and_large(), 2, Rerun::Nothing);
    let (results, summary) = bench.train(plan(), &with_memory(1e9), &quick);
    let outcomes_of = outcomes(&results);
    assert_eq!(
        outcomes_of,
        ["finished", "finished", "too-large", "too-large"]
    );
    let counts = (summary.trained, summary.failed, summary.too_large);
    assert_eq!((counts, summary.is_complete()), ((2, 2, 2), false));
    let (trace, _) = results.cells[1].runs[0].trained.as_ref().unwrap();
    let Outcome::TooLarge { needed, free } = trace.outcome else {
        panic!("{:?}", trace.outcome)
    };
    assert!(needed > 100_000_000_000 && free == 1_000_000_000);

    assert_eq!(plan().missing, [(1, 0), (1, 1)]);
    let (results, summary) = bench.train(plan(), &with_memory(2e9), &quick);
    assert_eq!(outcomes(&results), outcomes_of);
    assert_eq!((summary.cached, summary.too_large), (2, 2));
    let (results, summary) = bench.train(plan(), &with_memory(1e12), &quick);
    assert_eq!(outcomes(&results), ["finished"; 4]);
    assert_eq!((summary.trained, summary.is_complete()), (2, true));
    assert_eq!(plan().missing, []);
}

#[test]
fn a_trained_run_stays_stored_if_it_does_not_fit_any_more() {
    let bench = Bench::new();
    let plan = |rerun| bench.plan(small_and_large(), 1, rerun);
    bench.train(plan(Rerun::Nothing), &with_memory(1e12), &quick);
    let (results, summary) = bench.train(plan(Rerun::All), &with_memory(1e9), &quick);
    assert_eq!(outcomes(&results), ["finished"; 2]);
    let counts = (summary.trained, summary.failed, summary.too_large);
    assert_eq!((counts, summary.is_complete()), ((1, 1, 1), false));
    assert_eq!(plan(Rerun::Nothing).missing, []);
}

#[test]
fn fail_fast_stops_after_a_run_that_does_not_fit() {
    let bench = Bench::new();
    let options = Options {
        fail_fast: true,
        ..with_memory(1e9)
    };
    let plan = bench.plan(small_and_large(), 1, Rerun::Nothing);
    let (results, summary) = bench.train(plan, &options, &quick);
    assert_eq!(outcomes(&results), ["-", "too-large"]);
    assert_eq!((summary.failed, summary.missing), (1, 1));
}

/// Runs with separate rows, in one stack if memory allows it.
const STACK: &str = "seeds = 6\n[data]\nsource = 'linear'\nfeatures = 7\nrows = 100_000\n\
                     [base]\nhidden = [3]\nbatch = 10\nsteps = 20\n";

#[test]
fn a_stack_limited_by_memory_gives_the_same_bits() {
    let text = |bytes: f64| {
        let bench = Bench::new();
        let loaded = load_text(Path::new("a.toml"), STACK, &Overrides::default()).unwrap();
        let (executors, nothing) = (executors(), |_| Ok(None));
        let (sweep, files) = (&loaded.sweep, &loaded.files);
        let plan = plan(
            loaded.cells,
            &sweep.seeds,
            files,
            &nothing,
            &executors,
            Rerun::Nothing,
        )
        .unwrap();
        let (open, lowered) = (Mutex::new((0, 0)), Mutex::new(None));
        let hear = |event: RunEvent| {
            let mut open = open.lock().unwrap();
            match event {
                RunEvent::Started(_) => *open = (open.0 + 1, open.1.max(open.0 + 1)),
                RunEvent::Ended { .. } => open.0 -= 1,
                RunEvent::Lowered(to) => *lowered.lock().unwrap() = Some(*to),
                RunEvent::Weights(_) | RunEvent::NotKept { .. } => {}
            }
        };
        let options = Options {
            jobs: 1,
            ..with_memory(bytes)
        };
        let cancelled = &bench.cancelled;
        let (results, _) = train(plan, &executors, files, &options, cancelled, &hear).unwrap();
        assert_eq!(outcomes(&results), ["finished"; 6]);
        let traces: Vec<_> = results.traces().collect();
        let stack = lowered.into_inner().unwrap().map(|to| to.stack[1]);
        (
            serde_json::to_string(&traces).unwrap(),
            open.into_inner().unwrap().1,
            stack,
        )
    };
    let (whole, most, stack) = text(1e10);
    assert_eq!((most, stack), (6, None));
    let (parts, most, stack) = text(120e6);
    assert_eq!(Some(most), stack);
    assert!((1..5).contains(&most), "{most}");
    assert!(parts == whole);
}
