//! One run trained once more, to be looked at closer than its trace allows: by the engine that trained
//! it, with its weights kept on the way, and nothing stored.

use super::engine::engines;
use super::guard;
use crate::data::{Dataset, Files, dataset};
use crate::spec::Settings;
use crate::spec::settings::Source;
use crate::trace::Trace;
use crate::train::keep::{Keep, Snapshot};
use crate::train::schedule::Schedule;
use crate::train::{Control, Job};
use std::rc::Rc;
use std::sync::Arc;

/// A run that can't be trained again.
#[derive(Debug, thiserror::Error)]
pub enum AgainError {
    /// No engine of that name.
    #[error(
        "failed to train the run again: this version has no engine `{0}`; use the version of sweep that trained it, or train it anew with --rerun all"
    )]
    Engine(String),
    /// Its rows.
    #[error("failed to train the run again: {0}")]
    Data(String),
    /// A fault of the program.
    #[error("failed to train the run again: panicked: {0}")]
    Panicked(String),
}

/// A run that was trained again.
#[derive(Debug)]
pub struct Again {
    /// Its rows; none for a one-weight risk.
    pub data: Option<Arc<Dataset>>,
    /// What came of it.
    pub trace: Trace,
    /// Its weights after as many updates as were asked for, and at the end.
    pub snapshots: Vec<Snapshot>,
}

/// Trains the run of a trace again, whose settings these are. `at` says after how many updates of so
/// many, with so many in an epoch, to keep the weights. Nothing comes out of a run that was cancelled.
///
/// # Errors
/// [`AgainError`].
pub fn again(
    settings: &Settings,
    old: &Trace,
    files: &Files,
    at: impl Fn(u64, u64) -> Vec<u64>,
    control: &Control,
) -> Result<Option<Again>, AgainError> {
    let engines = engines();
    let engine = engines.iter().find(|engine| engine.name == old.engine);
    let engine = engine.ok_or_else(|| AgainError::Engine(old.engine.clone()))?;
    let data = match settings.data.source == Source::None {
        true => None,
        false => Some(Arc::new(
            dataset(&settings.data, files, old.seed)
                .map_err(|error| AgainError::Data(error.to_string()))?,
        )),
    };
    // A one-weight risk has a single row that says nothing.
    let rows = data.as_ref().map_or(1, |data| data.train.len());
    let steps_per_epoch = Schedule::new(settings, rows).steps_per_epoch;
    let keep = Rc::new(Keep::at(at(old.steps, steps_per_epoch)));
    let mut ended = None;
    let trained = guard::catching(|| {
        let job = Job {
            settings,
            seed: old.seed,
            data: data.clone(),
            keep: Some(Rc::clone(&keep)),
        };
        let mut jobs = std::iter::once(job);
        (engine.train)(&mut jobs, control, &mut |_, run| ended = Some(run.trace));
    });
    trained.map_err(AgainError::Panicked)?;
    let snapshots = keep.snapshots();
    Ok(ended.map(|trace| Again {
        data,
        // Traces of older versions have none.
        trace: Trace {
            trajectory: trace.trajectory.filter(|_| old.trajectory.is_some()),
            ..trace
        },
        snapshots,
    }))
}
