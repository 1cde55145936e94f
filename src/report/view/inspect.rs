//! What the page of a closer look at a run says in words.

use crate::expect::count;
use crate::grid::Cell;
use crate::identity::RunId;
use crate::inspect::{Inspection, Moment};
use crate::report::number::number;
use crate::trace::Trace;
use serde::Serialize;

/// A run that was trained again and looked at.
#[derive(Debug, Clone, Copy)]
pub struct Inspected<'a> {
    /// Its identity.
    pub id: RunId,
    /// Its cell.
    pub cell: &'a Cell,
    /// What the store has of it.
    pub trace: &'a Trace,
    /// What was seen.
    pub inspection: &'a Inspection,
    /// Whether it came out with the bits that the store has.
    pub same_bits: bool,
}

/// The words of the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InspectView {
    /// Identity of the run.
    pub id: String,
    /// The cell.
    pub cell: String,
    /// The seed.
    pub seed: u64,
    /// Whether it came out with the same bits, in a sentence.
    pub again: String,
    /// Whether it did.
    pub same_bits: bool,
    /// Every moment, as the slider tells it.
    pub moments: Vec<String>,
}

/// The words of the page of a run.
pub fn inspect(inspected: &Inspected) -> InspectView {
    let Inspection {
        moments, surface, ..
    } = inspected.inspection;
    let moment = |(i, moment): (usize, &Moment)| {
        let of = inspected.trace.steps;
        let step = match moment.step as f64 == moment.epoch {
            true => format!("step {} of {of}", moment.step),
            false => {
                let epoch = number((moment.epoch * 10.0).round() / 10.0);
                format!("step {} of {of}, epoch {epoch}", moment.step)
            }
        };
        match surface {
            Some(surface) => format!("{step}, R = {}", number(surface.heights[i])),
            None => step,
        }
    };
    InspectView {
        id: inspected.id.to_string(),
        cell: inspected.cell.name(),
        seed: inspected.trace.seed,
        again: again(inspected),
        same_bits: inspected.same_bits,
        moments: moments.iter().enumerate().map(moment).collect(),
    }
}

fn again(inspected: &Inspected) -> String {
    let moments = count(inspected.inspection.moments.len(), "moment");
    match inspected.same_bits {
        true => format!(
            "Trained again, to the same bits as the run in the store, and seen at {moments}."
        ),
        false => format!(
            "Trained again, and seen at {moments}. It did not come out with the bits of the run in \
             the store: another version of the program or another kind of processor trained that one, \
             so what is seen here may differ from it."
        ),
    }
}
