//! Training curves of very many cells: quantiles over the cells that share a value of an axis, or a
//! diagnosis.

use super::curves::{Curves, MOST_CELLS, edges, seen};
use crate::diagnose::{CellDiagnosis, names};
use crate::report::shared::axes::{AxisView, coordinate};
use crate::report::shared::outcome::diverged;
use crate::report::shared::series::extent;
use crate::report::shared::stats::seed_stats;
use crate::results::{CellResults, Results};
use crate::trace::Curve;
use serde::Serialize;

/// With more groups than this, only medians are drawn.
const MOST_BANDS: usize = 6;
/// Approximate number of points of a curve.
const POINTS: usize = 40;

/// The curves of a group of cells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bands {
    /// The axis that groups the cells, or `diagnosis`.
    pub by: String,
    /// The point of the axis, or the index of the diagnosis in [`names`].
    pub group: usize,
    /// The common value.
    pub label: String,
    /// Number of cells.
    pub cells: usize,
    /// Epochs.
    pub x: Vec<f64>,
    /// Medians; infinite if half of the cells or more have diverged.
    pub median: Vec<f64>,
    /// Lower and upper ends of the middle 90% and the middle 50% of the cells; empty for too many groups.
    pub bands: Vec<(Vec<f64>, Vec<f64>)>,
}

/// Returns quantiles of the curves, for every axis that varies and for diagnoses; none for few cells, nor
/// for an axis with sampled values, which cells hardly ever share.
pub fn bands(results: &Results, diagnoses: &[CellDiagnosis], axes: &[AxisView]) -> Vec<Bands> {
    let ends = results
        .traces()
        .filter_map(|t| Some(t.epoch_of(*t.curve.at.last()?)));
    let end = ends.max().unwrap_or(0);
    if results.cells.len() <= MOST_CELLS || end == 0 {
        return Vec::new();
    }
    let edges = edges(end, POINTS);
    let curves: Vec<Vec<Option<f64>>> = results.cells.iter().map(|c| medians(c, &edges)).collect();
    let gathered = |by: &str, labels: &[String], group_of: &dyn Fn(usize) -> Option<usize>| {
        gather(by, labels, &edges, &curves, group_of)
    };
    let mut made = Vec::new();
    for (a, axis) in axes
        .iter()
        .enumerate()
        .filter(|(_, axis)| axis.labels.len() > 1 && !axis.drawn)
    {
        let at = |cell: usize| Some(coordinate(&results.cells[cell].cell, a));
        made.extend(gathered(&axis.name, &axis.labels, &at));
    }
    let words: Vec<String> = names().map(|name| name.replace('-', " ")).collect();
    let word = |cell: usize| {
        let own = diagnoses.get(cell)?.majority_name()?;
        names().position(|name| name == own)
    };
    made.extend(gathered("diagnosis", &words, &word));
    made
}

/// Limits the axis to ten times the highest value of the bands: among very many cells, one has always
/// diverged.
pub fn show(bands: &[Bands], curves: &mut Curves) {
    let ends = bands
        .iter()
        .flat_map(|b| b.bands.iter().map(|(_, high)| high).chain([&b.median]));
    let highest = extent(
        ends.flatten()
            .copied()
            .filter(|v| v.is_finite() && *v > 0.0),
    );
    let (Some((_, reached)), Some((low, high))) = (highest, curves.extent) else {
        return;
    };
    let top = (reached * 10.0).max(low);
    if top < high {
        curves.extent = Some((low, top));
        curves
            .notes
            .push("Axis clipped at ten times the bands. Double-click to autoscale.".to_owned());
    }
}

