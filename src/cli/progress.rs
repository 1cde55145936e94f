//! Progress of training: a bar on a terminal, a line from time to time elsewhere.

use super::output::Output;
use super::text::shown;
use crate::expect::{count, number};
use crate::report::number::{bytes, duration};
use crate::results::Results;
use crate::run::Event;
use crate::run::memory::Lowered;
use crate::trace::Outcome;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between two lines without a terminal.
const EVERY: Duration = Duration::from_secs(10);

/// Shows the progress of one sweep.
pub struct Progress<'a> {
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

impl<'a> Progress<'a> {
    /// Starts the progress of a sweep with this many missing runs.
    pub fn start(output: &'a Output, results: &Results, missing: usize) -> Self {
        let terminal = output.progress();
        let drawn = terminal == Some(true) && missing > 0;
        let target = if drawn {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(missing as u64), target);
        if let Ok(style) = ProgressStyle::with_template("  {bar:24} {rate}  {msg}") {
            let style = style.progress_chars("━╸ ").with_key("rate", rate);
            bar.set_style(style);
        }
        if drawn {
            bar.enable_steady_tick(Duration::from_millis(200));
            output.keep_clear_of(Some(bar.clone()));
        }
        Progress {
            output,
            bar,
            lines: terminal == Some(false),
            cells: results
                .cells
                .iter()
                .map(|cell| (cell.cell.index, cell.cell.name()))
                .collect(),
            clock: Instant::now(),
            last: AtomicU64::new(0),
            reported_not_kept: AtomicBool::new(false),
            too_large: Mutex::default(),
        }
    }

    /// Shows an event.
    pub fn hear(&self, event: Event) {
        match event {
            Event::Started(_) | Event::Weights(_) => {}
            Event::Lowered(lowered) => self.output.message(in_words(lowered)),
            Event::Ended { run, trace, timing } => {
                self.bar.inc(1);
                let name = self.cells.get(&run.cell).map_or("", String::as_str);
                let loss = trace.risks.last().map(|risk| risk.train.loss.0);
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
            Event::NotKept { message, .. } => {
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
    pub fn end(&self) {
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

/// Returns `jobs lowered from 4 to 2: 4 jobs would need 3.1 GB of memory, 2 GB free`.
pub fn in_words(lowered: &Lowered) -> String {
    let Lowered {
        jobs,
        stack,
        needed,
        free,
    } = *lowered;
    let mut parts = Vec::new();
    for (what, [from, to]) in [("jobs", jobs), ("runs per stack", stack)] {
        if to < from {
            parts.push(format!("{what} lowered from {from} to {to}"));
        }
    }
    let [needed, free] = [needed, free].map(|size| bytes(size as u64));
    let from = count(jobs[0], "job");
    let parts = parts.join(", ");
    format!("  {parts}: {from} would need {needed} of memory, {free} free")
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
