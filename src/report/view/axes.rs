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
    /// Whether its values were drawn from a range, so that hardly any two cells share one.
    pub drawn: bool,
}

impl AxisView {
    /// Where a point stands between the lowest and the highest, from 0 to 1: by its number where all have one,
    /// else by its place.
    pub fn share(&self, point: usize) -> f64 {
        let scaled = |v: f64| if self.log { v.log10() } else { v };
        let place = |low: f64, high: f64, own: f64| match high > low {
            true => (own - low) / (high - low),
            false => 0.5,
        };
        match &self.numbers {
            Some(numbers) => {
                let all = || numbers.iter().map(|v| scaled(*v));
                let (low, high) = (
                    all().fold(f64::INFINITY, f64::min),
                    all().fold(f64::NEG_INFINITY, f64::max),
                );
                place(low, high, numbers.get(point).map_or(low, |v| scaled(*v)))
            }
            None => place(
                0.0,
                self.labels.len().saturating_sub(1) as f64,
                point as f64,
            ),
        }
    }
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
    let log = axis.range.map_or(log, |range| range.log);
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
        drawn: axis.range.is_some(),
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

/// More points of an axis than this don't all have a label.
const MOST_LABELS: usize = 12;

/// Where points of an axis stand on a scale from 0 to 1, and their labels: all of them, or of many and of
/// those that were drawn the lowest, the highest and three between.
pub fn ticks(axis: &AxisView) -> Vec<(f64, String)> {
    let n = axis.labels.len();
    let mut told: Vec<usize> = match n <= MOST_LABELS && !axis.drawn {
        true => (0..n).collect(),
        false => [0.0, 0.25, 0.5, 0.75, 1.0]
            .map(|at| nearest(axis, at))
            .to_vec(),
    };
    told.dedup();
    let tick = |point: usize| (axis.share(point), axis.labels[point].clone());
    told.into_iter()
        .filter(|point| *point < n)
        .map(tick)
        .collect()
}

/// The point that stands nearest to a share of the scale.
fn nearest(axis: &AxisView, share: f64) -> usize {
    let away = |point: &usize| (axis.share(*point) - share).abs();
    let points = 0..axis.labels.len();
    points
        .min_by(|a, b| away(a).total_cmp(&away(b)))
        .unwrap_or(0)
}

/// Where a cell stands along an axis.
pub fn coordinate(cell: &Cell, axis: usize) -> usize {
    cell.coordinates.get(axis).copied().unwrap_or(0)
}
