//! Texts of the page of an inspected run.

use crate::diagnose::expectations::count;
use crate::grid::Cell;
use crate::identity::RunId;
use crate::report::shared::number::number;
use crate::trace::Trace;
use crate::trace::inspection::{Inspection, SnapshotStep};
use serde::Serialize;

/// An inspected run.
#[derive(Debug, Clone, Copy)]
pub struct Inspected<'a> {
    /// ID of the run.
    pub id: RunId,
    /// Cell of the run.
    pub cell: &'a Cell,
    /// The stored trace.
    pub trace: &'a Trace,
    /// The inspection.
    pub inspection: &'a Inspection,
    /// Whether the replay is bit-identical to the stored run.
    pub same_bits: bool,
}

/// The texts of the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InspectView {
    /// ID of the run.
    pub id: String,
    /// Name of the cell.
    pub cell: String,
    /// The seed.
    pub seed: u64,
    /// A sentence that says whether the replay is bit-identical.
    pub again: String,
    /// Whether it is.
    pub same_bits: bool,
    /// The label of the slider for every snapshot.
    pub moments: Vec<String>,
}

/// Returns the texts of the page.
pub fn inspect(inspected: &Inspected) -> InspectView {
    let Inspection { steps, surface, .. } = inspected.inspection;
    let moment = |(i, moment): (usize, &SnapshotStep)| {
        let of = inspected.trace.steps;
        let step = match moment.step as f64 == moment.epoch {
            true => format!("step {} of {of}", moment.step),
            false => {
                let epoch = number((moment.epoch * 10.0).round() / 10.0);
                format!("step {} of {of}, epoch {epoch}", moment.step)
            }
        };
        match surface {
            Some(surface) => format!("{step}, loss {}", number(surface.heights[i])),
            None => step,
        }
    };
    InspectView {
        id: inspected.id.to_string(),
        cell: inspected.cell.name(),
        seed: inspected.trace.seed,
        again: again(inspected),
        same_bits: inspected.same_bits,
        moments: steps.iter().enumerate().map(moment).collect(),
    }
}

fn again(inspected: &Inspected) -> String {
    let snapshots = count(inspected.inspection.steps.len(), "snapshot");
    match inspected.same_bits {
        true => format!("Replayed with {snapshots}, bit-identical to the stored run."),
        false => format!(
            "Replayed with {snapshots}, not bit-identical to the stored run: another program version or \
             another kind of processor trained that one. This page may differ from it."
        ),
    }
}
