//! The training curves of a sweep: one line per run, or one per cell with its spread for many runs.

use crate::diagnose::expectations::count;
use crate::report::shared::number::number;
use crate::report::shared::outcome::diverged;
use crate::report::shared::series::{Series, extent, series, thinned};
use crate::report::shared::stats::{seed_stats, unit};
use crate::results::{CellResults, Results};
use crate::trace::{Curve, Trace};
use serde::Serialize;

/// With more selected cells than this, quantiles replace single curves.
pub const MOST_CELLS: usize = 40;
/// With more runs than this, each cell has one line.
pub const MOST_LINES: usize = 60;
/// With more cells than this, lines have no spread over seeds.
const MOST_BANDS: usize = 300;
/// Approximate number of points of a run's curve on the page of a sweep.
pub const POINTS: usize = 160;

/// Every training curve of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curves {
    /// The unit of the horizontal axis: `step` if no run has epochs, otherwise `epoch`.
    pub unit: &'static str,
    /// One per run or one per cell, in the order of the grid.
    pub lines: Vec<CurveLine>,
    /// Lowest and highest loss of the initial axis; `None` without lines.
    pub extent: Option<(f64, f64)>,
    /// Sentences about thinned, grouped or clipped data.
    pub notes: Vec<String>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurveLine {
    /// Index of the cell in the results.
    pub cell: usize,
    /// Place of the run among the seeds, for the line of one run.
    pub run: Option<usize>,
    /// The cell, with the seed for the line of one run.
    pub label: String,
    /// Losses by epoch.
    pub series: Series,
    /// Lowest and highest loss over the seeds, for the line of a median.
    pub band: Option<Band>,
    /// Epochs at which runs diverged, with a label.
    pub ends: Vec<(f64, String)>,
}

/// Lowest and highest values, one of each per position; `None` without finite values.
pub type Band = (Vec<Option<f64>>, Vec<Option<f64>>);

/// Returns the curves of a sweep.
pub fn curves(results: &Results) -> Curves {
    let runs = results
        .traces()
        .filter(|trace| !trace.curve.at.is_empty())
        .count();
    let by_run = runs <= MOST_LINES;
    let mut lines = Vec::new();
    for (index, cell) in results.cells.iter().enumerate() {
        if by_run {
            lines.extend(run_lines(index, cell));
        } else {
            lines.extend(cell_line(index, cell, results.cells.len()));
        }
    }
    let mut notes = notes(results, runs, by_run);
    let extent = shown(results, &lines, &mut notes);
    Curves {
        unit: unit(results),
        lines,
        extent,
        notes,
    }
}

fn run_lines(index: usize, cell: &CellResults) -> Vec<CurveLine> {
    let line = |(place, seed, trace): (usize, u64, &Trace)| CurveLine {
        cell: index,
        run: Some(place),
        label: format!("{}, seed {seed}{}", cell.cell.name(), stopped(cell)),
        series: series(thinned(&trace.curve_by_epoch(), POINTS)),
        band: None,
        ends: if diverged(trace) {
            vec![(last_epoch(trace), "diverged".to_owned())]
        } else {
            Vec::new()
        },
    };
    cell.runs
        .iter()
        .enumerate()
        .filter_map(|(place, run)| Some((place, run.run.seed, run.trace()?)))
        .filter(|(_, _, trace)| !trace.curve.at.is_empty() || diverged(trace))
        .map(line)
        .collect()
}

/// Returns the suffix for the label of a pruned cell, which explains why its curve ends early.
fn stopped(cell: &CellResults) -> &'static str {
    match cell.is_stopped() {
        true => ", pruned",
        false => "",
    }
}

/// Returns the last epoch of a run's curve, at least 1: a run can diverge before its first epoch ends.
pub(super) fn last_epoch(trace: &Trace) -> f64 {
    let last = trace.curve.at.last().copied().unwrap_or(1);
    trace.epoch_of(last).max(1) as f64
}

