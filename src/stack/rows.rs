//! The rows of the runs of a stack: kept once per data set, row after row, and laid side by side in
//! `work` when a batch of them is wanted.

use super::kernel::real::Real;
use crate::data::{Dataset, Rows};
use crate::nn::outputs;
use crate::spec::Settings;
use crate::spec::settings::Labels;
use crate::train::Job;
use crate::train::outputs::Probe;
use crate::train::rows::{class_weights, targets};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// A matrix x with a matrix y, row after row.
#[derive(Debug)]
pub struct Table<T> {
    /// Its rows.
    pub rows: usize,
    /// Columns of x, and of x and y together.
    columns: [usize; 2],
    /// Every row of x with that of y behind it.
    both: Vec<T>,
    /// What every row counts for; empty where all count the same.
    weights: Vec<f64>,
}

impl<T> Table<T> {
    /// What these rows count for together, where not all count the same.
    pub fn weight(&self, rows: impl Iterator<Item = usize>) -> Option<f64> {
        (!self.weights.is_empty()).then(|| rows.map(|row| self.weights[row]).sum())
    }
}

/// The rows of one run.
#[derive(Debug)]
pub struct Tables<T> {
    /// What they were made from.
    of: Arc<Dataset>,
    /// And what became of their classes.
    labels: Labels,
    /// What the rows of each class count for; empty where all count the same.
    pub of_class: Vec<f64>,
    /// To fit the weights on.
    pub train: Table<T>,
    /// To choose by.
    pub validation: Table<T>,
    /// To judge by.
    pub test: Table<T>,
    /// Points to show the model on; their y says nothing.
    pub lattice: Table<T>,
}

impl<T: Real> Tables<T> {
    /// The rows of a job, shared with another run that has the same.
    pub fn of<'a>(
        job: &Job,
        data: &Arc<Dataset>,
        probe: &Probe,
        mut others: impl Iterator<Item = &'a Rc<Tables<T>>>,
    ) -> Rc<Tables<T>>
    where
        T: 'a,
    {
        let labels = &job.settings.labels;
        let same =
            |tables: &&Rc<Tables<T>>| Arc::ptr_eq(&tables.of, data) && tables.labels == *labels;
        if let Some(same) = others.find(same) {
            return same.clone();
        }
        let of_class = class_weights(job.settings, data).unwrap_or_default();
        let table = |rows: &Rows| Table {
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
        Rc::new(Tables {
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

fn table<T: Real>(settings: &Settings, data: &Dataset, rows: &Rows) -> Table<T> {
    let outputs = outputs(settings, data.classes.len(), rows.targets);
    let features = rows.x.len() / rows.len().max(1);
    let y = targets(rows, outputs, &settings.labels);
    let mut both = Vec::with_capacity(rows.x.len() + y.len());
    for row in 0..rows.len() {
        let x = &rows.x[row * features..][..features];
        let y = &y[row * outputs..][..outputs];
        both.extend(x.iter().chain(y).map(|number| T::of(*number)));
    }
    Table {
        rows: rows.len(),
        columns: [features, features + outputs],
        both,
        weights: Vec::new(),
    }
}

/// Rows of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Which<'a> {
    /// So many from this one on.
    From(usize),
    /// These.
    Of(&'a [u32]),
}

/// Lays rows of a table in some lanes, side by side with what other lanes have there.
pub fn lay<T: Real>(
    lanes: Range<usize>,
    table: &Table<T>,
    which: Which,
    rows: usize,
    [x, y]: [&mut [T]; 2],
) {
    match which {
        Which::From(start) => copy(table, start..start + rows, &lanes, [x, y]),
        Which::Of(chosen) => {
            let chosen = chosen[..rows].iter().map(|row| *row as usize);
            copy(table, chosen, &lanes, [x, y]);
        }
    }
}

/// Row after row. Most runs have batches of their own; of few columns the loops over them would cost more
/// than what they do.
#[inline(always)]
fn copy<T: Real>(
    table: &Table<T>,
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

/// The same into one lane, for a number of columns that is known before.
#[inline(always)]
fn copy_few<T: Real, const FEATURES: usize, const COLUMNS: usize>(
    table: &Table<T>,
    chosen: impl Iterator<Item = usize>,
    lane: usize,
    [x, y]: [&mut [T]; 2],
) {
    // Said here, it need not be checked again for every number.
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

/// Every number into all of the lanes.
#[inline(always)]
fn put<T: Real>(from: &[T], lanes: &Range<usize>, to: &mut [T]) {
    let alone = lanes.len() == 1;
    for (to, from) in to.chunks_exact_mut(T::LANES).zip(from) {
        match alone {
            true => to[lanes.start] = *from,
            false => to[lanes.clone()].fill(*from),
        }
    }
}
