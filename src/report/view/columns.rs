//! The cells of a sweep as columns of plain values. The script of the page filters, sorts and colours
//! by them and writes them as CSV, so that they are not rounded. What it says of a cell in words stands in
//! the rows of [`super::cells`].

use super::axes::{AxisView, coordinate, ticks};
use super::map::Map;
use super::stats::seed_stats;
use crate::expect::over_seeds;
use crate::report::Page;
use crate::results::CellResults;
use crate::spec::{Axis, Quantity};
use crate::trace::Real;
use serde::Serialize;

/// Everything that the script knows of the cells, in the order of the grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Columns {
    /// Name of the page's folder, for the file that is downloaded.
    pub name: String,
    /// The axes.
    pub axes: Vec<AxisColumn>,
    /// Classes of colour that occur: names of diagnoses, `plain` and `missing`.
    pub classes: Vec<&'static str>,
    /// Place of each cell's class among them.
    pub class: Vec<usize>,
    /// What was measured, as far as any run has it.
    pub measures: Vec<Measure>,
}

/// One axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AxisColumn {
    /// Its name.
    pub name: String,
    /// The keys it sets.
    pub keys: Vec<String>,
    /// Labels of its points.
    pub labels: Vec<String>,
    /// Per point one value per key.
    pub points: Vec<Vec<String>>,
    /// Where each cell stands.
    pub cells: Vec<usize>,
    /// Where cells are drawn as a scatter, the scale of the axis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<ScaleColumn>,
}

/// The scale of an axis, from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScaleColumn {
    /// Whether its values were drawn from a range.
    pub drawn: bool,
    /// Where each of its points stands.
    pub shares: Vec<f64>,
    /// Places and labels of its ticks.
    pub ticks: Vec<(f64, String)>,
}

/// One quantity over the seeds of each cell; `None` where no run has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// `Training loss`, as the table heads it.
    pub name: &'static str,
    /// Whether it is compared on a log scale.
    pub log: bool,
    /// Middle values, infinite where a median over diverged seeds is.
    pub median: Vec<Option<Real>>,
    /// Lowest finite values.
    pub low: Vec<Option<Real>>,
    /// Highest finite values.
    pub high: Vec<Option<Real>>,
}

/// The quantities that the table of cells shows, with the heads of their columns.
pub const MEASURES: [(&str, Quantity); 7] = [
    ("Training loss", Quantity::TrainLoss),
    ("Validation loss", Quantity::ValidationLoss),
    ("Test loss", Quantity::TestLoss),
    ("Skill", Quantity::Skill),
    ("Validation skill", Quantity::ValidationSkill),
    ("Training accuracy", Quantity::TrainAccuracy),
    ("Validation accuracy", Quantity::ValidationAccuracy),
];

/// The columns of a page's sweep; `views` are those of its axes.
pub fn columns(page: &Page, views: &[AxisView], map: &Map) -> Columns {
    let all = &page.results.cells;
    let mut class_of = vec!["missing"; all.len()];
    for tile in map.rows.iter().flat_map(|row| &row.tiles).flatten() {
        if let Some(class) = class_of.get_mut(tile.index) {
            *class = tile.class;
        }
    }
    let classes: Vec<&'static str> = map.legend.iter().map(|entry| entry.class).collect();
    let place = |class: &&str| classes.iter().position(|other| other == class).unwrap_or(0);
    let cells = || all.iter();
    let axes = page.sweep.axes.iter();
    Columns {
        name: page.name.to_owned(),
        axes: axes
            .zip(views)
            .enumerate()
            .map(|(a, (axis, view))| {
                let mut column = axis_column(axis, view, cells().map(|c| coordinate(&c.cell, a)));
                column.scale = map.scatter.as_ref().map(|_| scale(view));
                column
            })
            .collect(),
        class: class_of.iter().map(place).collect(),
        classes,
        measures: MEASURES
            .into_iter()
            .filter_map(|(name, quantity)| measure(name, quantity, all))
            .collect(),
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

fn scale(axis: &AxisView) -> ScaleColumn {
    let shares = (0..axis.labels.len()).map(|point| axis.share(point));
    ScaleColumn {
        drawn: axis.drawn,
        shares: shares.collect(),
        ticks: ticks(axis),
    }
}

fn measure(name: &'static str, quantity: Quantity, cells: &[CellResults]) -> Option<Measure> {
    let mut made = Measure {
        name,
        log: name.ends_with("loss"),
        median: Vec::new(),
        low: Vec::new(),
        high: Vec::new(),
    };
    for cell in cells {
        let values = over_seeds(cell, quantity);
        let stats = seed_stats(&values);
        // A median that is not finite keeps its sign: it is the worst that there is.
        let lost = values.iter().copied().find(|v| !v.is_finite());
        let median = stats.and_then(|stats| stats.median.or(lost));
        let finite = stats.and_then(|stats| stats.finite);
        made.median.push(median.map(Real));
        made.low.push(finite.map(|finite| Real(finite.low)));
        made.high.push(finite.map(|finite| Real(finite.high)));
    }
    made.median.iter().any(Option::is_some).then_some(made)
}
