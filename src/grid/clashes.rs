//! Reports each conflict once for all of its cells, at the value that causes it.

use crate::spec::key::in_toml;
use crate::spec::{Clash, Fault, Place, Sweep, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Every conflict with its first cell and the number of its cells.
#[derive(Debug, Default)]
pub(super) struct Clashes(Vec<Met>, BTreeMap<(Vec<&'static str>, String), usize>);

#[derive(Debug)]
struct Met {
    clash: Clash,
    coordinates: Vec<usize>,
    varied: Vec<(String, Value)>,
    cells: usize,
}

impl Clashes {
    /// Adds a cell with a conflict.
    pub fn add(&mut self, clash: Clash, coordinates: &[usize], varied: &[(String, Value)]) {
        let known = (clash.keys.clone(), clash.message.clone());
        if let Some(&i) = self.1.get(&known) {
            self.0[i].cells += 1;
            return;
        }
        self.1.insert(known, self.0.len());
        self.0.push(Met {
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
        let sound = |met: &&Met| !met.clash.keys.iter().any(|key| doubtful.contains(key));
        self.0
            .iter()
            .filter(sound)
            .map(|met| fault(sweep, met, of))
            .collect()
    }
}

fn fault(sweep: &Sweep, met: &Met, of: usize) -> Fault {
    let Met { clash, cells, .. } = met;
    let how_many = match (cells, of) {
        (_, 1) => String::new(),
        (n, of) if *n == of => format!(" (in all {of} cells)"),
        (n, of) => format!(" (in {n} of {of} cells)"),
    };
    let message = format!("{}{how_many}", clash.message);
    let mut help = clash.help.clone();
    let mut code = None;
    if *cells < of
        && let Some(block) = exclusion(met)
    {
        let which = if *cells == 1 {
            "this cell"
        } else {
            "these cells"
        };
        help += &format!("; or exclude {which}");
        code = Some(format!("[[exclude]]\n{block}"));
    }
    let mut fault = Fault::at(&place(sweep, met), message, clash.label.clone()).help(help);
    fault.code = code;
    fault
}

/// Returns the most specific place of the cause: a point of an axis before a base value.
fn place(sweep: &Sweep, met: &Met) -> Place {
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
        .unwrap_or_else(|| super::check::file(sweep))
}

/// Returns the line of an `[[exclude]]` block that excludes the cells with this conflict.
fn exclusion(met: &Met) -> Option<String> {
    let varied = met
        .varied
        .iter()
        .filter(|(key, _)| met.clash.keys.contains(&key.as_str()));
    let conditions: Vec<String> = varied
        .map(|(key, value)| format!("{} = {}", in_toml(key), value.toml()))
        .collect();
    (!conditions.is_empty()).then(|| format!("where = {{ {} }}", conditions.join(", ")))
}
