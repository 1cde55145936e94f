//! Rows: prepared for training, or as a source has them.

use super::numbers::Numbers;

/// Rows, prepared for training.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// n × d features, row-major.
    pub x: Numbers,
    /// n values, or class indices; n × k values for k targets, row-major.
    pub y: Vec<f64>,
    /// Number k of targets: 1, except for regression with several.
    pub targets: usize,
}

impl Default for Rows {
    fn default() -> Rows {
        Rows {
            x: Numbers::default(),
            y: Vec::new(),
            targets: 1,
        }
    }
}

impl Rows {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.y.len() / self.targets
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.y.is_empty()
    }

    /// Returns the bytes of its numbers, including those in a file.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.x) + size_of_val(self.y.as_slice())
    }
}

/// All rows as generated or read: before the split, in their original units.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawTable {
    pub features: Vec<String>,
    /// One target, or several numeric ones.
    pub targets: Vec<String>,
    pub classes: Vec<String>,
    pub rows: Rows,
    /// Number of rows of the file that were left out.
    pub left_out: usize,
}

/// The output of a generator: n × d features, and n values or class indices.
pub(super) struct Generated {
    pub rows: Rows,
    pub features: usize,
    /// Number of classes; 0 for a regression.
    pub classes: usize,
}
