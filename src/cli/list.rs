//! `sweep list`: lists the sweeps and runs in the store of a report folder.

use super::args::ListArgs;
use super::output::Output;
use super::problem::Problem;
use super::relative_time::ago;
use super::table::{drawn, row};
use super::text::Text;
use crate::expect::count;
use crate::spec::deprecated::{OUTCOME, current};
use crate::store::{Store, SweepEntry};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn list(args: &ListArgs, output: &Output) -> Result<u8, Problem> {
    let folder = args.out.out.display();
    let Some(store) = Store::open_existing(&args.out.out)? else {
        output.message(format_args!("no runs in {folder} yet"));
        return Ok(0);
    };
    let sweeps = store.sweeps()?;
    output.document(|document| {
        document["sweeps"] = sweeps.iter().map(entry).collect();
    });
    if !sweeps.is_empty() {
        output.result(table(&sweeps));
    }
    let mut outcomes = BTreeMap::new();
    for (name, n) in store.outcomes()? {
        *outcomes
            .entry(current(OUTCOME, &name).to_owned())
            .or_insert(0) += n;
    }
    output.document(|document| document["outcomes"] = json!(outcomes));
    let all: u64 = outcomes.values().sum();
    let parts: Vec<String> = outcomes
        .iter()
        .map(|(name, n)| format!("{n} {name}"))
        .collect();
    let runs = count(all as usize, "run");
    let path = store.path().display();
    output.result(match parts.is_empty() {
        true => format!("{runs} in {path}"),
        false => format!("{runs} in {path}: {}", parts.join(", ")),
    });
    Ok(0)
}

fn entry(sweep: &SweepEntry) -> Json {
    json!({
        "page": sweep.name,
        "file": sweep.path.display().to_string(),
        "title": sweep.title,
        "cells": sweep.cells,
        "runs": sweep.runs,
        "trained": sweep.trained,
        "last_run": sweep.updated,
    })
}

fn table(sweeps: &[SweepEntry]) -> Text {
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
