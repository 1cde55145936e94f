//! Figures that move: what a closer look at a run saw at every moment. The page has one slider, which
//! puts the values of its moment into all of them.

pub mod histograms;
pub mod outputs;
pub mod surface;

use super::{Figure, coarse};
use serde::Serialize;

/// A figure with what changes in it from moment to moment.
#[derive(Serialize)]
pub struct Moving {
    /// As it is at no moment in particular.
    pub figure: Figure,
    /// What is put into it.
    pub changes: Vec<Change>,
}

/// One part of the data of a figure.
#[derive(Serialize)]
pub struct Change {
    /// Place among the figure's traces.
    pub trace: usize,
    /// `x`, `y`, `z` or `text`.
    pub key: &'static str,
    /// Its value at every moment.
    pub frames: Vec<Values>,
}

/// Values that a figure takes.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Values {
    /// Along a line.
    Line(Vec<Option<f64>>),
    /// Over a plane, row after row.
    Map(Vec<Vec<Option<f64>>>),
    /// Words.
    Words(Vec<String>),
}

/// Values along a line, as finely as a screen shows them.
fn line(values: impl IntoIterator<Item = f64>) -> Values {
    Values::Line(coarse(values))
}

/// Says how many moments have something that can't be drawn, where one has.
fn note(moments: usize, what: &str) -> Vec<String> {
    match moments {
        0 => Vec::new(),
        1 => vec![format!("At 1 moment {what}.")],
        n => vec![format!("At {n} moments {what}.")],
    }
}
