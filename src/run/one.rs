//! One run, whatever happens to it: its data, its training, its clock.

use super::{Engine, Options, guard};
use crate::data::{Files, dataset};
use crate::grid::Cell;
use crate::spec::settings::Source;
use crate::trace::{Timing, Trace};
use crate::train::{Control, Job};
use std::sync::atomic::AtomicBool;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Trains a cell with one seed. Data that can't be made and panics are its outcome; only a
/// cancelled run gives nothing.
pub(super) fn train_one(
    cell: &Cell,
    seed: u64,
    engine: &Engine,
    files: &Files,
    options: &Options,
    cancelled: &AtomicBool,
) -> Option<(Trace, Timing)> {
    let clock = Instant::now();
    let started = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let control = Control {
        deadline: options
            .timeout
            .and_then(|timeout| clock.checked_add(timeout)),
        cancelled,
    };
    let trace = guard::catching(|| attempt(cell, seed, engine, files, &control))
        .unwrap_or_else(|panic| Some(failed(cell, seed, engine, format!("panicked: {panic}"))))?;
    let wall = clock.elapsed();
    Some((trace, Timing { wall, started }))
}

/// The run itself.
fn attempt(
    cell: &Cell,
    seed: u64,
    engine: &Engine,
    files: &Files,
    control: &Control,
) -> Option<Trace> {
    let settings = &cell.settings;
    let data = match settings.data.source {
        Source::None => None,
        _ => match dataset(&settings.data, files, seed) {
            Ok(data) => Some(data),
            Err(error) => return Some(failed(cell, seed, engine, error.to_string())),
        },
    };
    let job = Job {
        settings,
        seed,
        data: data.as_ref(),
    };
    (engine.train)(&job, control)
}

/// The trace of a run of which nothing is known but that it failed.
fn failed(cell: &Cell, seed: u64, engine: &Engine, message: String) -> Trace {
    let job = Job {
        settings: &cell.settings,
        seed,
        data: None,
    };
    crate::train::failed(&job, engine.name, message)
}