/// Returns the median over the seeds of a cell at the end of every window: infinite if they diverged, none
/// after their last epoch.
fn medians(cell: &CellResults, edges: &[u64]) -> Vec<Option<f64>> {
    let curves: Vec<(Curve, bool)> = cell
        .traces()
        .map(|t| (t.curve_by_epoch(), diverged(t)))
        .collect();
    let at = |window: &[u64]| {
        let values: Vec<f64> = curves
            .iter()
            .filter_map(|(curve, diverged)| match curve.at.last() {
                Some(last) if window[0] < *last => Some(seen(curve, window[0], window[1]).last),
                _ if *diverged => Some(f64::INFINITY),
                _ => None,
            })
            .map(|loss| if loss.is_nan() { f64::INFINITY } else { loss })
            .collect();
        Some(seed_stats(&values)?.median.unwrap_or(f64::INFINITY))
    };
    edges.windows(2).map(at).collect()
}

fn gather(
    by: &str,
    labels: &[String],
    edges: &[u64],
    curves: &[Vec<Option<f64>>],
    group_of: &dyn Fn(usize) -> Option<usize>,
) -> Vec<Bands> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); labels.len()];
    for cell in 0..curves.len() {
        if let Some(group) = group_of(cell).and_then(|group| members.get_mut(group)) {
            group.push(cell);
        }
    }
    let groups = members.iter().filter(|group| !group.is_empty()).count();
    let made = members
        .iter()
        .enumerate()
        .filter(|(_, group)| !group.is_empty());
    made.map(|(place, group)| {
        let sorted: Vec<Vec<f64>> = (0..edges.len() - 1)
            .map(|window| {
                let mut values: Vec<f64> =
                    group.iter().filter_map(|c| curves[*c][window]).collect();
                values.sort_by(f64::total_cmp);
                values
            })
            .collect();
        let at = |share: f64| {
            sorted
                .iter()
                .map(|values| quantile(values, share))
                .collect()
        };
        Bands {
            by: by.to_owned(),
            group: place,
            label: labels[place].clone(),
            cells: group.len(),
            x: edges[1..].iter().map(|edge| *edge as f64).collect(),
            median: at(0.5),
            bands: match groups <= MOST_BANDS {
                true => vec![(at(0.05), at(0.95)), (at(0.25), at(0.75))],
                false => Vec::new(),
            },
        }
    })
    .collect()
}

/// Returns a quantile of sorted values without interpolation, so that infinite values stay infinite; NaN
/// without values.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = (share * last as f64).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::Value;
    use crate::diagnose::diagnose_all;
    use crate::report::shared::axes;
    use crate::testkit::fixture;

    #[test]
    fn quantiles_are_per_value_of_an_axis_and_diverged_cells_are_infinite() {
        let rates = fixture::axis("lr", &[0.01, 0.1].map(Value::Number));
        let starts = fixture::axis("start", &(0..25).map(Value::Integer).collect::<Vec<_>>());
        let sweep = fixture::sweep("many", vec![rates, starts], 1);
        let model = crate::config::settings::ModelSettings::Mlp { hidden: vec![4] };
        let results = fixture::results(&sweep, &model, |point, seed| {
            Some(fixture::trace(&fixture::TraceShape {
                rate: [0.01, 0.1][point[0]],
                floor: 0.01,
                epochs: 100,
                diverges: (point[0] == 0 && point[1] < 20).then_some(80),
                layers: 2,
                vanishing: 1.0,
                seed: seed + point[1] as u64,
            }))
        });
        let axes: Vec<_> = sweep.axes.iter().map(axes::axis).collect();
        let bands = bands(&results, &diagnose_all(&results), &axes);
        let of = |label: &str| bands.iter().find(|b| b.by == "lr" && b.label == label);
        let (slow, fast) = (of("0.01").unwrap(), of("0.1").unwrap());
        assert_eq!((slow.cells, fast.cells), (25, 25));
        assert_eq!(slow.median.last(), Some(&f64::INFINITY));
        assert!(slow.median[0].is_finite());
        assert!(fast.bands[0].1.last() < Some(&0.05));
        // Too many groups for bands.
        assert!(
            bands
                .iter()
                .filter(|b| b.by == "start")
                .all(|b| b.bands.is_empty())
        );
    }
}
