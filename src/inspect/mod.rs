//! A closer look at one run than its trace has room for: from its weights at some forty steps to what it
//! said at each, how its weights are spread, and the risk around the path that they took.
//!
//! Plain data come out, which know nothing of tensors: a report draws them.

pub mod histograms;
pub mod moments;
pub mod outputs;
pub mod path;
pub mod principal;
pub mod surface;

pub use histograms::Histogram;
pub use moments::Moment;
pub use outputs::Said;
pub use surface::{Frame, Surface};

use crate::nn::Model;
use crate::trace::Trace;
use crate::train::keep::Snapshot;
use crate::train::rows::Split;
use crate::train::schedule::Schedule;
use crate::train::{Control, Job};
use candle_core::Result;

/// What is seen of one run; every part has one entry per moment.
#[derive(Debug)]
pub struct Inspection {
    /// When the weights were looked at, start and end among them.
    pub moments: Vec<Moment>,
    /// What the model said then.
    pub said: Said,
    /// How the weights of every layer were spread then, input side first; none of a single weight.
    pub histograms: Vec<Histogram>,
    /// The risk around the path; none of weights that never moved, or were never finite.
    pub surface: Option<Surface>,
}

/// Looks at a run that was trained anew. Nothing where the look was cancelled.
///
/// # Errors
/// Those of candle.
pub fn inspect(
    job: &Job,
    trace: &Trace,
    snapshots: &[Snapshot],
    control: &Control,
) -> Result<Option<Inspection>> {
    let rows = Split::new(job)?;
    let model = Model::new(job.settings, job.seed, rows.features(), rows.outputs())?;
    let schedule = Schedule::new(job.settings, rows.train_rows());
    let said = outputs::said(job, trace, &model, &rows, snapshots)?;
    let surface = surface::surface(job, &model, &rows, snapshots, control)?;
    Ok((!control.is_cancelled()).then(|| Inspection {
        moments: snapshots
            .iter()
            .map(|snapshot| Moment::new(snapshot.step, schedule.steps_per_epoch))
            .collect(),
        said,
        histograms: histograms::histograms(&model, snapshots),
        surface,
    }))
}
