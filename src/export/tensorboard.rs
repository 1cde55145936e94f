//! TensorBoard event files: one folder per run, with scalars over steps, and the axes as hyperparameters.
//!
//! Only the start and the end of a run have a time, so all its events carry the start time. TensorBoard's horizontal
//! axis RELATIVE therefore has no meaning; use STEP. Scalars are 32-bit floats.

mod event;
mod record;

use super::exported::{Exported, ExportedRun};
use super::field::in_words;
use super::files::{ExportError, create, failed};
use super::scalars::scalars;
use crate::atomic_write::PartialFolder;
use crate::config::Value;
use crate::trace::{Timing, Trace};
use event::{EventProto, Hyperparameter};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{fs, iter};

/// Prefix and suffix of the names of event files. TensorBoard searches for the prefix.
const NAME: (&str, &str) = ("events.out.tfevents.", ".sweep");

/// Maximum characters of the name of a run's folder.
const LONGEST: usize = 100;

/// Writes `<page>/<run>/events.out.tfevents.<start>.sweep` for every trained run, and replaces earlier exports. The
/// folder of the page takes its place when all files are complete.
pub fn write(of: &Exported, into: &Path) -> Result<Vec<PathBuf>, ExportError> {
    let folder = into.join(of.page);
    write_folder(of, &folder).map_err(|source| failed(&folder, source))?;
    Ok(vec![folder])
}

fn write_folder(of: &Exported, folder: &Path) -> io::Result<()> {
    let partial = PartialFolder::create(folder)?;
    for run in of.runs() {
        let Some((trace, timing)) = run.trained else {
            continue;
        };
        let file = format!("{}{:010}{}", NAME.0, timing.started, NAME.1);
        let path = partial.path().join(name(&run)).join(file);
        events(&path, &run, trace, timing)?;
    }
    partial.finish(is_of_runs)
}

/// Returns whether a path in the folder of the page is an event file of a run, or a folder of only such files. They are
/// replaced, so that removed cells disappear. Deeper files belong to other sweeps.
fn is_of_runs(depth: usize, path: &Path) -> bool {
    let is_events = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(NAME.0) && name.ends_with(NAME.1)
    };
    let holds_only_events = || {
        let entries = fs::read_dir(path).map(|entries| entries.filter_map(Result::ok));
        entries.is_ok_and(|mut entries| entries.all(|entry| is_events(&entry.path())))
    };
    match depth {
        1 => holds_only_events(),
        2 => is_events(path),
        _ => false,
    }
}

/// Returns `3 lr=0.1 optimizer=sgd seed=0`, with characters that every file system accepts.
fn name(run: &ExportedRun) -> String {
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

/// Writes the events of one run: hyperparameters, scalars by step, outcome.
fn events(path: &Path, run: &ExportedRun, trace: &Trace, timing: &Timing) -> io::Result<()> {
    let started = timing.started as f64;
    let cell = &run.cell.cell;
    let axes = cell.varied.iter();
    let axes = axes.map(|(key, value)| (key.clone(), hyperparameter(value)));
    let seed = ("seed".to_owned(), Hyperparameter::Number(run.seed as f64));
    let first = [
        EventProto::version(started),
        EventProto::session_start(started, axes.chain([seed])),
    ];
    let steps = scalars(run).into_iter();
    let steps = steps.map(|(step, scalars)| EventProto::scalars(started, step, scalars));
    let ended = started + timing.wall.as_secs_f64();
    let last = EventProto::session_end(started, trace.outcome.is_complete(), ended);
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
        Value::Text(_) | Value::List(_) | Value::Table(_) => Hyperparameter::Text(in_words(value)),
    }
}
