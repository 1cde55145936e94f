//! Progress of training: a bar on a terminal, a line from time to time elsewhere.

use crate::config::Sweep;
use crate::diagnose::GOOD;
use crate::execute;
use crate::execute::Plan;
use crate::format::{count, number};
use crate::report::number::duration;
use crate::results::{CellResults, Results, Rung};
use crate::study::{Event, Observer, Purpose};
use crate::terminal::output::Output;
use crate::terminal::text::shown;
use crate::trace::Outcome;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Time between two lines without a terminal.
const EVERY: Duration = Duration::from_secs(10);

/// Shows the progress of a sweep, round by round.
pub struct Progress<'a> {
    output: &'a Output,
    bar: Mutex<Option<Bar<'a>>>,
    /// Whether a round had missing runs.
    trains: AtomicBool,
}

impl<'a> Progress<'a> {
    /// Waits for the first round.
    pub fn new(output: &'a Output) -> Progress<'a> {
        Progress {
            output,
            bar: Mutex::default(),
            trains: AtomicBool::new(false),
        }
    }

    fn bar(&self) -> MutexGuard<'_, Option<Bar<'a>>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Progress<'_> {
    fn hear(&self, event: &Event) {
        match event {
            Event::RoundStarted {
                sweep,
                purpose,
                rung,
                plan,
            } => {
                let missing = plan.missing.len();
                if missing > 0 {
                    self.trains.store(true, Ordering::Relaxed);
                    self.output
                        .message(start_line(sweep, *purpose, *rung, plan));
                    let names = names(&plan.results, *purpose);
                    *self.bar() = Some(Bar::start(self.output, names, missing));
                } else if !purpose.is_of_the_sweep() && plan.runs() > 0 {
                    let (path, runs) = (sweep.path.display(), added(*purpose, plan));
                    self.output
                        .message(format_args!("{path}: {runs}, all cached"));
                }
            }
            Event::Run(event) => {
                if let Some(bar) = &*self.bar() {
                    bar.hear(event);
                }
            }
            Event::RoundEnded => {
                if let Some(bar) = self.bar().take() {
                    bar.end();
                }
            }
            Event::Searched { sweep, summary } => {
                if !self.trains.load(Ordering::Relaxed) {
                    let (path, runs) = (sweep.path.display(), count(summary.runs, "run"));
                    self.output
                        .message(format_args!("{path}: {runs}, all cached"));
                }
            }
        }
    }
}

/// Returns `experiments/lr.toml: 30 runs, 18 to train`, or what a later round is for.
fn start_line(sweep: &Sweep, purpose: Purpose, rung: Option<&Rung>, plan: &Plan) -> String {
    let cells = &plan.results.cells;
    let runs = count(plan.runs(), "run");
    let what = match (purpose, rung) {
        (Purpose::Rung, Some(rung)) => {
            let promoted = rung.entries.iter().filter(|entry| entry.kept).count();
            let unit = cells
                .first()
                .map_or("step", |cell| cell.cell.settings.budget.unit());
            format!(
                "rung at {unit} {}: {promoted} of {} promoted",
                rung.end,
                count(rung.entries.len(), "cell")
            )
        }
        (Purpose::Sweep | Purpose::Rung, _) => runs,
        (Purpose::References, _) => format!(
            "no cell is good enough to serve as reference (skill {GOOD}): {}",
            added(purpose, plan)
        ),
        (Purpose::Fixes, _) => added(purpose, plan),
        (Purpose::Replays, _) => {
            "failing runs of an older version, to record the evidence of their diagnosis".to_owned()
        }
    };
    let (path, missing) = (sweep.path.display(), plan.missing.len());
    let missing = match purpose {
        Purpose::Rung => count(missing, "run"),
        Purpose::Sweep | Purpose::References | Purpose::Fixes | Purpose::Replays => {
            missing.to_string()
        }
    };
    format!("{path}: {what}, {missing} to train")
}

/// Returns the runs of a round that is not of the sweep's own cells: `3 reference runs`, or `testing fixes: 3
/// cells, 9 runs`. With random changes as controls, the cells include theirs.
fn added(purpose: Purpose, plan: &Plan) -> String {
    let runs = plan.runs();
    match purpose {
        Purpose::References => count(runs, "reference run"),
        Purpose::Fixes => format!(
            "testing fixes: {}, {}",
            count(plan.results.cells.len(), "cell"),
            count(runs, "run")
        ),
        Purpose::Sweep | Purpose::Rung | Purpose::Replays => count(runs, "run"),
    }
}

/// Returns the names of the cells of a round by their index. A reference run has no values of axes.
fn names(results: &Results, purpose: Purpose) -> BTreeMap<usize, String> {
    let cells = results.cells.iter();
    let name = |cell: &CellResults| match purpose {
        Purpose::References => "reference run".to_owned(),
        Purpose::Sweep | Purpose::Rung | Purpose::Fixes | Purpose::Replays => cell.cell.name(),
    };
    cells.map(|cell| (cell.cell.index, name(cell))).collect()
}

/// Shows the progress of one round.
struct Bar<'a> {
    output: &'a Output,
    bar: ProgressBar,
    /// Whether to print lines instead of a bar, because stderr is no terminal.
    lines: bool,
    /// Names of the cells by their index.
    cells: BTreeMap<usize, String>,
    clock: Instant,
    /// Milliseconds on the clock when the last line was written.
    last: AtomicU64,
    /// Whether an unstored run was reported, which is done once.
    reported_not_kept: AtomicBool,
    /// Cells that were reported as too large.
    too_large: Mutex<BTreeSet<usize>>,
}

