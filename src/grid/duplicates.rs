//! Finds cells with equal settings, which would train identical runs.

use super::cell::Cell;
use super::places::axis_place;
use crate::config::{Fault, Sweep};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Returns an error for each set of axes along which cells are duplicates. In sampled sweeps, and after `--set`,
/// removes all but the first of equal cells instead.
pub(super) fn duplicates(sweep: &Sweep, cells: &mut Vec<Cell>) -> Vec<Fault> {
    let mut first: BTreeMap<[u8; 32], usize> = BTreeMap::new();
    let mut again: Vec<(usize, usize)> = Vec::new();
    for (i, cell) in cells.iter().enumerate() {
        let text = format!("{:?}", cell.settings);
        match first.entry(*blake3::hash(text.as_bytes()).as_bytes()) {
            Entry::Vacant(entry) => drop(entry.insert(i)),
            Entry::Occupied(entry) => again.push((*entry.get(), i)),
        }
    }
    if sweep.overridden || sweep.sample.is_some() {
        let extra: BTreeSet<usize> = again.iter().map(|(_, i)| *i).collect();
        cells.retain(|cell| !extra.contains(&cell.index));
        for (i, cell) in cells.iter_mut().enumerate() {
            cell.index = i;
        }
        return Vec::new();
    }
    // One error for all duplicates that differ along the same axes.
    let mut groups: BTreeMap<Vec<usize>, Vec<(usize, usize)>> = BTreeMap::new();
    for (a, b) in again {
        let (one, two) = (&cells[a].coordinates, &cells[b].coordinates);
        let axes = (0..one.len())
            .filter(|&axis| one[axis] != two[axis])
            .collect();
        groups.entry(axes).or_default().push((a, b));
    }
    groups
        .iter()
        .map(|(axes, pairs)| duplicate_fault(sweep, cells, axes, pairs))
        .collect()
}

fn duplicate_fault(
    sweep: &Sweep,
    cells: &[Cell],
    axes: &[usize],
    pairs: &[(usize, usize)],
) -> Fault {
    let (a, b) = pairs[0];
    let axis = axes.last().copied().unwrap_or(0);
    let point = cells[b].coordinates.get(axis).copied().unwrap_or(0);
    let places = sweep
        .places
        .axes
        .get(axis)
        .and_then(|keys| keys.first()?.get(point));
    let place = places.cloned().unwrap_or_else(|| axis_place(sweep, axis));
    let describe = |cell: &Cell| {
        let pairs: Vec<String> = cell
            .varied
            .iter()
            .map(|(key, value)| format!("{key} {value}"))
            .collect();
        pairs.join(", ")
    };
    let more = match pairs.len() - 1 {
        0 => String::new(),
        n => format!(" ({n} more pair{})", if n == 1 { "" } else { "s" }),
    };
    let message = format!(
        "duplicate cells: ({}) and ({}) train the same runs{more}",
        describe(&cells[a]),
        describe(&cells[b])
    );
    // No [[exclude]] block selects one of two equal values.
    match cells[a].varied == cells[b].varied {
        true => Fault::at(&place, message, "this value is given twice")
            .help("remove one of the two values"),
        false => Fault::at(&place, message, "this value does not change the training")
            .help("remove one of the two values, or exclude one cell with [[exclude]]"),
    }
}
