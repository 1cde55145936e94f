//! The final training loss against one axis: every seed a point, and the median where it is finite; of
//! very many cells the quantiles over all runs at each point of the axis.

use super::axes::{AxisView, coordinate};
use super::bands::quantile;
use super::stats::{median, reached};
use crate::results::{CellResults, Results};
use crate::spec::Quantity;
use crate::trace::Outcome;
use serde::Serialize;
use std::collections::BTreeMap;

/// With more groups of cells than this, quantiles are shown in their place.
const MOST_GROUPS: usize = 60;
/// The quantiles: median, the middle half, the middle nine tenths.
const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Final losses along one axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FinalLoss {
    /// Index of the axis.
    pub axis: usize,
    /// Cells that differ on this axis alone, in the order of the grid; empty where they are too many. Of
    /// values that were drawn every cell by itself, or all of very many.
    pub groups: Vec<Group>,
    /// Quantiles, where they are.
    pub gathered: Vec<Gathered>,
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
    /// Per point of the axis the median over seeds; none of values that were drawn, which nothing connects.
    pub medians: Vec<Median>,
}

/// The middle of the seeds of one cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Median {
    /// Index of the cell in the results.
    pub cell: usize,
    /// Where on the axis.
    pub x: f64,
    /// The loss, where it is finite and positive.
    pub y: Option<f64>,
}

/// All runs at one point of the axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gathered {
    /// Where on the axis.
    pub x: f64,
    /// Label of the point.
    pub label: String,
    /// How many runs there are.
    pub runs: usize,
    /// How many of them have no finite loss; they count as infinite.
    pub lost: usize,
    /// Losses at [`SHARES`], from the lowest.
    pub quantiles: [f64; 5],
}

/// One seed of one cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// Index of the cell in the results.
    pub cell: usize,
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
    let mut keys: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let mut groups: Vec<Group> = Vec::new();
    // Hardly two cells share a value that was drawn: there is nothing to take together, but one cloud.
    let many_drawn = axes[axis].drawn && results.cells.len() > MOST_GROUPS;
    for (index, cell) in results.cells.iter().enumerate() {
        let mut others = cell.cell.coordinates.clone();
        if axis < others.len() {
            others.remove(axis);
        }
        if many_drawn {
            others.clear();
        }
        let group = *keys.entry(others).or_insert_with(|| {
            groups.push(Group {
                cell: index,
                points: Vec::new(),
                lost: Vec::new(),
                medians: Vec::new(),
            });
            groups.len() - 1
        });
        add(&mut groups[group], index, cell, &axes[axis], axis);
    }
    if axes[axis].drawn {
        groups.iter_mut().for_each(|group| group.medians.clear());
    }
    let all = || {
        groups
            .iter()
            .flat_map(|group| &group.points)
            .filter_map(|point| point.y)
    };
    let many = groups.len() > MOST_GROUPS;
    FinalLoss {
        axis,
        not_positive: all().filter(|y| *y <= 0.0).count(),
        extent: super::series::extent(all().filter(|y| *y > 0.0)),
        gathered: match many {
            true => gathered(results, &axes[axis], axis),
            false => Vec::new(),
        },
        groups: if many { Vec::new() } else { groups },
    }
}

fn gathered(results: &Results, view: &AxisView, axis: usize) -> Vec<Gathered> {
    let mut losses: Vec<Vec<f64>> = vec![Vec::new(); view.labels.len()];
    for cell in &results.cells {
        let own = cell.traces();
        let own = own.map(|t| reached(t, Quantity::TrainLoss).filter(|loss| loss.is_finite()));
        if let Some(losses) = losses.get_mut(coordinate(&cell.cell, axis)) {
            losses.extend(own.map(|loss| loss.unwrap_or(f64::INFINITY)));
        }
    }
    let places = losses
        .into_iter()
        .enumerate()
        .filter(|(_, l)| !l.is_empty());
    let mut made: Vec<Gathered> = places
        .map(|(place, mut losses)| {
            losses.sort_by(f64::total_cmp);
            Gathered {
                x: at(view, place),
                label: view.labels[place].clone(),
                runs: losses.len(),
                lost: losses.iter().filter(|loss| !loss.is_finite()).count(),
                quantiles: SHARES.map(|share| quantile(&losses, share)),
            }
        })
        .collect();
    made.sort_by(|a, b| a.x.total_cmp(&b.x));
    made
}

/// Where a point of the axis stands: at its number, or at its place.
fn at(axis: &AxisView, coordinate: usize) -> f64 {
    match &axis.numbers {
        Some(numbers) => numbers.get(coordinate).copied().unwrap_or(0.0),
        None => coordinate as f64,
    }
}

fn add(group: &mut Group, index: usize, cell: &CellResults, view: &AxisView, axis: usize) {
    let at = at(view, coordinate(&cell.cell, axis));
    let n = cell.runs.len().max(1) as f64;
    for (i, run) in cell.runs.iter().enumerate() {
        let Some(trace) = run.trace() else { continue };
        let share = (i as f64 + 0.5) / n;
        let loss = reached(trace, Quantity::TrainLoss).filter(|loss| loss.is_finite());
        let outcome = match &trace.outcome {
            Outcome::Diverged { step } => format!("diverged at step {step}"),
            Outcome::TimedOut { step } => format!("timed out after {step} steps"),
            Outcome::Finished
            | Outcome::Stopped { .. }
            | Outcome::Converged { .. }
            | Outcome::StoppedEarly { .. }
            | Outcome::TooLarge { .. }
            | Outcome::Failed { .. } => match trace.outcome.message() {
                Some(why) if trace.outcome.is_too_large() => format!("too large: {why}"),
                _ => trace.outcome.name().replace('-', " "),
            },
        };
        let point = Point {
            cell: index,
            x: if view.numbers.is_some() {
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
    group.medians.push(Median {
        cell: index,
        x: at,
        y: median.filter(|median| *median > 0.0),
    });
}
