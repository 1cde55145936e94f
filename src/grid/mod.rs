//! `Sweep` → cells and runs, in the order of the file.

mod check;
mod comparable;
mod conflicts;
mod duplicates;
mod expected;
mod matching;
mod point;
mod sample;
mod selectors;
#[cfg(test)]
mod tests;
mod unused_keys;

use crate::config::deprecated::Use;
use crate::config::settings::{Contents, Source};
use crate::config::{Draft, Fault, Faults, SHOWN, Settings, Sweep, Value, Values};
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

/// Returns the contents of a data file, or nothing if it could not be read.
pub type Held<'a> = dyn Fn(&Source) -> Option<Contents> + 'a;

/// Returns the cells of a sweep without the excluded ones: the product of its axes, last fastest, or a sample of it.
/// The axes of `[grid]` come first, then those of `[zip.*]`, each in file order.
///
/// # Errors
/// The errors of the draft, and those that only cells reveal. Values that depend on an unreadable data file are not
/// checked.
pub fn cells(draft: Draft, held: &Held) -> Result<(Sweep, Vec<Cell>), Faults> {
    let (mut sweep, mut faults, mut cells) = (draft.sweep, draft.faults, Vec::new());
    if draft.parsed {
        sweep.base = point::values(&sweep, &[], held).0;
        let sampled = sample::draw(&mut sweep);
        let (found, more) = check::cells(&sweep, sampled.as_deref(), &draft.doubtful, held);
        cells = found;
        let (warnings, more): (Vec<Fault>, _) = more.into_iter().partition(|it| it.is_warning);
        sweep.warnings = warnings;
        faults.extend(more);
    }
    if !faults.is_empty() {
        faults.extend(warnings(&sweep));
    }
    match Faults::sorted(faults, &sweep.path) {
        None => Ok((sweep, cells)),
        Some(faults) => Err(faults),
    }
}

/// Returns the warnings of a file with errors, so that all of it can be mended at once.
fn warnings(sweep: &Sweep) -> impl Iterator<Item = Fault> {
    let deprecated = sweep.deprecated.iter().map(|Use { word, place }| {
        let mut fault = Fault::at(place, word.to_string(), "").into_warning();
        if fault.path == sweep.path {
            fault.help = Some("`sweep migrate` rewrites it".to_owned());
        }
        fault
    });
    let others = sweep.warnings.iter().cloned();
    deprecated.take(SHOWN).chain(others.take(SHOWN))
}
