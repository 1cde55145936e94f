//! The cells of a sweep as columns of unrounded values, by which the script of the page filters, sorts,
//! colors and writes CSV. The texts of a cell are in [`super::cells`].

use super::curves::MOST_CELLS;
use super::map::{Map, percent, place};
use crate::config::{Axis, Quantity};
use crate::diagnose::expectations::over_seeds;
use crate::format::rounded;
use crate::report::page::Page;
use crate::report::shared::axes::{AxisView, coordinate, ticks};
use crate::report::shared::number::number;
use crate::report::shared::series::extent;
use crate::report::shared::stats::seed_stats;
use crate::results::CellResults;
use crate::trace::Real;
use serde::Serialize;

/// The values of all cells, in the order of the grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Columns {
    /// Name of the page's folder, for the name of the CSV file.
    pub name: String,
    /// One per axis.
    pub axes: Vec<AxisColumn>,
    /// Color classes that occur, with their names: diagnoses, `plain` and `missing`.
    pub classes: Vec<(&'static str, String)>,
    /// For each cell, the index of its class.
    pub class: Vec<usize>,
    /// Measured quantities that any run has.
    pub measures: Vec<Measure>,
    /// With more selected cells than this, the figure of training curves shows one line per color.
    pub most_curves: usize,
}

/// One axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AxisColumn {
    /// Name of the axis.
    pub name: String,
    /// The keys that it sets.
    pub keys: Vec<String>,
    /// Labels of the points.
    pub labels: Vec<String>,
    /// One value per key, for each point.
    pub points: Vec<Vec<String>>,
    /// For each cell, the index of its point.
    pub cells: Vec<usize>,
    /// The scale of the axis, if the map is a scatter plot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<ScaleColumn>,
}

/// The scale of an axis in a scatter plot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScaleColumn {
    /// Whether the values were sampled from a range.
    pub drawn: bool,
    /// Positions of the cells, in percent.
    pub places: Vec<f64>,
    /// Positions in percent and labels of the ticks.
    pub ticks: Vec<(f64, String)>,
}

/// One quantity over the seeds of each cell; `None` if no run has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// Name, as in the head of the table: `Training loss`.
    pub name: &'static str,
    /// The title of its color scale: `Training loss, log scale`.
    pub title: String,
    /// The ends of its color scale: lowest and highest finite median.
    pub ends: (String, String),
    /// Positions of the medians on the color scale, from 0 to 1; `None` for those that are not finite.
    pub shares: Vec<Option<f64>>,
    /// The medians as text; `–` without one.
    pub words: Vec<String>,
    /// Medians; infinite if at least half of the seeds diverged.
    pub median: Vec<Option<Real>>,
    /// Lowest finite values.
    pub low: Vec<Option<Real>>,
    /// Highest finite values.
    pub high: Vec<Option<Real>>,
}

/// The quantities of the table of cells, with the heads of their columns.
pub const MEASURES: [(&str, Quantity); 7] = [
    ("Training loss", Quantity::TrainLoss),
    ("Validation loss", Quantity::ValidationLoss),
    ("Test loss", Quantity::TestLoss),
    ("Skill", Quantity::Skill),
    ("Validation skill", Quantity::ValidationSkill),
    ("Training accuracy", Quantity::TrainAccuracy),
    ("Validation accuracy", Quantity::ValidationAccuracy),
];

/// Returns the columns of a sweep; `views` are the views of its axes.
pub fn columns(page: &Page, views: &[AxisView], map: &Map) -> Columns {
    let all = &page.results.cells;
    let mut class_of = vec!["missing"; all.len()];
    for tile in map.rows.iter().flat_map(|row| &row.tiles).flatten() {
        if let Some(class) = class_of.get_mut(tile.index) {
            *class = tile.class;
        }
    }
    let classes = map.legend.iter();
    let classes: Vec<_> = classes
        .map(|entry| (entry.class, entry.word.clone()))
        .collect();
    let place = |class: &&str| {
        let mut known = classes.iter();
        known.position(|(other, _)| other == class).unwrap_or(0)
    };
    let cells = || all.iter();
    let axes = page.sweep.axes.iter();
    Columns {
        name: page.name.to_owned(),
        axes: axes
            .zip(views)
            .enumerate()
            .map(|(a, (axis, view))| {
                let mut column = axis_column(axis, view, cells().map(|c| coordinate(&c.cell, a)));
                column.scale = map.scatter.as_ref().map(|_| scale(view, &column.cells));
                column
            })
            .collect(),
        class: class_of.iter().map(place).collect(),
        classes,
        measures: MEASURES
            .into_iter()
            .filter_map(|(name, quantity)| measure(name, quantity, all))
            .collect(),
        most_curves: MOST_CELLS,
    }
}

fn axis_column(axis: &Axis, view: &AxisView, cells: impl Iterator<Item = usize>) -> AxisColumn {
    let words = |point: &Vec<_>| point.iter().map(ToString::to_string).collect();
    AxisColumn {
        name: axis.name.clone(),
        keys: axis.keys.clone(),
        labels: view.labels.clone(),
        points: axis.points.iter().map(words).collect(),
        cells: cells.collect(),
        scale: None,
    }
}

fn scale(axis: &AxisView, cells: &[usize]) -> ScaleColumn {
    let ticks = ticks(axis).into_iter();
    ScaleColumn {
        drawn: axis.drawn,
        places: cells
            .iter()
            .enumerate()
            .map(|(i, point)| place(axis, *point, i))
            .collect(),
        ticks: ticks
            .map(|(share, label)| (percent(share, 0), label))
            .collect(),
    }
}

fn measure(name: &'static str, quantity: Quantity, cells: &[CellResults]) -> Option<Measure> {
    let (mut median, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
    for cell in cells {
        let values = over_seeds(cell, quantity);
        let stats = seed_stats(&values);
        // A median that is not finite keeps its sign, so that it sorts as the worst value.
        let lost = values.iter().copied().find(|v| !v.is_finite());
        let finite = stats.and_then(|stats| stats.finite);
        median.push(stats.and_then(|stats| stats.median.or(lost)));
        low.push(finite.map(|finite| Real(finite.low)));
        high.push(finite.map(|finite| Real(finite.high)));
    }
    let log = name.ends_with("loss");
    let seen = median.iter().flatten().copied();
    let ends = extent(seen.filter(|v| v.is_finite() && (!log || *v > 0.0)));
    median.iter().any(Option::is_some).then(|| Measure {
        name,
        title: format!("{name}{}", if log { ", log scale" } else { "" }),
        ends: ends.map_or_else(Default::default, |(low, high)| (number(low), number(high))),
        shares: median.iter().map(|v| share((*v)?, ends?, log)).collect(),
        words: median
            .iter()
            .map(|v| v.map_or_else(|| "–".to_owned(), number))
            .collect(),
        median: median.into_iter().map(|v| v.map(Real)).collect(),
        low,
        high,
    })
}

/// Returns the position of a finite value on a color scale, from 0 to 1.
fn share(value: f64, (low, high): (f64, f64), log: bool) -> Option<f64> {
    let at = |v: f64| if log { v.ln() } else { v };
    let own = match high > low {
        true => (at(value) - at(low)) / (at(high) - at(low)),
        false => 0.5,
    };
    value.is_finite().then(|| rounded(own.clamp(0.0, 1.0), 3))
}
