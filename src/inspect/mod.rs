//! Inspects one run at about 40 steps: predictions, weight histograms, and the loss around the trajectory of the
//! weights. The result is an [`Inspection`], plain data that the report draws.

pub mod histograms;
pub mod path;
pub mod predictions;
pub mod principal;
pub mod snapshot_steps;
pub mod surface;

use crate::trace::Trace;
use crate::trace::inspection::{Inspection, SnapshotStep};
use crate::train::components::Model;
use crate::train::rows::Split;
use crate::train::schedule::Schedule;
use crate::train::weight_snapshots::Snapshot;
use crate::train::{Cancellation, Job};
use candle_core::Result;

/// Inspects a replayed run. Returns none if it was cancelled.
///
/// # Errors
/// Those of candle.
pub fn inspect(
    job: &Job,
    trace: &Trace,
    snapshots: &[Snapshot],
    control: &Cancellation,
) -> Result<Option<Inspection>> {
    let rows = Split::new(job)?;
    let model = Model::new(job.settings, job.seed, rows.features(), rows.outputs())?;
    let schedule = Schedule::new(job.settings, rows.train_rows());
    let predictions = predictions::predictions(job, trace, &model, &rows, snapshots)?;
    let surface = surface::surface(job, &model, &rows, snapshots, control)?;
    Ok((!control.is_cancelled()).then(|| Inspection {
        steps: snapshots
            .iter()
            .map(|snapshot| SnapshotStep::new(snapshot.step, schedule.steps_per_epoch))
            .collect(),
        predictions,
        histograms: histograms::histograms(&model, snapshots),
        surface,
    }))
}