impl<'a> Bar<'a> {
    /// Starts the progress of a round with these cells and this many missing runs.
    fn start(output: &'a Output, cells: BTreeMap<usize, String>, missing: usize) -> Self {
        let terminal = output.progress();
        let bar = ProgressBar::with_draw_target(Some(missing as u64), output.bar_target());
        if let Ok(style) = ProgressStyle::with_template("  {bar:24} {rate}  {msg}") {
            let style = style.progress_chars("━╸ ").with_key("rate", rate);
            bar.set_style(style);
        }
        if terminal == Some(true) {
            bar.enable_steady_tick(Duration::from_millis(200));
            output.keep_clear_of(Some(bar.clone()));
        }
        Bar {
            output,
            bar,
            lines: terminal == Some(false),
            cells,
            clock: Instant::now(),
            last: AtomicU64::new(0),
            reported_not_kept: AtomicBool::new(false),
            too_large: Mutex::default(),
        }
    }

    /// Shows an event.
    fn hear(&self, event: &execute::RunEvent) {
        match event {
            execute::RunEvent::Started(_) | execute::RunEvent::Weights(_) => {}
            execute::RunEvent::Lowered(lowered) => self.output.message(format_args!("  {lowered}")),
            execute::RunEvent::Ended {
                run, trace, timing, ..
            } => {
                self.bar.inc(1);
                let name = self.cells.get(&run.cell).map_or("", String::as_str);
                let loss = trace.end().map(|score| score.loss.0);
                if trace.outcome.is_too_large() {
                    // All seeds of a cell need the same memory.
                    let mut reported = self
                        .too_large
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner);
                    if reported.insert(run.cell) {
                        let why = trace.outcome.message().unwrap_or_default();
                        self.output
                            .message(format_args!("  {name}: too large: {why}"));
                    }
                } else if !trace.outcome.is_complete() {
                    self.output.message(format_args!(
                        "  {name}, seed {}: {} after {}",
                        run.seed,
                        ending(&trace.outcome),
                        duration(timing.wall)
                    ));
                } else if let Some(loss) = loss {
                    self.bar
                        .set_message(shown(&format!("{name}: {}", number(loss))));
                }
                self.line();
            }
            execute::RunEvent::NotKept {
                run,
                message,
                is_replay: true,
            } => {
                let name = self.cells.get(&run.cell).map_or("", String::as_str);
                self.output
                    .warning(format_args!("{name}, seed {}: {message}", run.seed));
            }
            execute::RunEvent::NotKept {
                message,
                is_replay: false,
                ..
            } => {
                if !self.reported_not_kept.swap(true, Ordering::Relaxed) {
                    self.output.error(format_args!(
                        "{message}; training continues, but the next command trains runs again that \
                         could not be stored"
                    ));
                }
            }
        }
    }

    /// Prints a line if there is no bar and the last line is older than [`EVERY`].
    fn line(&self) {
        let now = self.clock.elapsed();
        let last = self.last.load(Ordering::Relaxed);
        let ms = now.as_millis() as u64;
        let due = self.lines && ms >= last + EVERY.as_millis() as u64;
        // Only one of several workers writes the line.
        let mine = |_| {
            let (order, last) = (Ordering::Relaxed, last);
            self.last.compare_exchange(last, ms, order, order).is_ok()
        };
        if due && mine(()) {
            let (done, of) = (self.bar.position(), self.bar.length().unwrap_or(0));
            self.output
                .message(format_args!("  {}", far(done, of, now)));
        }
    }

    /// Removes the bar.
    fn end(&self) {
        self.output.keep_clear_of(None);
        self.bar.finish_and_clear();
    }
}

/// Writes the text next to the bar.
fn rate(state: &ProgressState, to: &mut dyn std::fmt::Write) {
    let text = far(state.pos(), state.len().unwrap_or(0), state.elapsed());
    // An error while drawing the bar is harmless.
    let _ = to.write_str(&text);
}

/// Returns `4 of 12 runs, 1.3 runs/s, about 6 s left`; without an estimate before the first run has ended.
fn far(done: u64, of: u64, since: Duration) -> String {
    let progress = format!("{done} of {of} runs");
    let rate = done as f64 / since.as_secs_f64().max(1e-3);
    match Duration::try_from_secs_f64(of.saturating_sub(done) as f64 / rate) {
        Ok(left) if done > 0 => {
            let left = duration(left.max(Duration::from_secs(1)));
            format!("{progress}, {} runs/s, about {left} left", number(rate))
        }
        _ => progress,
    }
}

/// Returns how an incomplete run ended.
fn ending(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Crashed { message } => format!("crashed: {message}"),
        Outcome::TimedOut { step } => format!("timed out at step {step}"),
        Outcome::TooLarge { .. }
        | Outcome::Finished
        | Outcome::Pruned { .. }
        | Outcome::Converged { .. }
        | Outcome::StoppedEarly { .. }
        | Outcome::Diverged { .. } => outcome.name().to_owned(),
    }
}
