//! `Sweep` → cells and runs, in the order of the file.

mod check;
mod clashes;
mod expected;
mod idle;
mod matching;
mod point;
mod sample;
mod selectors;
mod stopped;
#[cfg(test)]
mod tests;
mod twins;

use crate::identity::RunId;
use crate::spec::settings::{Contents, Source};
use crate::spec::{Draft, Faults, Settings, Sweep, Value, Values};

/// One point of the grid, or one that was drawn.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Place in the grid, or among those drawn, from 0, after exclusions.
    pub index: usize,
    /// For every axis, which of its points.
    pub coordinates: Vec<usize>,
    /// The keys that some axis sets, with this cell's values, in the order of the axes.
    pub varied: Vec<(String, Value)>,
    /// Every key with its value.
    pub values: Values,
    /// The same, typed.
    pub settings: Settings,
}

impl Cell {
    /// What tells it from the others, in words: `lr 0.1, optimizer sgd`; `the only cell` where nothing
    /// varies.
    pub fn name(&self) -> String {
        if self.varied.is_empty() {
            return "the only cell".to_owned();
        }
        let parts = self.varied.iter();
        let parts = parts.map(|(key, value)| format!("{key} {value}"));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Whether its values are those of `cell`, but for `other`. Only axes are compared: all else is
    /// the same in every cell, or follows from them.
    pub fn is_counterpart(&self, cell: &Cell, other: &[(String, Value)]) -> bool {
        let is = |(key, value): &(String, Value)| self.values.get(key) == Some(value);
        let changed = |key: &str| other.iter().any(|(k, _)| k == key);
        let mut kept = cell.varied.iter().filter(|(key, _)| !changed(key));
        kept.all(is) && other.iter().all(is)
    }
}

/// One cell with one seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Index of the cell.
    pub cell: usize,
    /// The seed.
    pub seed: u64,
    /// Its identity.
    pub id: RunId,
}

/// What a data file holds; nothing where it could not be read.
pub type Held<'a> = dyn Fn(&Source) -> Option<Contents> + 'a;

/// The cells of a sweep: the product of its axes, last fastest, or what is drawn of it, without those
/// excluded. The axes of `[grid]` come first, then those of `[zip.*]`, each in the order of the file.
///
/// # Errors
/// The faults of the draft, and those that only cells bring to light. What follows from a data file
/// that could not be read is not judged.
pub fn cells(draft: Draft, held: &Held) -> Result<(Sweep, Vec<Cell>), Faults> {
    let (mut sweep, mut faults, mut cells) = (draft.sweep, draft.faults, Vec::new());
    if draft.parsed {
        sweep.base = point::values(&sweep, &[], held).0;
        let drawn = sample::draw(&mut sweep);
        let (found, more) = check::cells(&sweep, drawn.as_deref(), &draft.doubtful, held);
        cells = found;
        faults.extend(more);
    }
    match Faults::sorted(faults, &sweep.path) {
        None => Ok((sweep, cells)),
        Some(faults) => Err(faults),
    }
}
