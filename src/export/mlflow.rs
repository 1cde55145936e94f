//! MLflow file store (`mlflow/store/tracking/file_store.py`): a folder per experiment, which contains a folder per run
//! with a file per parameter, tag and metric. A sweep is an experiment.
//!
//! Only the start and the end of a run have a time, so all points of its metrics carry the start time.

use super::exported::{Exported, ExportedRun};
use super::field::in_words;
use super::files::{ExportError, create, failed, write as write_file};
use super::scalars::scalars;
use crate::atomic_write::PartialFolder;
use crate::safe_path::below;
use crate::trace::{Outcome, Timing, Trace};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The tag that marks exported runs.
const OURS: &str = "sweep.run";

/// Writes the experiment of a sweep with all trained runs, and replaces earlier exports. The folder takes its place when
/// all files are complete. Returns the root of the store.
pub fn write(of: &Exported, into: &Path) -> Result<Vec<PathBuf>, ExportError> {
    let experiment = experiment(of.page);
    let folder = into.join(&experiment);
    write_experiment(of, &experiment, &folder).map_err(|source| failed(&folder, source))?;
    Ok(vec![into.to_owned()])
}

fn write_experiment(of: &Exported, experiment: &str, folder: &Path) -> io::Result<()> {
    let partial = PartialFolder::create(folder)?;
    let folder = partial.path();
    let times = || {
        of.runs()
            .filter_map(|run| run.trained.map(|(_, timing)| timing))
    };
    let meta = [
        ("artifact_location", quoted("")),
        (
            "creation_time",
            times().map(started).min().unwrap_or(0).to_string(),
        ),
        ("experiment_id", quoted(experiment)),
        (
            "last_update_time",
            times().map(ended).max().unwrap_or(0).to_string(),
        ),
        ("lifecycle_stage", quoted("active")),
        ("name", quoted(of.page)),
    ];
    write_file(&folder.join("meta.yaml"), &yaml(&meta))?;
    write_file(&folder.join("tags/mlflow.note.content"), &of.sweep.title)?;
    for run in of.runs() {
        if let Some((trace, timing)) = run.trained {
            write_run(folder, experiment, &run, trace, timing)?;
        }
    }
    // Replaces the runs of earlier exports, and no others.
    partial.finish(|_, path| path.join("tags").join(OURS).exists())
}

/// Returns the ID of an experiment: 18 digits of a hash of the page, so that the next export finds it again.
fn experiment(page: &str) -> String {
    let hash = blake3::hash(page.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    format!("{:018}", u64::from_le_bytes(first) % 10_u64.pow(18))
}

/// Returns the ID of a run in the file store. A run of two sweeps becomes two runs, since an MLflow run has one
/// experiment.
fn run_id(experiment: &str, run: &ExportedRun) -> String {
    let hash = blake3::hash(format!("{experiment}/{}", run.id).as_bytes());
    hash.to_hex().chars().take(32).collect()
}

fn write_run(
    experiment_folder: &Path,
    experiment: &str,
    run: &ExportedRun,
    trace: &Trace,
    timing: &Timing,
) -> io::Result<()> {
    let id = run_id(experiment, run);
    let folder = experiment_folder.join(&id);
    let name = format!("{}, seed {}", run.cell.cell.name(), run.seed);
    let meta = [
        ("artifact_uri", quoted("")),
        ("end_time", ended(timing).to_string()),
        ("entry_point_name", quoted("")),
        ("experiment_id", quoted(experiment)),
        ("lifecycle_stage", quoted("active")),
        ("run_id", quoted(&id)),
        ("run_name", quoted(&name)),
        ("run_uuid", quoted(&id)),
        ("source_name", quoted("")),
        // Unknown: no notebook, project or job.
        ("source_type", "4".to_owned()),
        ("source_version", quoted("")),
        ("start_time", started(timing).to_string()),
        ("status", status(&trace.outcome).to_string()),
        ("tags", "[]".to_owned()),
        ("user_id", quoted("")),
    ];
    write_file(&folder.join("meta.yaml"), &yaml(&meta))?;
    // MLflow requires all of these folders.
    for part in ["artifacts", "metrics", "params"] {
        fs::create_dir_all(folder.join(part))?;
    }
    for (tag, value) in tags(run, trace, name) {
        write_file(&folder.join("tags").join(tag), &value)?;
    }
    let settings = run.cell.cell.values.0.iter();
    let settings = settings.map(|(key, value)| (key.clone(), in_words(value)));
    for (key, value) in settings.chain([("seed".to_owned(), run.seed.to_string())]) {
        write_file(&below(&folder.join("params"), &key), &value)?;
    }
    for (metric, points) in metrics(run) {
        // Names of layers come from the trace, which is untrusted if the store is from elsewhere.
        let path = below(&folder.join("metrics"), &metric);
        write_metric(&path, started(timing), &points)?;
    }
    Ok(())
}

fn tags(run: &ExportedRun, trace: &Trace, name: String) -> Vec<(&'static str, String)> {
    let mut tags = vec![
        ("mlflow.runName", name),
        (OURS, run.id.to_string()),
        ("sweep.cell", run.cell.cell.index.to_string()),
        ("sweep.engine", trace.executor.clone()),
        ("sweep.outcome", trace.outcome.name().to_owned()),
    ];
    if let Some(diagnosis) = run.diagnosed {
        tags.push(("sweep.diagnosis", diagnosis.to_owned()));
    }
    if let Some(message) = trace.outcome.message() {
        tags.push(("sweep.message", message));
    }
    tags
}

/// Returns the scalars of a run by name.
fn metrics(run: &ExportedRun) -> BTreeMap<String, Vec<(u64, f64)>> {
    let mut metrics: BTreeMap<String, Vec<(u64, f64)>> = BTreeMap::new();
    for (step, scalars) in scalars(run) {
        for (name, x) in scalars {
            metrics.entry(name).or_default().push((step, x));
        }
    }
    metrics
}

/// Writes one line per point: milliseconds, value, step. Python reads `nan`, `inf` and `-inf` as floats.
fn write_metric(path: &Path, time: u64, points: &[(u64, f64)]) -> io::Result<()> {
    let mut file = create(path)?;
    for (step, x) in points {
        writeln!(file, "{time} {:?} {step}", x)?;
    }
    file.flush()
}

/// Returns the `RunStatus` of `service.proto`: finished, failed or killed.
fn status(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Crashed { .. } | Outcome::TooLarge { .. } => 4,
        Outcome::TimedOut { .. } => 5,
        Outcome::Finished
        | Outcome::Pruned { .. }
        | Outcome::Converged { .. }
        | Outcome::StoppedEarly { .. }
        | Outcome::Diverged { .. } => 3,
    }
}

/// Returns the start in milliseconds since 1970.
fn started(timing: &Timing) -> u64 {
    timing.started.saturating_mul(1000)
}

fn ended(timing: &Timing) -> u64 {
    let wall = u64::try_from(timing.wall.as_millis()).unwrap_or(u64::MAX);
    started(timing).saturating_add(wall)
}

fn yaml(pairs: &[(&str, String)]) -> String {
    let lines = pairs.iter().map(|(key, value)| format!("{key}: {value}\n"));
    lines.collect()
}

/// Returns a quoted YAML text, which is the same as in JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
