//! The rows of the runs of a stack: kept once per data set, row after row, and laid side by side in
//! `work` when a batch of them is wanted.

use super::kernel::real::Real;
use crate::data::{Dataset, Rows};
use crate::nn::outputs;
use crate::spec::Settings;
use crate::train::Job;
use crate::train::outputs::Probe;
use crate::train::rows::targets;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// A matrix x with a matrix y, row after row.
#[derive(Debug)]
pub struct Table<T> {
    /// Its rows.
    pub rows: usize,
    x: Vec<T>,
    y: Vec<T>,
}

/// The rows of one run.
#[derive(Debug)]
pub struct Tables<T> {
    /// What they were made from.
    of: Arc<Dataset>,
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
        if let Some(same) = others.find(|tables| Arc::ptr_eq(&tables.of, data)) {
            return same.clone();
        }
        let table = |rows: &Rows| table(job.settings, data, rows);
        let (points, d) = probe.points().unwrap_or((Vec::new(), 1));
        let points = Rows {
            y: vec![0.0; points.len() / d],
            x: points,
        };
        Rc::new(Tables {
            train: table(&data.train),
            validation: table(&data.validation),
            test: table(&data.test),
            lattice: table(&points),
            of: data.clone(),
        })
    }
}

fn table<T: Real>(settings: &Settings, data: &Dataset, rows: &Rows) -> Table<T> {
    let columns = outputs(settings, data.classes.len());
    let numbers = |values: &[f64]| values.iter().map(|x| T::of(*x)).collect();
    Table {
        rows: rows.len(),
        x: numbers(&rows.x),
        y: numbers(&targets(&rows.y, columns)),
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
    for (from, to) in [(&table.x, x), (&table.y, y)] {
        let columns = to.len() / T::LANES / rows;
        match which {
            Which::From(start) => copy(from, columns, start..start + rows, &lanes, to),
            Which::Of(chosen) => {
                let chosen = chosen.iter().map(|row| *row as usize);
                copy(from, columns, chosen, &lanes, to);
            }
        }
    }
}

/// Row after row, every number into all of the lanes.
#[inline(always)]
fn copy<T: Real>(
    from: &[T],
    columns: usize,
    chosen: impl Iterator<Item = usize>,
    lanes: &Range<usize>,
    to: &mut [T],
) {
    let alone = lanes.len() == 1;
    for (row, to) in chosen.zip(to.chunks_exact_mut(columns * T::LANES)) {
        let from = &from[row * columns..][..columns];
        for (to, from) in to.chunks_exact_mut(T::LANES).zip(from) {
            match alone {
                // Most runs have batches of their own.
                true => to[lanes.start] = *from,
                false => to[lanes.clone()].fill(*from),
            }
        }
    }
}
