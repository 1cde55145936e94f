//! Reports each conflict once for all of its cells, at the value that causes it.

use super::places::file;
use crate::config::registry::in_toml;
use crate::config::{Clash, Fault, Place, Sweep, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Every conflict with its first cell and the number of its cells.
#[derive(Debug, Default)]
pub(super) struct CellConflicts(
    Vec<CellConflict>,
    BTreeMap<(Vec<&'static str>, String), usize>,
);

/// A conflict with its first cell and the number of its cells.
#[derive(Debug)]
struct CellConflict {
    clash: Clash,
    coordinates: Vec<usize>,
    varied: Vec<(String, Value)>,
    cells: usize,
}

impl CellConflicts {
    /// Adds a cell with a conflict.
    pub fn add(&mut self, clash: Clash, coordinates: &[usize], varied: &[(String, Value)]) {
        let known = (clash.keys.clone(), clash.message.clone());
        if let Some(&i) = self.1.get(&known) {
            self.0[i].cells += 1;
            return;
        }
        self.1.insert(known, self.0.len());
        self.0.push(CellConflict {
            clash,
            coordinates: coordinates.to_vec(),
            varied: varied.to_vec(),
            cells: 1,
        });
    }

    /// Returns the keys that take part in any conflict.
    pub fn keys(&self) -> BTreeSet<&'static str> {
        self.0
            .iter()
            .flat_map(|met| met.clash.keys.iter().copied())
            .collect()
    }

    /// Returns one error per conflict, without conflicts that involve a doubtful key.
    pub fn faults(self, sweep: &Sweep, of: usize, doubtful: &BTreeSet<&'static str>) -> Vec<Fault> {
        let sound = |met: &&CellConflict| !met.clash.keys.iter().any(|key| doubtful.contains(key));
        let fault = |met: &CellConflict| {
            let (help, code) = match met.cells < of {
                true => advice(met),
                false => (met.clash.help.clone(), None),
            };
            let mut fault = fault(sweep, met, of).help(help);
            fault.code = code;
            fault
        };
        self.0.iter().filter(sound).map(fault).collect()
    }

    /// Returns the conflicts as warnings.
    pub fn warnings(&self, sweep: &Sweep, of: usize) -> impl Iterator<Item = Fault> {
        let all = self.0.iter();
        all.map(move |met| {
            let fault = fault(sweep, met, of).help(met.clash.help.clone());
            fault.into_warning()
        })
    }
}

/// Returns the error of a conflict, without help.
fn fault(sweep: &Sweep, met: &CellConflict, of: usize) -> Fault {
    let CellConflict { clash, cells, .. } = met;
    let how_many = match (cells, of) {
        (_, 1) => String::new(),
        (2, 2) => " (in both cells)".to_owned(),
        (n, of) if *n == of => format!(" (in all {of} cells)"),
        (n, of) => format!(" (in {n} of {of} cells)"),
    };
    let message = format!("{}{how_many}", clash.message);
    Fault::at(&place(sweep, met), message, clash.label.clone())
}

/// Returns what to do about a conflict of some of the cells, and lines to paste.
fn advice(met: &CellConflict) -> (String, Option<String>) {
    let CellConflict { clash, cells, .. } = met;
    let varies = |key: &str| met.varied.iter().any(|(name, _)| name == key);
    if let (true, [key, other, ..]) = (clash.is_unused, &clash.keys[..])
        && !varies(key)
    {
        // To exclude the cells would leave no cell with this value of the other key.
        let (key, other) = (in_toml(key), in_toml(other));
        return (
            format!("vary `{other}` and `{key}` together in a [zip.…] table"),
            None,
        );
    }
    let Some(block) = exclusion(met) else {
        return (clash.help.clone(), None);
    };
    let which = if *cells == 1 {
        "this cell"
    } else {
        "these cells"
    };
    let help = match clash.is_unused {
        true => format!("exclude {which}"),
        false => format!("{}; or exclude {which}", clash.help),
    };
    (help, Some(format!("[[exclude]]\n{block}")))
}

/// Returns the most specific place of the cause: a point of an axis before a base value.
fn place(sweep: &Sweep, met: &CellConflict) -> Place {
    let on_axis = |key: &&str| {
        let axis = sweep
            .axes
            .iter()
            .position(|axis| axis.keys.iter().any(|k| k == key))?;
        let column = sweep.axes[axis].keys.iter().position(|k| k == key)?;
        let point = *met.coordinates.get(axis)?;
        sweep.places.axes.get(axis)?.get(column)?.get(point)
    };
    let keys = &met.clash.keys;
    let found = keys.iter().find_map(on_axis);
    let found = found.or_else(|| keys.iter().find_map(|key| sweep.places.value(key)));
    found
        .or(sweep.places.file.as_ref())
        .cloned()
        .unwrap_or_else(|| file(sweep))
}

/// Returns the line of an `[[exclude]]` block that excludes the cells with this conflict.
fn exclusion(met: &CellConflict) -> Option<String> {
    let varied = met
        .varied
        .iter()
        .filter(|(key, _)| met.clash.keys.contains(&key.as_str()));
    let conditions: Vec<String> = varied
        .map(|(key, value)| format!("{} = {}", in_toml(key), value.toml()))
        .collect();
    (!conditions.is_empty()).then(|| format!("where = {{ {} }}", conditions.join(", ")))
}
