//! TensorBoard's event files: a folder per run, with its scalars over steps and the axes as hyperparameters.
//!
//! A run's clock is read at its start and at its end, so that all its events carry the start: the axes
//! STEP and RELATIVE of TensorBoard then mean step and nothing. Scalars are 32-bit floats there.

mod event;
mod record;

use super::field::in_words;
use super::files::{create, failed};
use super::scalars::scalars;
use super::{ExportError, Exported, One};
use crate::spec::Value;
use crate::trace::{Timing, Trace};
use event::{Event, Hyperparameter};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{fs, iter};
use walkdir::WalkDir;

/// How the names of our event files start and end; a TensorBoard that is pointed at them looks for the
/// start.
const NAME: (&str, &str) = ("events.out.tfevents.", ".sweep");

/// Most characters of the name of a run's folder.
const LONGEST: usize = 100;

/// Writes `<page>/<run>/events.out.tfevents.<start>.sweep` for every trained run, in place of all that
/// were written there before.
pub fn write(of: &Exported, into: &Path) -> Result<Vec<PathBuf>, ExportError> {
    let folder = into.join(of.page);
    clear(&folder).map_err(|source| failed(&folder, source))?;
    for run in of.runs() {
        let Some((trace, timing)) = run.trained else {
            continue;
        };
        let file = format!("{}{:010}{}", NAME.0, timing.started, NAME.1);
        let path = folder.join(name(&run)).join(file);
        events(&path, &run, trace, timing).map_err(|source| failed(&path, source))?;
    }
    Ok(vec![folder])
}

/// Takes away the event files of an export before, so that no cell stays that is no longer in the file.
fn clear(folder: &Path) -> io::Result<()> {
    let walk = WalkDir::new(folder).contents_first(true).into_iter();
    for entry in walk.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy();
        if entry.file_type().is_dir() {
            // Only an empty one goes.
            let _ = fs::remove_dir(entry.path());
        } else if name.starts_with(NAME.0) && name.ends_with(NAME.1) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// `3 lr=0.1 optimizer=sgd seed=0`, of characters that every file system takes.
fn name(run: &One) -> String {
    let cell = &run.cell.cell;
    let varied = cell.varied.iter();
    let varied = varied.map(|(key, value)| format!(" {key}={value}"));
    let plain = |c: char| match c {
        _ if c.is_alphanumeric() || " -_.,=+".contains(c) => c,
        _ => '_',
    };
    let seed = format!(" seed={}", run.seed);
    let start = format!("{}{}", cell.index, varied.collect::<String>());
    let start = start.chars().map(plain).take(LONGEST - seed.len());
    start.chain(seed.chars()).collect()
}

/// The events of one run: what was asked of it, its scalars step by step, how it ended.
fn events(path: &Path, run: &One, trace: &Trace, timing: &Timing) -> io::Result<()> {
    let started = timing.started as f64;
    let cell = &run.cell.cell;
    let axes = cell.varied.iter();
    let axes = axes.map(|(key, value)| (key.clone(), hyperparameter(value)));
    let seed = ("seed".to_owned(), Hyperparameter::Number(run.seed as f64));
    let first = [
        Event::version(started),
        Event::session_start(started, axes.chain([seed])),
    ];
    let steps = scalars(run).into_iter();
    let steps = steps.map(|(step, scalars)| Event::scalars(started, step, scalars));
    let ended = started + timing.wall.as_secs_f64();
    let last = Event::session_end(started, trace.outcome.is_complete(), ended);
    let mut file = create(path)?;
    for event in first.into_iter().chain(steps).chain(iter::once(last)) {
        record::write(&mut file, &event.bytes())?;
    }
    file.flush()
}

fn hyperparameter(value: &Value) -> Hyperparameter {
    match value {
        Value::Bool(value) => Hyperparameter::Flag(*value),
        Value::Integer(value) => Hyperparameter::Number(*value as f64),
        Value::Number(value) => Hyperparameter::Number(*value),
        other => Hyperparameter::Text(in_words(other)),
    }
}
