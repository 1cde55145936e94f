//! Turns grid points into cells, and finds the errors that only cells reveal: conflicts, a `where` without matches,
//! duplicate cells, unused keys.

use super::cell::Cell;
use super::comparable;
use super::conflicts::CellConflicts;
use super::duplicates;
use super::expected;
use super::matching;
use super::places::{axis_place, file};
use super::point::{self, ContentsOf};
use super::selectors::Selectors;
use super::unused_keys;
use crate::config::conflicts;
use crate::config::limits;
use crate::config::{Fault, MOST_CELLS, Settings, Sweep};
use std::collections::BTreeSet;

/// Keys that depend on the contents of a data file.
const FROM_FILES: [&str; 5] = [
    "loss",
    "output",
    "data.rows",
    "data.features",
    "data.classes",
];

/// Returns the cells of a sweep, and their errors and warnings: all points of the grid, or the sampled ones. Checks that
/// depend on a doubtful key are skipped.
pub(super) fn cells(
    sweep: &Sweep,
    sampled: Option<&[Vec<usize>]>,
    doubtful: &BTreeSet<&'static str>,
    contents_of: &ContentsOf,
) -> (Vec<Cell>, Vec<Fault>) {
    let points = match (sampled, point::count(sweep)) {
        (Some(sampled), _) => sampled.len(),
        // The sampling could not be read.
        (None, _) if sweep.is_scattered() => return (Vec::new(), Vec::new()),
        (None, Some(points)) if points <= sweep.max_cells => points,
        (None, size) => return (Vec::new(), vec![too_large(sweep, size)]),
    };
    let (runs, most) = (points.saturating_mul(sweep.seeds.len()), limits::RUNS.most);
    if runs > most {
        let seeds = sweep.seeds.len();
        let message = limits::RUNS.exceeded("the sweep", runs);
        let label = format!("{points} cells with {seeds} seeds each");
        let fault = Fault::at(&file(sweep), message, label);
        return (Vec::new(), vec![fault.help(limits::RUNS.help)]);
    }
    let certain = doubtful.is_empty();
    let mut doubtful = doubtful.clone();
    let mut cells: Vec<Cell> = Vec::new();
    let (mut clashes, mut large_batches) = (CellConflicts::default(), CellConflicts::default());
    let sets_batch = sweep.sets("batch");
    let mut used = BTreeSet::new();
    let mut exclusions = Selectors::new(&sweep.exclude);
    let mut excluded = vec![0usize; sweep.exclude.len()];
    let mut excluded_values = Vec::new();
    let mut kept = 0;
    for i in 0..points {
        let coordinates = match sampled {
            Some(sampled) => sampled[i].clone(),
            None => point::coordinates(sweep, i),
        };
        let varied = point::varied(sweep, &coordinates);
        let (values, unread) = point::values(sweep, &varied, contents_of);
        if unread {
            doubtful.extend(FROM_FILES);
        }
        let by = exclusions.matching(&values);
        by.iter().for_each(|&i| excluded[i] += 1);
        if !by.is_empty() {
            excluded_values.push(values);
            continue;
        }
        kept += 1;
        used.extend(
            values
                .registry()
                .all()
                .iter()
                .filter(|key| key.is_used(&values))
                .map(|key| key.name),
        );
        if let Some(clash) = conflicts::large_batch(&values).filter(|_| sets_batch) {
            large_batches.add(clash, &coordinates, &varied);
        }
        match Settings::from_values(&values, sweep.folder()) {
            Ok(settings) => cells.push(Cell {
                index: cells.len(),
                coordinates,
                varied,
                values,
                settings,
            }),
            Err(found) => {
                for clash in found {
                    clashes.add(clash, &coordinates, &varied);
                }
            }
        }
    }
    if kept == 0 {
        // Without cells, no other check applies.
        let sound = |selector| matching::sound(selector, &doubtful);
        let sure = sweep.exclude.iter().all(sound);
        let fault = nothing_left(sweep, &excluded, points).filter(|_| sure);
        return (Vec::new(), fault.into_iter().collect());
    }
    let mut faults: Vec<Fault> = large_batches.warnings(sweep, kept).collect();
    let clashing = clashes.keys();
    faults.extend(clashes.faults(sweep, kept, &doubtful));
    // Keys that the sampled cells ignore may be used by other samples.
    if !sweep.overridden && sampled.is_none() {
        let cell = cells.first().map_or(&sweep.base, |cell| &cell.values);
        faults.extend(unused_keys::unused(
            sweep, cell, &used, &clashing, &doubtful,
        ));
    }
    let whole = clashing.is_empty();
    matching::selectors(
        sweep,
        &cells,
        &excluded,
        &excluded_values,
        whole,
        &doubtful,
        &mut faults,
    );
    if whole && certain {
        faults.extend(comparable::stopped(sweep, &cells));
        faults.extend(expected::expected(sweep, &cells));
        faults.extend(duplicates::duplicates(sweep, &mut cells));
    }
    (cells, faults)
}

fn too_large(sweep: &Sweep, size: Option<usize>) -> Fault {
    let lengths = sweep
        .axes
        .iter()
        .map(|axis| format!("{} {}", axis.name, axis.points.len()));
    let lengths: Vec<String> = lengths.collect();
    let longest = (0..sweep.axes.len())
        .max_by_key(|&i| sweep.axes[i].points.len())
        .unwrap_or(0);
    let exact: f64 = sweep
        .axes
        .iter()
        .map(|axis| axis.points.len() as f64)
        .product();
    let size = size.map_or_else(|| format!("{exact:.1e}"), |size| size.to_string());
    let most = sweep.max_cells;
    let raise = match size.parse::<usize>() {
        Ok(size) if size <= MOST_CELLS => {
            format!(", or write `max_cells = {size}` at the top of the file")
        }
        _ => format!(" (`max_cells` is at most {MOST_CELLS})"),
    };
    let help = format!("values per axis: {}; use fewer{raise}", lengths.join(", "));
    Fault::at(
        &axis_place(sweep, longest),
        format!("the grid has {size} cells; the limit is {most} (`max_cells`)"),
        "the longest axis",
    )
    .help(help)
}

/// Returns the error of a sweep without cells, at the block that excludes most of them.
fn nothing_left(sweep: &Sweep, excluded: &[usize], of: usize) -> Option<Fault> {
    const HELP: &str = "keep at least one cell to train";
    let most = *excluded.iter().max()?;
    let worst = excluded.iter().position(|n| *n == most)?;
    let place = sweep.places.exclude.get(worst)?;
    let fault = |label: String| Fault::at(place, "all cells are excluded", label);
    if most == of {
        return Some(fault("this block excludes all cells".to_owned()).help(HELP));
    }
    let others = sweep.places.exclude.iter().zip(excluded).enumerate();
    let others = others.filter(|(i, (_, n))| *i != worst && **n > 0);
    let lines: Vec<String> = others
        .map(|(_, (place, _))| place.line().to_string())
        .collect();
    let others = match lines.as_slice() {
        [line] => format!("the [[exclude]] block on line {line} excludes the others"),
        lines => format!(
            "the [[exclude]] blocks on lines {} exclude the others",
            lines.join(", ")
        ),
    };
    let label = format!("this block excludes {most} of {of} cells");
    Some(fault(label).help(format!("{HELP}; {others}")))
}
