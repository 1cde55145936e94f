//! A page while a sweep is trained. A thread of its own hears of every run that ends and writes the page
//! again from time to time. It takes one core for a small share of the time, holds up no worker, and what
//! it can't write is no matter: the last page is written when all is done.

use super::folder::Folder;
use super::output::Output;
use crate::diagnose::diagnose_all;
use crate::identity::RunId;
use crate::report::{Page, ReportError, Running, write_running};
use crate::results::Results;
use crate::run::{Event, Plan};
use crate::spec::Sweep;
use crate::trace::{Timing, Trace};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Before the first writing: what ends sooner needs no page on the way.
const FIRST: Duration = Duration::from_secs(1);
/// Between two writings, at least.
const PAUSE: Duration = Duration::from_secs(3);
/// So many times as long as a writing took is the pause after it.
const SHARE: u32 = 50;
/// After this time the page is written again though nothing has ended, to show that somebody does.
const BEAT: Duration = Duration::from_secs(30);
/// So many beats may fail to come before a page counts as left alone.
const BEATS: u32 = 3;
/// Seconds between two loadings of the page in a browser, at least and at most.
const LOADINGS: (u64, u64) = (5, 60);

/// What the writer hears.
enum News {
    Ended(RunId, Arc<Trace>, Timing),
    /// Every run of the grid has ended.
    Trained,
}

/// Where the writer is told.
pub struct Told(Option<Sender<News>>);

impl Told {
    /// What happened to a run.
    pub fn hear(&self, event: Event) {
        if let Event::Ended { run, trace, timing } = event {
            self.tell(News::Ended(run.id, Arc::clone(trace), timing.clone()));
        }
    }

    /// The grid is trained; what is trained beside it comes next.
    pub fn trained(&self) {
        self.tell(News::Trained);
    }

    fn tell(&self, news: News) {
        // A writer that has given up hears nothing.
        let _ = self.0.as_ref().map(|writer| writer.send(news));
    }
}

/// Does `work`, and meanwhile writes the page of the sweep that it trains, where runs are missing.
pub fn while_training<T>(writer: Option<Writer>, work: impl FnOnce(&Told) -> T) -> T {
    let Some(writer) = writer else {
        return work(&Told(None));
    };
    let output = writer.output;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let (tell, news) = channel();
        let over = &over;
        let write = move || writer.write_on(&news, over);
        let named = thread::Builder::new().name("page".to_owned());
        let thread = named.spawn_scoped(scope, write);
        // Without the thread there is no page on the way, and nobody hears what is told.
        let told = Told(thread.is_ok().then_some(tell));
        let done = work(&told);
        over.store(true, Ordering::Relaxed);
        drop(told);
        if let Ok(thread) = thread
            && thread.join().is_err()
        {
            output
                .message("  the page could not be written while training: a fault of the program");
        }
        done
    })
}

/// The page as far as it has come.
pub struct Writer<'a> {
    name: &'a str,
    sweep: &'a Sweep,
    folder: &'a Folder<'a>,
    output: &'a Output,
    /// Without what is trained again.
    results: Results,
    /// Where each run stands in the results.
    places: BTreeMap<RunId, Vec<(usize, usize)>>,
    /// Runs that have ended since the last writing.
    new: BTreeSet<RunId>,
    is_trained: bool,
}

impl<'a> Writer<'a> {
    /// Of a sweep that is about to be trained; none where the store has all of it.
    pub fn of(
        name: &'a str,
        sweep: &'a Sweep,
        plan: &Plan,
        folder: &'a Folder<'a>,
        output: &'a Output,
    ) -> Option<Writer<'a>> {
        if plan.missing.is_empty() {
            return None;
        }
        let mut results = plan.results.clone();
        for (cell, run) in &plan.missing {
            results.cells[*cell].runs[*run].trained = None;
        }
        let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (at, cell) in results.cells.iter().enumerate() {
            for (place, run) in cell.runs.iter().enumerate() {
                places.entry(run.run.id).or_default().push((at, place));
            }
        }
        Some(Writer {
            name,
            sweep,
            folder,
            output,
            results,
            places,
            new: BTreeSet::new(),
            is_trained: false,
        })
    }

    /// Writes again and again until nobody tells anything any more.
    fn write_on(mut self, news: &Receiver<News>, over: &AtomicBool) {
        let (mut pause, mut last) = (PAUSE, None);
        let mut next = Instant::now() + FIRST;
        let mut changed = true;
        loop {
            match news.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(news) => {
                    self.take(news);
                    changed = true;
                }
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    let clock = Instant::now();
                    if changed || last.is_none_or(|last: Instant| last.elapsed() >= BEAT) {
                        if let Err(error) = self.write(pause, over) {
                            let told = format_args!("  no page while training: {error}");
                            return self.output.message(told);
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

    fn take(&mut self, news: News) {
        match news {
            News::Trained => self.is_trained = true,
            News::Ended(id, trace, timing) => {
                for (cell, run) in self.places.get(&id).into_iter().flatten() {
                    let trained = &mut self.results.cells[*cell].runs[*run].trained;
                    *trained = Some((Arc::clone(&trace), timing.clone()));
                }
                self.new.insert(id);
            }
        }
    }

    /// Writes the page once; the next writing comes after this pause or the one that it costs.
    fn write(&mut self, pause: Duration, over: &AtomicBool) -> Result<(), ReportError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let running = Running {
            written: now.map_or(0, |since| since.as_millis() as u64),
            every: pause.as_secs().clamp(LOADINGS.0, LOADINGS.1),
            stale: (BEATS * BEAT.max(pause)).as_secs(),
            is_trained: self.is_trained,
        };
        let page = Page {
            diagnoses: &diagnose_all(&self.results),
            running: Some(running),
            ..self.folder.page(self.name, self.sweep, &self.results)
        };
        write_running(self.folder.path, &page, &mut self.new, over)
    }

    /// Where somebody looks on, they are told where there is something to look at.
    fn announce(&self) {
        if self.output.progress() == Some(true) {
            let page = self.folder.path.join(self.name).join("index.html");
            self.output
                .message(format_args!("  as far as it is: {}", page.display()));
        }
    }
}
