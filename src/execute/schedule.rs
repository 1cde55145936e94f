//! Trains missing runs with a number of workers, and reports each run when it ends.
//!
//! Workers are rayon threads. The executors that they call take the next runs of a group from a shared counter. Runs are
//! no rayon tasks, because matrix products can use rayon: a worker that waits for a product would start another run.

use super::call::call;
use super::event::RunEvent;
use super::group::{Group, groups};
use super::memory::{self, MemoryFit, TooLarge};
use super::options::Options;
use super::plan::Plan;
use super::replay::difference;
use crate::grid::{Cell, Run};
use crate::identity::RunId;
use crate::results::Results;
use crate::trace::{Timing, Trace};
use crate::train::datasets::{Dataset, Files};
use crate::train::executor::Executor;
use crate::train::recorder::not_trained;
use crate::train::weight_snapshots::Snapshot;
use crate::train::{Cancellation, Job};
use crate::weights::RunWeights;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Stack size of a worker in bytes: candle walks the graphs of deep networks recursively.
const STACK: usize = 16 << 20;

/// Workers that cannot start.
#[derive(Debug, thiserror::Error)]
#[error("failed to start {jobs} workers: {why}; try a smaller --jobs")]
pub struct RunError {
    jobs: usize,
    why: String,
}

/// Counts of one training.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Summary {
    /// Runs of the sweep.
    pub runs: usize,
    /// Runs that were trained until any outcome.
    pub trained: usize,
    /// Runs of this training that crashed, timed out, or did not fit into memory.
    pub failed: usize,
    /// Cached runs.
    pub cached: usize,
    /// Runs without a trace: cancelled, or never started.
    pub missing: usize,
    /// Runs, trained now or before, that crashed or timed out.
    pub incomplete: usize,
    /// Runs, now or before, that did not fit into memory.
    pub too_large: usize,
    /// Runs that ended and could not be stored.
    pub not_kept: usize,
    /// Wall time of the training.
    pub wall: Duration,
}

impl Summary {
    /// Adds two summaries.
    pub fn and(self, other: Summary) -> Summary {
        Summary {
            runs: self.runs + other.runs,
            trained: self.trained + other.trained,
            failed: self.failed + other.failed,
            cached: self.cached + other.cached,
            missing: self.missing + other.missing,
            incomplete: self.incomplete + other.incomplete,
            too_large: self.too_large + other.too_large,
            not_kept: self.not_kept + other.not_kept,
            wall: self.wall + other.wall,
        }
    }

    /// Returns whether every run has completed and is stored.
    pub fn is_complete(&self) -> bool {
        let open = [self.missing, self.incomplete, self.too_large, self.not_kept];
        open == [0; 4]
    }

    /// Returns why the runs are incomplete: `2 crashed or timed out (--rerun crashed), 3 not stored`; `None` if they are
    /// complete.
    pub fn why_incomplete(&self) -> Option<String> {
        let counts = [
            (self.incomplete, "crashed or timed out (--rerun crashed)"),
            (
                self.too_large,
                "too large for memory (free memory and run again)",
            ),
            (self.missing, "not trained (run again to continue)"),
            (self.not_kept, "not stored"),
        ];
        let open = counts.into_iter().filter(|(n, _)| *n > 0);
        let parts: Vec<String> = open.map(|(n, what)| format!("{n} {what}")).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// The shared state of all workers.
pub(super) struct Shared<'a> {
    plan: &'a Plan,
    queues: Vec<Queue<'a>>,
    pub files: &'a Files,
    options: &'a Options,
    cancelled: &'a AtomicBool,
    pub notify: &'a (dyn Fn(RunEvent) + Sync),
    /// Set if no further run starts.
    stop: AtomicBool,
    done: Mutex<Done>,
}

/// The waiting runs of a group.
pub(super) struct Queue<'a> {
    pub group: Group<'a, 'a>,
    /// Index of the next run.
    next: AtomicUsize,
}

#[derive(Default)]
struct Done {
    /// By run ID, so that nothing depends on the order in which runs end.
    traces: BTreeMap<RunId, (Arc<Trace>, Timing)>,
    /// Cached runs to be trained again that did not fit into memory.
    kept_as_stored: usize,
    /// Replays that crashed or timed out. The stored runs stay.
    failed_replays: usize,
}

