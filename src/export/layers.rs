//! The table of layers: one row per run, snapshot and layer, with the statistics of the layer.

use super::exported::ExportedRun;
use super::field::{Column, ColumnType, FieldValue, column, count, number, real, text};
use super::runs::{name, names};
use crate::trace::COLUMNS;

/// Returns the columns: the run, the step of the snapshot (before its update), the layer with its widths, and its
/// statistics.
pub fn columns() -> Vec<Column> {
    let mut columns = names();
    columns.push(column("step", ColumnType::Integer));
    columns.push(column("epoch", ColumnType::Number));
    columns.push(column("layer", ColumnType::Text));
    columns.push(column("inputs", ColumnType::Integer));
    columns.push(column("outputs", ColumnType::Integer));
    let statistics = COLUMNS.iter();
    columns.extend(statistics.map(|name| column(*name, ColumnType::Number)));
    columns
}

/// Returns the rows of a run: snapshot after snapshot, with layers from the input side.
pub fn rows<'a>(run: &ExportedRun<'a>) -> impl Iterator<Item = Vec<FieldValue>> + use<'a> {
    let name = name(run);
    let traces = run.trained.into_iter().map(|(trace, _)| trace);
    let places = traces.flat_map(|trace| {
        let snapshots = trace.snapshots.iter().enumerate();
        snapshots.flat_map(move |at| trace.layers.iter().map(move |layer| (trace, at, layer)))
    });
    places.map(move |(trace, (i, step), layer)| {
        let mut row = name.clone();
        row.push(count(*step));
        row.push(number(trace.epochs(*step)));
        row.push(text(&layer.name));
        row.push(count(layer.inputs));
        row.push(count(layer.outputs));
        row.extend(
            layer
                .columns()
                .map(|(_, column)| real(column.get(i).copied())),
        );
        row
    })
}
