//! Predictions of the model at every snapshot, in evaluation mode.

use crate::trace::inspection::SnapshotPredictions;
use crate::trace::{Trace, confusion};
use crate::train::Job;
use crate::train::components::Model;
use crate::train::components::entries::entries;
use crate::train::recorder::outputs::Probe;
use crate::train::rows::{Split, matrix};
use crate::train::weight_snapshots::Snapshot;
use candle_core::{Result, Tensor};

/// Returns the predictions of the model at every snapshot.
///
/// # Errors
/// Those of candle.
pub fn predictions(
    job: &Job,
    trace: &Trace,
    model: &Model,
    rows: &Split,
    snapshots: &[Snapshot],
) -> Result<SnapshotPredictions> {
    if let Model::OneWeight(_) = model {
        return Ok(SnapshotPredictions::Nothing);
    }
    let probe = Probe::new(job);
    let at_each = |x: &Tensor| -> Result<Vec<Vec<f64>>> {
        let at = |snapshot: &Snapshot| at(model, snapshot, x);
        snapshots.iter().map(at).collect()
    };
    let columns = rows.outputs();
    let classes = trace.data.classes.len();
    // The first of several targets, as in the trace.
    let drawn = if classes == 0 { 1 } else { columns };
    if let Some(points) = probe.points() {
        let all = at_each(&matrix(job.settings, points)?)?;
        let apart = |outputs: Vec<f64>| {
            let column = |k| outputs.iter().skip(k).step_by(columns).copied().collect();
            (0..drawn).map(column).collect()
        };
        return Ok(SnapshotPredictions::Lattice(
            all.into_iter().map(apart).collect(),
        ));
    }
    let all = at_each(&rows.train.x.narrow(0, 0, probe.rows())?.contiguous()?)?;
    if classes == 0 {
        let first = |outputs: &Vec<f64>| outputs.iter().step_by(columns).copied().collect();
        return Ok(SnapshotPredictions::Rows(all.iter().map(first).collect()));
    }
    let truth = || trace.predictions.target.iter().map(|y| y.0 as usize);
    let at_snapshot = |outputs: &Vec<f64>| confusion(outputs.chunks(columns), truth(), classes);
    Ok(SnapshotPredictions::Confusion(
        all.iter().map(at_snapshot).collect(),
    ))
}

/// Returns the outputs of a model at one snapshot, row after row.
fn at(model: &Model, snapshot: &Snapshot, x: &Tensor) -> Result<Vec<f64>> {
    model.load(&snapshot.numbers)?;
    let outputs = model.outputs(x)?.map(|outputs| entries(&outputs));
    outputs.transpose().map(Option::unwrap_or_default)
}