/// Trains the missing runs of a plan, and returns its results with the new traces.
///
/// A run that does not fit into memory is not started and gets the outcome too-large. If memory does not allow all
/// requested jobs, fewer runs train in parallel.
///
/// `cancelled` can be set at any time; running runs then end without a trace. Any other problem of a run affects that
/// run only.
///
/// # Errors
/// The threads cannot start; no run was trained.
pub fn train(
    mut plan: Plan,
    executors: &[Executor],
    files: &Files,
    options: &Options,
    cancelled: &AtomicBool,
    notify: &(dyn Fn(RunEvent) + Sync),
) -> Result<(Results, Summary), RunError> {
    let clock = Instant::now();
    let mut groups = groups(&plan, executors);
    let fit = fit_into_memory(&plan, &mut groups, files, options);
    let queues = groups.into_iter().map(|group| Queue {
        group,
        next: AtomicUsize::new(0),
    });
    let shared = Shared {
        plan: &plan,
        queues: queues.collect(),
        files,
        options,
        cancelled,
        notify,
        stop: AtomicBool::new(false),
        done: Mutex::default(),
    };
    if let Some(lowered) = &fit.lowered {
        notify(RunEvent::Lowered(lowered));
    }
    for run in &fit.too_large {
        shared.refuse(run, executors);
    }
    let runs = shared
        .queues
        .iter()
        .map(|queue| queue.group.runs.len())
        .sum();
    if runs > 0 {
        let workers = workers(fit.jobs, runs)?;
        // Runs that use all cores train first, and not on the threads of the workers, which would limit their cores.
        work(&shared, true);
        workers.broadcast(|_| work(&shared, false));
    }
    let done = shared
        .done
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let summary = settle(&mut plan, done, clock);
    Ok((plan.results, summary))
}

/// Returns the default number of jobs.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Returns which runs fit into memory.
fn fit_into_memory(
    plan: &Plan,
    groups: &mut Vec<Group>,
    files: &Files,
    options: &Options,
) -> MemoryFit {
    let jobs = match options.jobs {
        0 => cores(),
        jobs => jobs,
    };
    match options.memory.now() {
        Some(memory) if !groups.is_empty() => {
            memory::fit(plan, groups, files, jobs, memory, options.weights)
        }
        _ => MemoryFit {
            jobs,
            lowered: None,
            too_large: Vec::new(),
        },
    }
}

/// Starts the requested number of threads, but no more than there are runs.
fn workers(jobs: usize, runs: usize) -> Result<rayon::ThreadPool, RunError> {
    let jobs = jobs.min(runs);
    if jobs > 1 {
        // Products stay on the thread of their worker, because shared threads wait for each other.
        gemm::set_threading_threshold(usize::MAX);
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .stack_size(STACK)
        .thread_name(|i| format!("worker {i}"))
        .build()
        .map_err(|error| RunError {
            jobs,
            why: error.to_string(),
        })
}

/// Runs one worker: calls the executors of groups in turn until no run waits or may start. `alone` selects the groups
/// with executors that use all cores, or the others.
fn work(shared: &Shared, alone: bool) {
    let own = |queue: &&Queue| queue.group.executor.alone == alone;
    for queue in shared.queues.iter().filter(own) {
        while !shared.stopped() && queue.waits() {
            call(shared, queue);
        }
    }
}

impl Queue<'_> {
    fn waits(&self) -> bool {
        self.next.load(Ordering::Relaxed) < self.group.runs.len()
    }
}

