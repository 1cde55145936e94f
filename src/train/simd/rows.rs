//! The rows of the runs of a stack: stored once per data set, row-major, and copied into the lanes of `work` for each
//! batch.

use super::kernel::float::Float;
use crate::config::Settings;
use crate::config::settings::Labels;
use crate::train::Job;
use crate::train::components::outputs;
use crate::train::datasets::{Dataset, Rows};
use crate::train::recorder::outputs::Probe;
use crate::train::rows::{class_weights, targets};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// Matrices x and y, row-major.
#[derive(Debug)]
pub struct RowTable<T> {
    /// Number of rows.
    pub rows: usize,
    /// Numbers of columns of x, and of x and y together.
    columns: [usize; 2],
    /// Every row of x followed by its row of y.
    both: Vec<T>,
    /// Weights of the rows; empty for equal weights.
    weights: Vec<f64>,
}

impl<T> RowTable<T> {
    /// Returns the total weight of these rows; `None` for equal weights.
    pub fn weight(&self, rows: impl Iterator<Item = usize>) -> Option<f64> {
        (!self.weights.is_empty()).then(|| rows.map(|row| self.weights[row]).sum())
    }
}

/// The rows of one run.
#[derive(Debug)]
pub struct RowTables<T> {
    /// The data set.
    of: Arc<Dataset>,
    /// Label smoothing and class weights.
    labels: Labels,
    /// Class weights; empty for equal weights.
    pub of_class: Vec<f64>,
    /// Training rows.
    pub train: RowTable<T>,
    /// Validation rows.
    pub validation: RowTable<T>,
    /// Test rows.
    pub test: RowTable<T>,
    /// Points of the lattice; their y is unused.
    pub lattice: RowTable<T>,
}

impl<T: Float> RowTables<T> {
    /// Returns the rows of a job, shared with another run if it has the same.
    pub fn of<'a>(
        job: &Job,
        data: &Arc<Dataset>,
        probe: &Probe,
        mut others: impl Iterator<Item = &'a Rc<RowTables<T>>>,
    ) -> Rc<RowTables<T>>
    where
        T: 'a,
    {
        let labels = &job.settings.labels;
        let same =
            |tables: &&Rc<RowTables<T>>| Arc::ptr_eq(&tables.of, data) && tables.labels == *labels;
        if let Some(same) = others.find(same) {
            return same.clone();
        }
        let of_class = class_weights(job.settings, data).unwrap_or_default();
        let table = |rows: &Rows| RowTable {
            weights: match of_class.is_empty() {
                true => Vec::new(),
                false => rows.y.iter().map(|y| of_class[*y as usize]).collect(),
            },
            ..table(job.settings, data, rows)
        };
        let (points, d) = probe.points().unwrap_or((Vec::new(), 1));
        let targets = data.train.targets;
        let points = Rows {
            y: vec![0.0; points.len() / d * targets],
            x: points.into(),
            targets,
        };
        Rc::new(RowTables {
            train: table(&data.train),
            validation: table(&data.validation),
            test: table(&data.test),
            lattice: table(&points),
            of: data.clone(),
            labels: labels.clone(),
            of_class,
        })
    }
}

fn table<T: Float>(settings: &Settings, data: &Dataset, rows: &Rows) -> RowTable<T> {
    let outputs = outputs(settings, data.classes.len(), rows.targets);
    let features = rows.x.len() / rows.len().max(1);
    let y = targets(rows, outputs, &settings.labels);
    let mut both = Vec::with_capacity(rows.x.len() + y.len());
    for row in 0..rows.len() {
        let x = &rows.x[row * features..][..features];
        let y = &y[row * outputs..][..outputs];
        both.extend(x.iter().chain(y).map(|number| T::of(*number)));
    }
    RowTable {
        rows: rows.len(),
        columns: [features, features + outputs],
        both,
        weights: Vec::new(),
    }
}

/// A selection of rows of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RowSelection<'a> {
    /// Consecutive rows from this one on.
    From(usize),
    /// Rows of these indices.
    Of(&'a [u32]),
}

/// Copies rows of a table into some lanes, next to those of other lanes.
pub fn copy_rows<T: Float>(
    lanes: Range<usize>,
    table: &RowTable<T>,
    which: RowSelection,
    rows: usize,
    [x, y]: [&mut [T]; 2],
) {
    match which {
        RowSelection::From(start) => copy(table, start..start + rows, &lanes, [x, y]),
        RowSelection::Of(chosen) => {
            let chosen = chosen[..rows].iter().map(|row| *row as usize);
            copy(table, chosen, &lanes, [x, y]);
        }
    }
}

/// Copies row by row. Most runs have different batches. With few columns, the overhead of inner loops would dominate.
#[inline(always)]
fn copy<T: Float>(
    table: &RowTable<T>,
    chosen: impl Iterator<Item = usize>,
    lanes: &Range<usize>,
    [x, y]: [&mut [T]; 2],
) {
    let [features, columns] = table.columns;
    match (lanes.len(), features, columns) {
        (1, 1, 2) => return copy_few::<T, 1, 2>(table, chosen, lanes.start, [x, y]),
        (1, 2, 3) => return copy_few::<T, 2, 3>(table, chosen, lanes.start, [x, y]),
        _ => {}
    }
    let x = x.chunks_exact_mut(features * T::LANES);
    let y = y.chunks_exact_mut((columns - features) * T::LANES);
    for ((row, x), y) in chosen.zip(x).zip(y) {
        let (of_x, of_y) = table.both[row * columns..][..columns].split_at(features);
        put(of_x, lanes, x);
        put(of_y, lanes, y);
    }
}

/// Copies into one lane, with numbers of columns that are known at compile time.
#[inline(always)]
fn copy_few<T: Float, const FEATURES: usize, const COLUMNS: usize>(
    table: &RowTable<T>,
    chosen: impl Iterator<Item = usize>,
    lane: usize,
    [x, y]: [&mut [T]; 2],
) {
    // This assertion removes bounds checks for every number.
    assert!(lane < T::LANES);
    let (rows, _) = table.both.as_chunks::<COLUMNS>();
    let x = x.chunks_exact_mut(FEATURES * T::LANES);
    let y = y.chunks_exact_mut((COLUMNS - FEATURES) * T::LANES);
    for ((row, x), y) in chosen.zip(x).zip(y) {
        let (of_x, of_y) = rows[row].split_at(FEATURES);
        for (place, number) in of_x.iter().enumerate() {
            x[place * T::LANES + lane] = *number;
        }
        for (place, number) in of_y.iter().enumerate() {
            y[place * T::LANES + lane] = *number;
        }
    }
}

/// Writes every number into all of the lanes.
#[inline(always)]
fn put<T: Float>(from: &[T], lanes: &Range<usize>, to: &mut [T]) {
    let alone = lanes.len() == 1;
    for (to, from) in to.chunks_exact_mut(T::LANES).zip(from) {
        match alone {
            true => to[lanes.start] = *from,
            false => to[lanes.clone()].fill(*from),
        }
    }
}
