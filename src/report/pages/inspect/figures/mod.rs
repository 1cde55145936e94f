//! Animated figures of an inspected run. One slider sets all of them to the values of a snapshot.

pub mod histograms;
pub mod outputs;
pub mod surface;

use crate::report::shared::plot::{Figure, coarse};
use serde::Serialize;

/// A figure with the parts that change from snapshot to snapshot.
#[derive(Serialize)]
pub struct AnimatedFigure {
    /// The figure without data of a snapshot.
    pub figure: Figure,
    /// The parts that change.
    pub changes: Vec<AnimatedAttribute>,
}

/// A part of the data of a figure that changes.
#[derive(Serialize)]
pub struct AnimatedAttribute {
    /// Index of the trace.
    pub trace: usize,
    /// `x`, `y`, `z` or `text`.
    pub key: &'static str,
    /// The value at every snapshot.
    pub frames: Vec<FrameValues>,
}

/// Values of a figure.
#[derive(Serialize)]
#[serde(untagged)]
pub enum FrameValues {
    /// Numbers along a line.
    Line(Vec<Option<f64>>),
    /// Numbers over a plane, row after row.
    Map(Vec<Vec<Option<f64>>>),
    /// Texts.
    Words(Vec<String>),
}

/// Rounds values along a line to the resolution of a screen.
fn line(values: impl IntoIterator<Item = f64>) -> FrameValues {
    FrameValues::Line(coarse(values))
}

/// Returns a note about the number of snapshots with values that can't be drawn, if there are any.
fn note(snapshots: usize, what: &str) -> Vec<String> {
    match snapshots {
        0 => Vec::new(),
        1 => vec![format!("At 1 snapshot {what}.")],
        n => vec![format!("At {n} snapshots {what}.")],
    }
}