impl<'a> Shared<'a> {
    fn stopped(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed) || self.stop.load(Ordering::Relaxed)
    }

    /// Returns whether the final weights of runs are requested.
    pub fn wants_weights(&self) -> bool {
        self.options.weights
    }

    /// Returns the conditions that stop a run.
    pub fn control(&self) -> Cancellation<'_> {
        Cancellation {
            timeout: self.options.timeout,
            cancelled: self.cancelled,
        }
    }

    /// Returns the next run of a queue, if it may start.
    pub fn next_of(&self, queue: &Queue) -> Option<(usize, usize)> {
        if self.stopped() {
            return None;
        }
        let next = queue.next.fetch_add(1, Ordering::Relaxed);
        queue.group.runs.get(next).copied()
    }

    /// Returns the cell and the run at a place of the plan.
    pub fn named(&self, cell: usize, run: usize) -> (&'a Cell, &'a Run) {
        let in_cell = &self.plan.results.cells[cell];
        (&in_cell.cell, &in_cell.runs[run].run)
    }

    /// Ends a run that does not fit into memory. A stored trace of a trained run stays in the store.
    fn refuse(&self, run: &TooLarge, executors: &[Executor]) {
        let (cell, of) = self.named(run.at.0, run.at.1);
        let executor = self.plan.executor(executors, run.at);
        let executor = executor.map_or("", |(executor, _)| executor.name);
        let job = Job {
            settings: &cell.settings,
            seed: of.seed,
            data: None,
            keep: None,
        };
        let trace = not_trained(&job, executor, run.outcome());
        let stored = self.plan.results.cells[run.at.0].runs[run.at.1].trace();
        if stored.is_none_or(|stored| stored.outcome.is_too_large()) {
            return self.keep(run.at, trace, Timing::default(), None);
        }
        if self.options.fail_fast {
            self.stop.store(true, Ordering::Relaxed);
        }
        (self.notify)(RunEvent::Ended {
            run: of,
            trace: &Arc::new(trace),
            timing: &Timing::default(),
            is_rejected: true,
        });
        self.done().kept_as_stored += 1;
    }

    fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the result of a run that has ended, and reports it with its weights, if any. A replay that is not the stored run again is
    /// only reported.
    pub fn keep(
        &self,
        at: (usize, usize),
        trace: Trace,
        timing: Timing,
        weights: Option<(Snapshot, Option<Arc<Dataset>>)>,
    ) {
        let (cell, run) = self.named(at.0, at.1);
        if self.options.fail_fast && !trace.outcome.is_complete() {
            self.stop.store(true, Ordering::Relaxed);
        }
        let stored = self.plan.replayed(at);
        if let Some(message) = stored.and_then(|stored| difference(&trace, stored)) {
            self.done().failed_replays += usize::from(!trace.outcome.is_complete());
            (self.notify)(RunEvent::Ended {
                run,
                trace: &Arc::new(trace),
                timing: &timing,
                is_rejected: true,
            });
            return (self.notify)(RunEvent::NotKept {
                run,
                message,
                is_replay: true,
            });
        }
        let trace = Arc::new(trace);
        (self.notify)(RunEvent::Ended {
            run,
            trace: &trace,
            timing: &timing,
            is_rejected: false,
        });
        if let Some((weights, data)) = weights.filter(|_| trace.outcome.is_complete()) {
            (self.notify)(RunEvent::Weights(&RunWeights {
                id: run.id,
                cell,
                trace: &trace,
                data: data.as_deref(),
                weights: &weights,
            }));
        }
        self.done().traces.insert(run.id, (trace, timing));
    }
}

/// Adds the new traces to the results, and counts runs.
fn settle(plan: &mut Plan, done: Done, clock: Instant) -> Summary {
    let failed = |(trace, _): &&(Arc<Trace>, Timing)| !trace.outcome.is_complete();
    let started = |(trace, _): &&(Arc<Trace>, Timing)| !trace.outcome.is_too_large();
    let mut summary = Summary {
        runs: plan.runs(),
        trained: done.traces.values().filter(started).count(),
        failed: done.traces.values().filter(failed).count()
            + done.kept_as_stored
            + done.failed_replays,
        too_large: done.kept_as_stored,
        ..Summary::default()
    };
    for result in plan.results.cells.iter_mut().flat_map(|c| &mut c.runs) {
        match done.traces.get(&result.run.id) {
            Some(new) => result.trained = Some(new.clone()),
            None => summary.cached += usize::from(result.trained.is_some()),
        }
        match result.trace() {
            None => summary.missing += 1,
            Some(trace) if trace.outcome.is_too_large() => summary.too_large += 1,
            Some(trace) => summary.incomplete += usize::from(!trace.outcome.is_complete()),
        }
    }
    summary.wall = clock.elapsed();
    summary
}