fn cell_line(index: usize, cell: &CellResults, cells: usize) -> Option<CurveLine> {
    let curves: Vec<Curve> = cell
        .traces()
        .filter(|trace| !trace.curve.is_empty())
        .map(Trace::curve_by_epoch)
        .collect();
    let end = curves.iter().filter_map(|curve| curve.at.last()).max()?;
    let end = *end;
    let edges = edges(end, (24_000 / cells.max(1)).clamp(12, 80));
    let mut median = Vec::new();
    let mut band = (Vec::new(), Vec::new());
    for window in edges.windows(2) {
        let seen: Vec<WindowSummary> = curves
            .iter()
            .map(|c| seen(c, window[0], window[1]))
            .collect();
        let last: Vec<f64> = seen.iter().map(|seen| seen.last).collect();
        let middle = seed_stats(&last).and_then(|s| s.median);
        median.push((window[1] as f64, middle.unwrap_or(f64::NAN)));
        let positive = seen
            .iter()
            .flat_map(|s| [s.low, s.high])
            .filter(|v| v.is_finite() && *v > 0.0);
        let (low, high) = extent(positive).unzip();
        band.0.push(low);
        band.1.push(high);
    }
    let lost: Vec<f64> = cell
        .traces()
        .filter(|trace| diverged(trace))
        .map(last_epoch)
        .collect();
    let words = format!(
        "{} of {} diverged",
        lost.len(),
        count(cell.runs.len(), "seed")
    );
    let first = lost.iter().copied().reduce(f64::min);
    Some(CurveLine {
        cell: index,
        run: None,
        label: format!(
            "{}, median of {}{}",
            cell.cell.name(),
            count(curves.len(), "seed"),
            stopped(cell)
        ),
        series: series(median),
        band: (cells <= MOST_BANDS).then_some(band),
        ends: first.map(|at| (at, words)).into_iter().collect(),
    })
}

/// Returns the ends of about `most` windows over epochs 1 to `end`, narrow at first, where curves fall fast.
pub(super) fn edges(end: u64, most: usize) -> Vec<u64> {
    let mut edges = vec![0];
    for i in 0..=most {
        let share = i as f64 / most as f64;
        let edge = (end as f64).powf(share).round().max(1.0) as u64;
        if edges.last().is_none_or(|last| edge > *last) {
            edges.push(edge.min(end));
        }
    }
    edges
}

/// Lowest, highest and last value within a window of a curve.
pub(super) struct WindowSummary {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) last: f64,
}

/// Summarizes a curve in the epochs after `from` up to `to`; without a point there, its last value before.
pub(super) fn seen(curve: &Curve, from: u64, to: u64) -> WindowSummary {
    let start = curve.at.partition_point(|epoch| *epoch <= from);
    let end = curve.at.partition_point(|epoch| *epoch <= to);
    let range = if start < end {
        start..end
    } else {
        end.saturating_sub(1)..end
    };
    let values = curve.values.get(range).unwrap_or_default();
    let last = values.last().map_or(f64::NAN, |v| v.0);
    let finite = values.iter().map(|v| v.0).filter(|v| v.is_finite());
    let (low, high) = extent(finite).unwrap_or((f64::NAN, f64::NAN));
    WindowSummary { low, high, last }
}

fn notes(results: &Results, runs: usize, by_run: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if !by_run {
        let band = match results.cells.len() <= MOST_BANDS {
            true => " with a band from lowest to highest",
            false => "",
        };
        notes.push(format!(
            "{}: lines are medians over the seeds of each cell{band}. The pages of runs have single \
             curves.",
            count(runs, "run")
        ));
    }
    if !by_run && results.cells.len() > MOST_CELLS {
        notes.push(format!(
            "With more than {MOST_CELLS} selected cells, cells of one color are grouped: the line is their \
             median, the bands are the middle 50% and 90%. A cell that diverged counts as infinite."
        ));
    }
    let traces = || results.traces();
    let longest = traces().map(|trace| trace.curve.of).max().unwrap_or(0);
    let stored = traces()
        .map(|trace| trace.curve.at.len())
        .max()
        .unwrap_or(0);
    if by_run && stored > POINTS {
        notes.push(format!(
            "Curves of up to {longest} points are thinned to about {POINTS} without losing spikes."
        ));
    }
    notes
}

/// Returns the initial range of losses: all runs that ended, without the high losses of diverged ones.
fn shown(results: &Results, lines: &[CurveLine], notes: &mut Vec<String>) -> Option<(f64, f64)> {
    let all = |keep: &dyn Fn(&CurveLine) -> bool| {
        extent(lines.iter().filter(|line| keep(line)).flat_map(|line| {
            let (low, high) = line
                .band
                .as_ref()
                .map_or((&[][..], &[][..]), |(l, h)| (l, h));
            line.series
                .y
                .iter()
                .chain(low)
                .chain(high)
                .flatten()
                .copied()
        }))
    };
    let everything = all(&|_| true)?;
    let ended = |line: &CurveLine| {
        results
            .cells
            .get(line.cell)
            .is_some_and(|cell| line.ends.is_empty() && !cell.runs.is_empty())
    };
    let Some(calm) = all(&ended) else {
        return Some(everything);
    };
    let high = everything.1.min(calm.1 * 10.0);
    if everything.1 > high {
        notes.push(format!(
            "Axis clipped; diverged runs reach {}. Double-click to autoscale.",
            number(everything.1)
        ));
    }
    Some((everything.0.min(high), high))
}
