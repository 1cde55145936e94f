//! Runs in another process: a [`Request`] and its [`Reply`] are plain data, one JSON document per line.
//!
//! `sweep __worker` calls [`serve`] with its stdin and stdout. A worker has no store: the process that asked keeps the
//! traces. Traces are bit-identical to those of the same run in any other process. A worker that dies loses the run
//! that it trains, and nothing else: whoever asked sends that request again.

use super::executors::executor_of;
use super::guard;
use crate::config::files::Named;
use crate::config::keys::Registry;
use crate::config::settings::Source;
use crate::config::{Document, Place, Settings};
use crate::grid::{Cell, Run};
use crate::identity::{self, RunId, run_id};
use crate::trace::Trace;
use crate::train::datasets::{Dataset, Files, dataset};
use crate::train::executor::Executor;
use crate::train::recorder::failed;
use crate::train::{Cancellation, Job};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// A run to train.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The run ID, as text. It contains the digest of the data files, so that a worker with other files refuses.
    pub id: String,
    /// The settings, with the paths of data files.
    #[serde(
        serialize_with = "identity::write_settings",
        deserialize_with = "identity::read_settings"
    )]
    pub settings: Settings,
    /// The seed.
    pub seed: u64,
    /// Time limit in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<f64>,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The run ID of the request.
    pub id: String,
    /// Wall time in seconds.
    pub wall: f64,
    /// The record of the run.
    pub trace: Trace,
}

/// A request that cannot be answered, which ends the worker.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The request is no JSON document of this form.
    #[error("failed to read request {line}: {why}")]
    Request {
        /// Its number, from 1.
        line: usize,
        /// The error of the parser.
        why: String,
    },
    /// Settings, executor, version or data files are not those of the process that asked.
    #[error(
        "failed to train run {0}: this worker computes another run ID; use the same version of sweep, and the \
         same data files"
    )]
    Other(String),
    /// Requests cannot be read, or replies cannot be written.
    #[error("failed to talk to the process that asked: {0}")]
    Io(#[from] io::Error),
}

impl Request {
    /// Returns the request for one run of a cell.
    pub fn of(cell: &Cell, run: &Run, timeout: Option<Duration>) -> Request {
        Request {
            id: run.id.to_string(),
            settings: cell.settings.clone(),
            seed: run.seed,
            timeout: timeout.map(|time| time.as_secs_f64()),
        }
    }
}

/// Answers requests until there are no more. A reply is written as soon as its run has ended. Custom models and data
/// sources must be in the registry.
///
/// # Errors
/// [`WorkerError`]. A run that panics is no error, but the outcome of that run.
pub fn serve(
    requests: impl BufRead,
    mut replies: impl Write,
    executors: &[Executor],
    registry: Registry,
) -> Result<(), WorkerError> {
    for (line, request) in requests.lines().enumerate() {
        let mut request: Request =
            serde_json::from_str(&request?).map_err(|error| WorkerError::Request {
                line: line + 1,
                why: error.to_string(),
            })?;
        registry.add_code(&mut request.settings);
        let reply = train(&request, executors)?;
        let reply = serde_json::to_string(&reply).map_err(io::Error::from)?;
        writeln!(replies, "{reply}")?;
        replies.flush()?;
    }
    Ok(())
}

/// Trains the run of a request.
fn train(request: &Request, executors: &[Executor]) -> Result<Reply, WorkerError> {
    let clock = Instant::now();
    let Request {
        id,
        settings,
        seed,
        timeout,
    } = request;
    let other = || WorkerError::Other(id.clone());
    let (executor, _) = executor_of(executors, settings).ok_or_else(other)?;
    let files = files(&settings.data.source, id);
    let known: RunId = run_id(settings, *seed, files.digest(&settings.data), executor.name);
    if known.to_string() != *id {
        return Err(other());
    }
    let control = Cancellation {
        timeout: timeout.map(Duration::from_secs_f64),
        cancelled: &AtomicBool::new(false),
    };
    let mut job = Job {
        settings,
        seed: *seed,
        data: None,
        keep: None,
    };
    let done = rows(settings, *seed, &files).and_then(|data| {
        job.data = data;
        let mut ended = None;
        let trained = guard::catching(|| {
            let mut jobs = std::iter::once(job.clone());
            (executor.train)(&mut jobs, &control, &mut |_, run| ended = Some(run.trace));
        });
        let nothing = || "the executor returned no trace".to_owned();
        trained
            .map_err(|panic| format!("panicked: {panic}"))
            .and_then(|()| ended.ok_or_else(nothing))
    });
    Ok(Reply {
        id: id.clone(),
        trace: done.unwrap_or_else(|why| failed(&job, executor.name, why)),
        wall: clock.elapsed().as_secs_f64(),
    })
}

/// Reads the data files of a source. A file with an error is not read, and the run ID says so.
fn files(source: &Source, id: &str) -> Files {
    if !source.is_file() {
        return Files::default();
    }
    let document = Arc::new(Document::new(format!("request {id}"), ""));
    let place = Place {
        document,
        span: 0..0,
    };
    let source = source.clone();
    Files::read(&[Named { source, place }]).0
}

/// Returns the rows of a run; `None` for a one-weight loss.
fn rows(settings: &Settings, seed: u64, files: &Files) -> Result<Option<Arc<Dataset>>, String> {
    match settings.data.source == Source::None {
        true => Ok(None),
        false => match dataset(&settings.data, files, seed) {
            Ok(rows) => Ok(Some(Arc::new(rows))),
            Err(error) => Err(error.to_string()),
        },
    }
}
