//! The final training loss against one axis: every seed a point, and the median where it is finite.

use super::axes::{AxisView, coordinate};
use super::stats::{median, reached, trace};
use crate::results::{CellResults, Results};
use crate::spec::Quantity;
use crate::trace::Outcome;
use serde::Serialize;

/// Final losses along one axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FinalLoss {
    /// Index of the axis.
    pub axis: usize,
    /// Cells that differ on this axis alone, in the order of the grid.
    pub groups: Vec<Group>,
    /// Whether any seed has a loss of zero or less, which is drawn at the bottom edge.
    pub not_positive: usize,
    /// Lowest and highest positive loss.
    pub extent: Option<(f64, f64)>,
}

/// Cells that share the points of all other axes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// One of its cells, by index in the results.
    pub cell: usize,
    /// Seeds with a finite loss.
    pub points: Vec<Point>,
    /// Seeds without, for the strip at the top.
    pub lost: Vec<Point>,
    /// Per point of the axis the median over seeds, where it is finite and positive.
    pub medians: Vec<(f64, Option<f64>)>,
}

/// One seed of one cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// Where on the axis: its number, or the place of its value moved a little, so that the seeds
    /// of a cell don't hide each other.
    pub x: f64,
    /// Loss; `None` in the strip.
    pub y: Option<f64>,
    /// How high in the strip, from 0 to 1.
    pub height: f64,
    /// Cell, seed and outcome.
    pub label: String,
    /// Name of the outcome.
    pub outcome: &'static str,
}

/// Final losses of all cells along one axis.
pub fn final_losses(results: &Results, axes: &[AxisView], axis: usize) -> FinalLoss {
    let mut keys: Vec<Vec<usize>> = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    for (index, cell) in results.cells.iter().enumerate() {
        let mut others = cell.cell.coordinates.clone();
        if axis < others.len() {
            others.remove(axis);
        }
        let group = match keys.iter().position(|key| *key == others) {
            Some(group) => group,
            None => {
                keys.push(others);
                groups.push(Group {
                    cell: index,
                    points: Vec::new(),
                    lost: Vec::new(),
                    medians: Vec::new(),
                });
                groups.len() - 1
            }
        };
        add(
            &mut groups[group],
            cell,
            &axes[axis],
            coordinate(&cell.cell, axis),
        );
    }
    let all = || {
        groups
            .iter()
            .flat_map(|group| &group.points)
            .filter_map(|point| point.y)
    };
    FinalLoss {
        axis,
        not_positive: all().filter(|y| *y <= 0.0).count(),
        extent: super::series::extent(all().filter(|y| *y > 0.0)),
        groups,
    }
}

fn add(group: &mut Group, cell: &CellResults, axis: &AxisView, coordinate: usize) {
    let at = match &axis.numbers {
        Some(numbers) => numbers.get(coordinate).copied().unwrap_or(0.0),
        None => coordinate as f64,
    };
    let n = cell.runs.len().max(1) as f64;
    for (i, run) in cell.runs.iter().enumerate() {
        let Some(trace) = trace(run) else { continue };
        let share = (i as f64 + 0.5) / n;
        let loss = reached(trace, Quantity::TrainLoss).filter(|loss| loss.is_finite());
        let outcome = match &trace.outcome {
            Outcome::Diverged { step } => format!("diverged at step {step}"),
            Outcome::TimedOut { step } => format!("timed out after {step} steps"),
            other => other.name().replace('-', " "),
        };
        let point = Point {
            x: if axis.numbers.is_some() {
                at
            } else {
                at + (share - 0.5) * 0.3
            },
            y: loss,
            height: share,
            label: format!("{}, seed {}: {outcome}", cell.cell.name(), run.run.seed),
            outcome: trace.outcome.name(),
        };
        if loss.is_some() {
            group.points.push(point)
        } else {
            group.lost.push(point)
        }
    }
    let median = median(cell, Quantity::TrainLoss);
    group
        .medians
        .push((at, median.filter(|median| *median > 0.0)));
}
