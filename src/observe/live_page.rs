//! The live page of a sweep during training. A separate thread receives every run that ends, and writes the page from
//! time to time. It uses one core for a small share of the time and blocks no worker. Its errors are harmless, since
//! the final page is written after training.

use crate::diagnose::diagnose_all;
use crate::execute;
use crate::execute::Plan;
use crate::identity::RunId;
use crate::report::{Page, ReportError, Running, write_running};
use crate::results::{CellResults, Results};
use crate::study::{Event, Observer, add};
use crate::terminal::output::Output;
use crate::trace::{Timing, Trace};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Delay of the first write: a shorter training needs no live page.
const FIRST: Duration = Duration::from_secs(1);
/// Minimum pause between two writes.
const PAUSE: Duration = Duration::from_secs(3);
/// The pause after a write is at least this many times its duration.
const SHARE: u32 = 50;
/// Heartbeat: after this time the page is written again without new runs, to show that the program is alive.
const BEAT: Duration = Duration::from_secs(30);
/// A page is stale after this many missing heartbeats.
const BEATS: u32 = 3;
/// Minimum and maximum of the seconds between two reloads in a browser.
const LOADINGS: (u64, u64) = (5, 60);

/// A message to the writer.
enum Message {
    /// The cells of a round, without cached runs that are trained again.
    Started(Vec<CellResults>),
    Ended(RunId, Arc<Trace>, Timing),
    /// Every run of the sweep's own cells has ended.
    Trained,
}

/// Sends events to the writer.
pub struct Notifier(Option<Sender<Message>>);

impl Observer for Notifier {
    fn hear(&self, event: &Event) {
        match event {
            Event::RoundStarted { purpose, plan, .. } => {
                let is_written = purpose.is_of_the_sweep();
                // A sweep without missing runs has no live page.
                if is_written && !plan.missing.is_empty() {
                    self.send(Message::Started(open(plan)));
                }
            }
            Event::Run(execute::RunEvent::Ended {
                run,
                trace,
                timing,
                is_rejected: false,
            }) => {
                self.send(Message::Ended(run.id, Arc::clone(trace), (*timing).clone()));
            }
            Event::Searched { .. } => self.send(Message::Trained),
            Event::Run(
                execute::RunEvent::Started(_)
                | execute::RunEvent::Lowered(_)
                | execute::RunEvent::Weights(_)
                | execute::RunEvent::Ended {
                    is_rejected: true, ..
                }
                | execute::RunEvent::NotKept { .. },
            )
            | Event::RoundEnded => {}
        }
    }
}

/// Returns the cells of a plan without cached runs that are trained again.
fn open(plan: &Plan) -> Vec<CellResults> {
    let mut cells = plan.results.cells.clone();
    for (cell, run) in &plan.missing {
        cells[*cell].runs[*run].trained = None;
    }
    cells
}

impl Notifier {
    fn send(&self, message: Message) {
        // A writer that has stopped receives nothing.
        let _ = self.0.as_ref().map(|writer| writer.send(message));
    }
}

/// Calls `work`, and writes the live page of the sweep meanwhile, if runs are missing.
pub fn while_writing<T>(page: LivePage, work: impl FnOnce(&Notifier) -> T) -> T {
    let output = page.output;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let (sender, messages) = channel();
        let over = &over;
        let write = move || page.write_on(&messages, over);
        let named = thread::Builder::new().name("page".to_owned());
        let thread = named.spawn_scoped(scope, write);
        // Without the thread there is no live page and no receiver.
        let notifier = Notifier(thread.is_ok().then_some(sender));
        let done = work(&notifier);
        over.store(true, Ordering::Relaxed);
        drop(notifier);
        if let Ok(thread) = thread
            && thread.join().is_err()
        {
            output.message("  failed to write the live page: a bug in sweep");
        }
        done
    })
}

/// Writes the live page.
pub struct LivePage<'a> {
    /// The page without results.
    page: Page<'a>,
    /// The report folder.
    folder: &'a Path,
    output: &'a Output,
    /// Results so far, without cached runs that are trained again.
    results: Results,
    /// The places of each run in the results.
    places: BTreeMap<RunId, Vec<(usize, usize)>>,
    /// Runs that have ended since the last write.
    new: BTreeSet<RunId>,
    is_trained: bool,
}

impl<'a> LivePage<'a> {
    /// Creates the live page of a sweep before training, from its page without results.
    pub fn new(page: Page<'a>, folder: &'a Path, output: &'a Output) -> LivePage<'a> {
        LivePage {
            page,
            folder,
            output,
            results: Results {
                target: page.sweep.target,
                ..Results::default()
            },
            places: BTreeMap::new(),
            new: BTreeSet::new(),
            is_trained: false,
        }
    }

    /// Writes repeatedly until the sender is dropped.
    fn write_on(mut self, messages: &Receiver<Message>, over: &AtomicBool) {
        // Nothing is written without a round with missing runs.
        loop {
            match messages.recv() {
                Ok(first @ Message::Started(_)) => break self.take(first),
                Ok(Message::Ended(..) | Message::Trained) => {}
                Err(_) => return,
            }
        }
        let (mut pause, mut last) = (PAUSE, None);
        let mut next = Instant::now() + FIRST;
        let mut changed = true;
        loop {
            match messages.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(message) => {
                    self.take(message);
                    changed = true;
                }
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    let clock = Instant::now();
                    if changed || last.is_none_or(|last: Instant| last.elapsed() >= BEAT) {
                        if let Err(error) = self.write(pause, over) {
                            let text = format_args!("  no live page: {error}");
                            return self.output.message(text);
                        }
                        if last.is_none() {
                            self.announce();
                        }
                        last = Some(Instant::now());
                        changed = false;
                        pause = PAUSE.max(SHARE * clock.elapsed());
                    }
                    next = Instant::now() + pause;
                }
            }
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Started(cells) => {
                add(&mut self.results, cells);
                self.places = places(&self.results);
            }
            Message::Trained => self.is_trained = true,
            Message::Ended(id, trace, timing) => {
                for (cell, run) in self.places.get(&id).into_iter().flatten() {
                    let trained = &mut self.results.cells[*cell].runs[*run].trained;
                    *trained = Some((Arc::clone(&trace), timing.clone()));
                }
                self.new.insert(id);
            }
        }
    }

    /// Writes the page once. The next write follows after this pause, or a longer one.
    fn write(&mut self, pause: Duration, over: &AtomicBool) -> Result<(), ReportError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let running = Running {
            written: now.map_or(0, |since| since.as_millis() as u64),
            every: pause.as_secs().clamp(LOADINGS.0, LOADINGS.1),
            stale: (BEATS * BEAT.max(pause)).as_secs(),
            is_trained: self.is_trained,
        };
        let page = Page {
            results: &self.results,
            diagnoses: &diagnose_all(&self.results),
            running: Some(running),
            ..self.page
        };
        write_running(self.folder, &page, &mut self.new, over)
    }

    /// Prints the path of the page on a terminal.
    fn announce(&self) {
        if self.output.progress() == Some(true) {
            let page = self.folder.join(self.page.name).join("index.html");
            self.output
                .message(format_args!("  live report: {}", page.display()));
        }
    }
}

/// Returns the places of each run.
fn places(results: &Results) -> BTreeMap<RunId, Vec<(usize, usize)>> {
    let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (at, cell) in results.cells.iter().enumerate() {
        for (place, run) in cell.runs.iter().enumerate() {
            places.entry(run.run.id).or_default().push((at, place));
        }
    }
    places
}
