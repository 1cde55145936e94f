//! `sweep plan`: shows what a sweep would train, with estimates of time, memory and storage.

use super::args::PlanArgs;
use super::open;
use super::problem::Problem;
use crate::config::Sweep;
use crate::config::keys::Registry;
use crate::execute::cores;
use crate::memory::available;
use crate::session::analyzed::from_cache;
use crate::store::Store;
use crate::study::{Calibration, Forecast, GroupForecast, Study, cache_folder, forecast};
use crate::terminal::output::Output;
use crate::terminal::plan::plan as shown;
use serde_json::{Value as Json, json};

/// Runs the command, which trains nothing and creates no store, and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn plan(args: &PlanArgs, registry: Registry, output: &Output) -> Result<u8, Problem> {
    let opened = open::open(&args.files, registry, output)?;
    let store = Store::open_existing(&args.files.out.out)?;
    let jobs = args.work.jobs.unwrap_or_else(cores);
    let memory = available();
    let calibration = Calibration::load(cache_folder().as_deref());
    let stored = |id| store.as_ref().map_or(Ok(None), |store| store.get(id));
    for mut opened in opened {
        let cells = std::mem::take(&mut opened.cells);
        let forecast = from_cache(&opened, &stored, |study| {
            let study = Study {
                rerun: args.work.rerun(),
                ..*study
            };
            forecast(&study, cells, jobs, memory, &calibration)
        })?;
        output.add("sweeps", || document(&opened.sweep, &forecast));
        output.result(shown(&opened.sweep, &forecast));
    }
    Ok(0)
}

/// Returns a forecast, for the document of `--json`.
fn document(sweep: &Sweep, forecast: &Forecast) -> Json {
    let mut document = json!({
        "file": sweep.path.display().to_string(),
        "title": sweep.title,
        "cells": forecast.cells,
        "seeds": sweep.seeds,
        "runs": forecast.runs,
        "missing": forecast.missing,
        "cached": forecast.cached(),
    });
    if let Some(training) = &forecast.training {
        document["executors"] = training.groups.iter().map(of_group).collect();
        document["memory_bytes"] = json!(training.memory.peak.bytes.ceil());
        document["seconds"] = json!(training.seconds);
        document["seconds_basis"] = json!(training.basis.in_words());
    }
    document
}

fn of_group(group: &GroupForecast) -> Json {
    json!({
        "executor": group.executor,
        "runs": group.runs,
        "runs_per_call": group.runs_per_call,
        "reason": group.reason,
    })
}
