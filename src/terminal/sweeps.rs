//! The sweeps of a store as a table.

use super::relative_time::ago;
use super::table::{drawn, row};
use super::text::Text;
use crate::store::SweepEntry;
use comfy_table::{CellAlignment, Table, presets};

/// Returns one line per sweep.
pub fn table(sweeps: &[SweepEntry]) -> Text {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["sweep", "cells", "runs", "trained", "last run", "title"]);
    for sweep in sweeps {
        table.add_row(row([
            sweep.name.clone(),
            sweep.cells.to_string(),
            sweep.runs.to_string(),
            sweep.trained.to_string(),
            ago(sweep.updated),
            sweep.title.clone(),
        ]));
    }
    for (i, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if (1..4).contains(&i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    drawn(&table)
}
