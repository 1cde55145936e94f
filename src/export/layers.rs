//! The table of layers: one row per run, snapshot and layer, with the statistics of the layer.

use super::One;
use super::curves::steps_per_epoch;
use super::field::{Column, Field, Kind, column, count, real, text};
use super::runs::{name, names};
use crate::trace::Layer;

/// Returns the columns: the run, the step of the snapshot (before its update), the layer with its widths, and its
/// statistics.
pub fn columns() -> Vec<Column> {
    let mut columns = names();
    columns.push(column("step", Kind::Integer));
    columns.push(column("epoch", Kind::Number));
    columns.push(column("layer", Kind::Text));
    columns.push(column("inputs", Kind::Integer));
    columns.push(column("outputs", Kind::Integer));
    let statistics = Layer::default();
    let statistics = statistics.columns().map(|(name, _)| name);
    columns.extend(statistics.map(|name| column(name, Kind::Number)));
    columns
}

/// Returns the rows of a run: snapshot after snapshot, with layers from the input side.
pub fn rows<'a>(run: &One<'a>) -> impl Iterator<Item = Vec<Field>> + use<'a> {
    let name = name(run);
    let per_epoch = run
        .trained
        .map_or(1, |(trace, _)| steps_per_epoch(run, trace));
    let traces = run.trained.into_iter().map(|(trace, _)| trace);
    let places = traces.flat_map(|trace| {
        let moments = trace.moments.iter().enumerate();
        moments.flat_map(move |at| trace.layers.iter().map(move |layer| (at, layer)))
    });
    places.map(move |((i, step), layer)| {
        let mut row = name.clone();
        row.push(count(*step));
        row.push(Field::Number(*step as f64 / per_epoch as f64));
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
