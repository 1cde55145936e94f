//! Axes and cells in words, and where the points of an axis stand on a scale.

use crate::grid::Cell;
use crate::spec::{Axis, Value};
use serde::Serialize;

/// One axis as a page shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AxisView {
    /// The key, or the name of the zip.
    pub name: String,
    /// The keys it sets, where they are not its name.
    pub keys: Vec<String>,
    /// One label per point.
    pub labels: Vec<String>,
    /// The points as numbers, where all are.
    pub numbers: Option<Vec<f64>>,
    /// Whether a log scale fits: all positive, over a factor of ten and more.
    pub log: bool,
}

/// An axis in words.
pub fn axis(axis: &Axis) -> AxisView {
    let numbers: Option<Vec<f64>> = axis
        .points
        .iter()
        .map(|point| match point.as_slice() {
            [Value::Number(v)] => Some(*v),
            [Value::Integer(v)] => Some(*v as f64),
            _ => None,
        })
        .collect();
    let log = numbers.as_ref().is_some_and(|numbers| {
        let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        let high = numbers.iter().copied().fold(0.0, f64::max);
        low > 0.0 && high >= 10.0 * low
    });
    AxisView {
        name: axis.name.clone(),
        keys: if axis.keys == [axis.name.clone()] {
            Vec::new()
        } else {
            axis.keys.clone()
        },
        labels: labels(axis),
        numbers,
        log,
    }
}

/// The points of an axis in full: rounded, two of them might read the same.
fn labels(axis: &Axis) -> Vec<String> {
    let point = |point: &Vec<Value>| -> String {
        let values: Vec<String> = point.iter().map(Value::to_string).collect();
        values.join(", ")
    };
    axis.points.iter().map(point).collect()
}

/// Where a cell stands along an axis.
pub fn coordinate(cell: &Cell, axis: usize) -> usize {
    cell.coordinates.get(axis).copied().unwrap_or(0)
}
