//! The final training loss against one axis: one point per seed, and medians; for very many cells,
//! quantiles over all runs at each point of the axis.

use super::bands::quantile;
use crate::config::Quantity;
use crate::report::shared::axes::{AxisView, coordinate};
use crate::report::shared::outcome::{outcome_word, step_number};
use crate::report::shared::series::extent;
use crate::report::shared::stats::{median, reached};
use crate::results::{CellResults, Results};
use crate::trace::{Outcome, Trace};
use serde::Serialize;
use std::collections::BTreeMap;

/// With more groups of cells than this, quantiles replace points.
const MOST_GROUPS: usize = 60;
/// The quantiles: median, middle 50%, middle 90%.
const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Final losses along one axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FinalLoss {
    /// Index of the axis.
    pub axis: usize,
    /// Groups of cells that differ only on this axis, in the order of the grid; empty if there are too many.
    /// For sampled values, one group per cell, or a single group of very many cells.
    pub groups: Vec<LossGroup>,
    /// Quantiles, if there are too many groups.
    pub gathered: Vec<Gathered>,
    /// Number of seeds with a loss of zero or less, drawn at the bottom edge.
    pub not_positive: usize,
    /// Number of imported runs without a recorded final loss, which are not drawn.
    pub unrecorded: usize,
    /// Lowest and highest positive loss.
    pub extent: Option<(f64, f64)>,
}

/// Cells with the same points on all other axes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LossGroup {
    /// Index of one of its cells in the results.
    pub cell: usize,
    /// Seeds with a finite loss.
    pub points: Vec<LossPoint>,
    /// Seeds without a finite loss, for the strip at the top.
    pub lost: Vec<LossPoint>,
    /// For each point of the axis, the median over seeds; none for sampled values.
    pub medians: Vec<Median>,
}

/// The median over the seeds of one cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Median {
    /// Index of the cell in the results.
    pub cell: usize,
    /// Position on the axis.
    pub x: f64,
    /// The loss, if it is finite and positive.
    pub y: Option<f64>,
}

/// All runs at one point of the axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gathered {
    /// Position on the axis.
    pub x: f64,
    /// Label of the point.
    pub label: String,
    /// Number of runs.
    pub runs: usize,
    /// Number of runs without a finite loss, which count as infinite.
    pub lost: usize,
    /// Losses at [`SHARES`], from the lowest.
    pub quantiles: [f64; 5],
}

/// One seed of one cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LossPoint {
    /// Index of the cell in the results.
    pub cell: usize,
    /// Position on the axis: its number, or the index of its value with a small offset, so that the seeds of
    /// a cell do not hide each other.
    pub x: f64,
    /// Loss; `None` in the strip.
    pub y: Option<f64>,
    /// Height in the strip, from 0 to 1.
    pub height: f64,
    /// Cell, seed and outcome.
    pub label: String,
    /// Name of the outcome.
    pub outcome: &'static str,
}

/// Returns the final losses of all cells along one axis.
pub fn final_losses(results: &Results, axes: &[AxisView], axis: usize) -> FinalLoss {
    let mut keys: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let mut groups: Vec<LossGroup> = Vec::new();
    // Another program need not have evaluated its final loss.
    let is_drawn = |trace: &Trace| !results.are_imported || trace.end().is_some();
    // Cells hardly ever share a sampled value, so very many of them are a single group.
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
            groups.push(LossGroup {
                cell: index,
                points: Vec::new(),
                lost: Vec::new(),
                medians: Vec::new(),
            });
            groups.len() - 1
        });
        add(
            &mut groups[group],
            index,
            cell,
            &axes[axis],
            axis,
            &is_drawn,
        );
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
    let unrecorded = results.traces().filter(|trace| !is_drawn(trace));
    FinalLoss {
        axis,
        not_positive: all().filter(|y| *y <= 0.0).count(),
        unrecorded: unrecorded.count(),
        extent: extent(all().filter(|y| *y > 0.0)),
        gathered: match many {
            true => gathered(results, &axes[axis], axis, &is_drawn),
            false => Vec::new(),
        },
        groups: if many { Vec::new() } else { groups },
    }
}

fn gathered(
    results: &Results,
    view: &AxisView,
    axis: usize,
    is_drawn: &dyn Fn(&Trace) -> bool,
) -> Vec<Gathered> {
    let mut losses: Vec<Vec<f64>> = vec![Vec::new(); view.labels.len()];
    for cell in &results.cells {
        let own = cell.traces().filter(|trace| is_drawn(trace));
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

/// Returns the position of a point on the axis: its number, or its index.
fn at(axis: &AxisView, coordinate: usize) -> f64 {
    match &axis.numbers {
        Some(numbers) => numbers.get(coordinate).copied().unwrap_or(0.0),
        None => coordinate as f64,
    }
}

fn add(
    group: &mut LossGroup,
    index: usize,
    cell: &CellResults,
    view: &AxisView,
    axis: usize,
    is_drawn: &dyn Fn(&Trace) -> bool,
) {
    let at = at(view, coordinate(&cell.cell, axis));
    let n = cell.runs.len().max(1) as f64;
    for (i, run) in cell.runs.iter().enumerate() {
        let Some(trace) = run.trace().filter(|trace| is_drawn(trace)) else {
            continue;
        };
        let share = (i as f64 + 0.5) / n;
        let loss = reached(trace, Quantity::TrainLoss).filter(|loss| loss.is_finite());
        let outcome = match &trace.outcome {
            Outcome::Diverged { step } => format!("diverged in step {}", step_number(*step)),
            Outcome::TimedOut { step } => format!("timed out after {step} steps"),
            Outcome::Finished
            | Outcome::Pruned { .. }
            | Outcome::Converged { .. }
            | Outcome::StoppedEarly { .. }
            | Outcome::TooLarge { .. }
            | Outcome::Crashed { .. } => match trace.outcome.message() {
                Some(why) if trace.outcome.is_too_large() => format!("too large: {why}"),
                _ => outcome_word(trace.outcome.name()),
            },
        };
        let point = LossPoint {
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
