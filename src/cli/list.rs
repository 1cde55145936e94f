//! `sweep list`: lists the sweeps and runs in the store of a report folder.

use super::args::ListArgs;
use super::problem::Problem;
use crate::config::deprecated::{OUTCOME, current};
use crate::format::count;
use crate::store::{Store, SweepEntry};
use crate::terminal::output::Output;
use crate::terminal::sweeps::table;
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
    let listed: u64 = sweeps.iter().map(|sweep| sweep.trained).sum();
    if all > listed {
        output.message(format_args!(
            "{} in no row: reference runs, runs of fixes and controls, and runs of earlier versions of sweep files",
            count((all - listed) as usize, "run")
        ));
    }
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
