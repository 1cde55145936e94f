//! Parallel coordinates: each cell is a line through its values on all axes to its result.

use crate::config::Quantity;
use crate::report::shared::axes::{AxisView, coordinate, ticks};
use crate::report::shared::number::number;
use crate::report::shared::series::extent;
use crate::report::shared::stats::median;
use crate::results::Results;
use serde::Serialize;

/// Maximum number of cells: more are slow in a browser, and lines can't be distinguished.
const MOST_CELLS: usize = 1500;
/// Maximum number of points of an axis that all have a label.
const MOST_LABELS: usize = 12;

/// Lines of all cells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parallel {
    /// The axes that vary, then the result.
    pub scales: Vec<ParallelAxis>,
    /// For each cell, one height per scale.
    pub lines: Vec<Vec<f64>>,
    /// Name and result of each cell.
    pub names: Vec<String>,
    /// Whether any cell has no finite result.
    pub lost: bool,
}

/// One vertical scale, from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParallelAxis {
    /// The axis, or the quantity.
    pub name: String,
    /// Heights and labels of its ticks.
    pub ticks: Vec<(f64, String)>,
}

/// The end of a line without a finite result.
const LOST: f64 = -0.1;

/// Returns the lines of a sweep; none if fewer than three axes vary, or there are too many cells.
pub fn parallel(results: &Results, axes: &[AxisView]) -> Option<Parallel> {
    let varied: Vec<usize> = (0..axes.len())
        .filter(|a| axes[*a].labels.len() > 1)
        .collect();
    if varied.len() < 3 || results.cells.len() > MOST_CELLS {
        return None;
    }
    let own: Vec<(ParallelAxis, Vec<f64>)> = varied.iter().map(|a| along(&axes[*a])).collect();
    let (end, ends, words) = outcome(results);
    let line = |(place, cell): (usize, &crate::results::CellResults)| -> Vec<f64> {
        let heights = varied.iter().zip(&own);
        let mut line: Vec<f64> = heights
            .map(|(a, (_, heights))| heights[coordinate(&cell.cell, *a)])
            .collect();
        line.push(ends[place].unwrap_or(LOST));
        line
    };
    let names = results.cells.iter().zip(&words);
    Some(Parallel {
        lines: results.cells.iter().enumerate().map(line).collect(),
        names: names
            .map(|(cell, end)| format!("{}: {end}", cell.cell.name()))
            .collect(),
        lost: ends.iter().any(Option::is_none),
        scales: own
            .into_iter()
            .map(|(scale, _)| scale)
            .chain([end])
            .collect(),
    })
}

/// Returns the scale and heights of an axis: points at equal distances, sorted by number; sampled values at
/// their position on the scale.
fn along(axis: &AxisView) -> (ParallelAxis, Vec<f64>) {
    let n = axis.labels.len();
    if axis.drawn {
        let scale = ParallelAxis {
            name: axis.name.clone(),
            ticks: ticks(axis),
        };
        return (scale, (0..n).map(|point| axis.share(point)).collect());
    }
    let mut order: Vec<usize> = (0..n).collect();
    if let Some(numbers) = &axis.numbers {
        order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    }
    let mut heights = vec![0.0; n];
    let mut ticks = Vec::new();
    let is_labeled = |rank: usize| n <= MOST_LABELS || (0..5).any(|i| i * (n - 1) / 4 == rank);
    for (rank, point) in order.into_iter().enumerate() {
        heights[point] = rank as f64 / (n - 1).max(1) as f64;
        if is_labeled(rank) {
            ticks.push((heights[point], axis.labels[point].clone()));
        }
    }
    let name = axis.name.clone();
    (ParallelAxis { name, ticks }, heights)
}

/// Returns the scale of the result, and the height and text of each cell: the median skill from 0 to 1, or
/// without skills the median loss on a log scale.
fn outcome(results: &Results) -> (ParallelAxis, Vec<Option<f64>>, Vec<String>) {
    let of = |quantity| -> Vec<Option<f64>> {
        results
            .cells
            .iter()
            .map(|cell| median(cell, quantity))
            .collect()
    };
    let skills = of(Quantity::Skill);
    let is_skill = skills.iter().any(Option::is_some);
    let (name, values) = match is_skill {
        true => ("skill", skills),
        false => ("final loss", of(Quantity::TrainLoss)),
    };
    let log = !is_skill && values.iter().flatten().all(|v| *v > 0.0);
    let scaled = |v: f64| if log { v.log10() } else { v };
    let seen = values.iter().flatten().map(|v| scaled(*v));
    let (low, high) = match is_skill {
        true => (0.0, 1.0),
        false => extent(seen).unwrap_or((0.0, 1.0)),
    };
    let span = if high > low { high - low } else { 1.0 };
    let tick = |i: usize| {
        let at = low + span * i as f64 / 4.0;
        (
            i as f64 / 4.0,
            number(if log { 10f64.powf(at) } else { at }),
        )
    };
    let scale = ParallelAxis {
        name: name.to_owned(),
        ticks: (0..5).map(tick).collect(),
    };
    let height = |v: &Option<f64>| v.map(|v| ((scaled(v) - low) / span).clamp(0.0, 1.0));
    let words = |v: &Option<f64>| {
        v.map_or(format!("no finite {name}"), |v| {
            format!("{name} {}", number(v))
        })
    };
    (
        scale,
        values.iter().map(height).collect(),
        values.iter().map(words).collect(),
    )
}
