//! One call of an executor: creates the data of its jobs, measures their time, and catches panics.

use super::event::RunEvent;
use super::guard;
use super::schedule::{Queue, Shared};
use crate::config::settings::{DataSettings, Source};
use crate::grid::Cell;
use crate::trace::{Clock, Timing, Trace};
use crate::train::datasets::{Dataset, dataset};
use crate::train::recorder::failed;
use crate::train::weight_snapshots::RequestedSnapshots;
use crate::train::{Ended, Job};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Calls the executor of a queue once. The executor takes as many waiting runs as it likes.
pub(super) fn call(shared: &Shared, queue: &Queue) {
    call_with(shared, queue, &mut || shared.next_of(queue));
}

/// Calls the executor with the runs that `next` returns. If one run is open at a panic, the panic becomes its outcome.
/// If several are open, each is trained again separately, so that only the panicking run is lost.
fn call_with(shared: &Shared, queue: &Queue, next: &mut dyn FnMut() -> Option<(usize, usize)>) {
    let calls = RefCell::new(Call::new(shared, queue));
    let result = guard::catching(|| {
        // Lanes beyond the memory limit stay empty, which does not change the bits of the others.
        let group = &queue.group;
        let is_full = || group.is_limited && calls.borrow().open().len() >= group.together;
        let mut jobs = std::iter::from_fn(|| match is_full() {
            true => None,
            false => Call::draw(&calls, next),
        });
        let mut ended = |place, ended| Call::end(&calls, place, ended);
        (queue.group.executor.train)(&mut jobs, &shared.control(), &mut ended);
    });
    let Err(panic) = result else { return };
    let open = calls.borrow().open();
    match open[..] {
        [place] => {
            let (cell, run) = calls.borrow().drawn[place].at;
            let (cell, run) = shared.named(cell, run);
            let trace = nothing(cell, run.seed, queue, format!("panicked: {panic}"));
            Call::end(&calls, place, trace.into());
        }
        _ => {
            for place in open {
                let mut alone = Some(calls.borrow().drawn[place].at);
                call_with(shared, queue, &mut || alone.take());
            }
        }
    }
}

/// The runs of one call.
struct Call<'s> {
    shared: &'s Shared<'s>,
    queue: &'s Queue<'s>,
    drawn: Vec<StartedRun>,
    /// Time of the last update of the wall times.
    clock: Instant,
    /// The most recent rows, which runs of the same data and seed share.
    rows: Option<(&'s DataSettings, u64, Arc<Dataset>)>,
}

/// A run that an executor has taken.
struct StartedRun {
    at: (usize, usize),
    /// Start in seconds since 1970.
    started: u64,
    /// Its wall time so far. Runs that train together share the time equally.
    wall: Duration,
    ended: bool,
    /// If its weights are requested: the receiver of the weights, and its rows.
    kept: Option<(Rc<RequestedSnapshots>, Option<Arc<Dataset>>)>,
}

impl<'s> Call<'s> {
    fn new(shared: &'s Shared<'s>, queue: &'s Queue<'s>) -> Self {
        Call {
            shared,
            queue,
            drawn: Vec::new(),
            clock: Instant::now(),
            rows: None,
        }
    }

    /// Returns the next run as a job. A run without data fails with the error, and the following run is taken.
    fn draw(
        calls: &RefCell<Call<'s>>,
        next: &mut dyn FnMut() -> Option<(usize, usize)>,
    ) -> Option<Job<'s>> {
        loop {
            let at = next()?;
            let shared = calls.borrow().shared;
            let (cell, run) = shared.named(at.0, at.1);
            (shared.notify)(RunEvent::Started(run));
            let place = calls.borrow_mut().open_clock(at);
            let data = match cell.settings.data.source == Source::None {
                true => Ok(None),
                false => calls
                    .borrow_mut()
                    .rows(&cell.settings.data, run.seed)
                    .map(Some),
            };
            match data {
                Ok(data) => {
                    let keep = shared
                        .wants_weights()
                        .then(|| Rc::new(RequestedSnapshots::at(Vec::new())));
                    let drawn = &mut calls.borrow_mut().drawn[place];
                    drawn.kept = keep.clone().map(|keep| (keep, data.clone()));
                    return Some(Job {
                        settings: &cell.settings,
                        seed: run.seed,
                        data,
                        keep,
                    });
                }
                Err(why) => {
                    let trace = nothing(cell, run.seed, calls.borrow().queue, why);
                    Call::end(calls, place, trace.into());
                    calls.borrow_mut().drawn.pop();
                }
            }
        }
    }

    /// Returns the rows of a run.
    fn rows(&mut self, settings: &'s DataSettings, seed: u64) -> Result<Arc<Dataset>, String> {
        if let Some((of, with, rows)) = &self.rows
            && (*of, *with) == (settings, seed)
        {
            return Ok(rows.clone());
        }
        // Memory may not hold both.
        self.rows = None;
        let rows = dataset(settings, self.shared.files, seed).map_err(|error| error.to_string())?;
        let rows = Arc::new(rows);
        self.rows = Some((settings, seed, rows.clone()));
        Ok(rows)
    }

    /// Stores a run that has ended, and reports it.
    fn end(calls: &RefCell<Call<'s>>, place: usize, Ended { trace, clock }: Ended) {
        let mut call = calls.borrow_mut();
        call.read_clock();
        let drawn = &mut call.drawn[place];
        drawn.ended = true;
        let (at, timing) = (drawn.at, drawn.timing(clock));
        let weights = drawn.kept.take();
        let weights = weights.and_then(|(keep, data)| Some((keep.snapshots().pop()?, data)));
        let shared = call.shared;
        drop(call);
        shared.keep(at, trace, timing, weights);
    }

    fn open_clock(&mut self, at: (usize, usize)) -> usize {
        self.read_clock();
        let started = SystemTime::now().duration_since(UNIX_EPOCH);
        self.drawn.push(StartedRun {
            at,
            started: started.map_or(0, |since| since.as_secs()),
            wall: Duration::ZERO,
            ended: false,
            kept: None,
        });
        self.drawn.len() - 1
    }

    /// Divides the time since the last update among the open runs.
    fn read_clock(&mut self) {
        let elapsed = std::mem::replace(&mut self.clock, Instant::now()).elapsed();
        let open = self.drawn.iter().filter(|drawn| !drawn.ended).count() as u32;
        for drawn in self.drawn.iter_mut().filter(|drawn| !drawn.ended) {
            drawn.wall += elapsed / open;
        }
    }

    /// Returns the places of the runs that were taken and have not ended.
    fn open(&self) -> Vec<usize> {
        let places = self.drawn.iter().enumerate();
        places
            .filter(|(_, drawn)| !drawn.ended)
            .map(|(place, _)| place)
            .collect()
    }
}

impl StartedRun {
    fn timing(&self, clock: Clock) -> Timing {
        Timing {
            wall: self.wall,
            started: self.started,
            clock,
        }
    }
}

/// Returns the trace of a crashed run without results.
fn nothing(cell: &Cell, seed: u64, queue: &Queue, message: String) -> Trace {
    let job = Job {
        settings: &cell.settings,
        seed,
        data: None,
        keep: None,
    };
    failed(&job, queue.group.executor.name, message)
}
