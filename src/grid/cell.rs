//! One cell of a sweep, and its run with one seed.

use crate::config::{Settings, Value, Values};
use crate::identity::RunId;

/// One cell of the grid or sample.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Position in the grid or sample, from 0, after exclusions.
    pub index: usize,
    /// The index of its point on every axis.
    pub coordinates: Vec<usize>,
    /// The keys that the axes set, with this cell's values, in the order of the axes.
    pub varied: Vec<(String, Value)>,
    /// Every key with its value, defaults included.
    pub values: Values,
    /// The same values, typed.
    pub settings: Settings,
}

impl Cell {
    /// Returns the varied values in words, such as `lr 0.1, optimizer sgd`, or `the only cell` if nothing varies.
    pub fn name(&self) -> String {
        if self.varied.is_empty() {
            return "the only cell".to_owned();
        }
        let parts = self.varied.iter();
        let parts = parts.map(|(key, value)| format!("{key} {value}"));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Returns whether its values equal those of `cell`, except for `other`. Compares only axes: all other keys are
    /// equal in every cell, or follow from them.
    pub fn is_counterpart(&self, cell: &Cell, other: &[(String, Value)]) -> bool {
        let is = |(key, value): &(String, Value)| self.values.get(key) == Some(value);
        let changed = |key: &str| other.iter().any(|(k, _)| k == key);
        let mut kept = cell.varied.iter().filter(|(key, _)| !changed(key));
        kept.all(is) && other.iter().all(is)
    }
}

/// One cell trained with one seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Index of the cell.
    pub cell: usize,
    /// The seed.
    pub seed: u64,
    /// The run ID.
    pub id: RunId,
}
