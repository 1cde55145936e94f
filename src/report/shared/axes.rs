//! Names and labels of axes, and the positions of their points on a scale.

use crate::config::{Axis, Value};
use crate::grid::Cell;
use serde::Serialize;

/// One axis of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AxisView {
    /// The key, or the name of the zip.
    pub name: String,
    /// The keys of a zip; empty for an axis of one key.
    pub keys: Vec<String>,
    /// One label per point.
    pub labels: Vec<String>,
    /// The points as numbers, if all are.
    pub numbers: Option<Vec<f64>>,
    /// Whether a log scale fits: all positive, with a range of a factor of ten or more.
    pub log: bool,
    /// Whether its values were sampled from a range, so that cells hardly ever share one.
    pub drawn: bool,
}

impl AxisView {
    /// Returns the position of a point between the lowest and the highest, from 0 to 1: by number if all
    /// points have one, otherwise by index.
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

/// Returns the view of an axis.
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

/// Returns the labels of an axis, with unrounded values: rounded, two of them could be equal. Points of a
/// zip get names of what differs, such as `optimizer adam, epochs 300`.
fn labels(axis: &Axis) -> Vec<String> {
    if axis.keys.len() < 2 {
        let point = |point: &Vec<Value>| point.first().map_or(String::new(), Value::to_string);
        return axis.points.iter().map(point).collect();
    }
    let keys = distinct_keys(axis);
    let label = |point: &Vec<Value>| {
        let parts = keys
            .iter()
            .map(|k| format!("{} {}", axis.keys[*k], point[*k]));
        parts.collect::<Vec<_>>().join(", ")
    };
    axis.points.iter().map(label).collect()
}

/// Returns the keys of a zip that distinguish its points, by index: in the order of the file, each key that
/// separates points with equal values of the keys before. At least the first.
fn distinct_keys(axis: &Axis) -> Vec<usize> {
    let groups = |keys: &[usize]| {
        let mut values: Vec<String> = axis
            .points
            .iter()
            .map(|point| format!("{:?}", keys.iter().map(|k| &point[*k]).collect::<Vec<_>>()))
            .collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    let mut kept = Vec::new();
    for key in 0..axis.keys.len() {
        let more = [&kept[..], &[key]].concat();
        if groups(&more) > groups(&kept) {
            kept = more;
        }
    }
    match kept.is_empty() {
        true => vec![0],
        false => kept,
    }
}

/// Maximum number of points that all have a label.
const MOST_LABELS: usize = 12;

/// Returns positions from 0 to 1 and labels of points of an axis: all of them, or five for many points and
/// for sampled values.
pub fn ticks(axis: &AxisView) -> Vec<(f64, String)> {
    let n = axis.labels.len();
    let mut labeled: Vec<usize> = match n <= MOST_LABELS && !axis.drawn {
        true => (0..n).collect(),
        false => [0.0, 0.25, 0.5, 0.75, 1.0]
            .map(|at| nearest(axis, at))
            .to_vec(),
    };
    labeled.dedup();
    let tick = |point: usize| (axis.share(point), axis.labels[point].clone());
    labeled
        .into_iter()
        .filter(|point| *point < n)
        .map(tick)
        .collect()
}

/// Returns the point that is nearest to a position on the scale.
fn nearest(axis: &AxisView, share: f64) -> usize {
    let away = |point: &usize| (axis.share(*point) - share).abs();
    let points = 0..axis.labels.len();
    points
        .min_by(|a, b| away(a).total_cmp(&away(b)))
        .unwrap_or(0)
}

/// Returns the index of a cell's point on an axis.
pub fn coordinate(cell: &Cell, axis: usize) -> usize {
    cell.coordinates.get(axis).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_a_zip_are_named_by_what_differs() {
        let text = |word: &str| Value::Text(word.to_owned());
        let point = |optimizer, rate, epochs| {
            vec![
                text(optimizer),
                Value::Number(rate),
                Value::Integer(epochs),
                Value::Integer(32),
            ]
        };
        let zip = Axis {
            name: "recipe".to_owned(),
            keys: ["optimizer", "lr", "epochs", "batch"]
                .map(str::to_owned)
                .into(),
            points: vec![
                point("adam", 0.01, 300),
                point("sgd", 0.02, 300),
                point("adam", 0.01, 10),
            ],
            range: None,
        };
        assert_eq!(
            axis(&zip).labels,
            [
                "optimizer adam, epochs 300",
                "optimizer sgd, epochs 300",
                "optimizer adam, epochs 10"
            ]
        );
    }
}
