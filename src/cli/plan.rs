//! `sweep plan`: shows what a sweep would train, with estimates of time, memory and storage.

use super::analyzed::from_cache;
use super::args::PlanArgs;
use super::open;
use super::output::{BOLD, Output, painted};
use super::problem::Problem;
use super::progress::in_words;
use super::text::Text;
use crate::data::Files;
use crate::diagnose::{GOOD, first_networks, without_yardstick};
use crate::expect::{count, wanted_cures};
use crate::grid::Cell;
use crate::halving::{ends, kept};
use crate::memory::{Available, available};
use crate::nn::layers::layers;
use crate::prescribe::doses;
use crate::report::number::duration;
use crate::results::Results;
use crate::run::cost::seconds;
use crate::run::memory::{Estimate, Peak, fit};
use crate::run::{Group, Plan, Rerun, cores, groups};
use crate::spec::keys::Registry;
use crate::spec::{Axis, Sample, Stop, Sweep, features};
use crate::store::Store;
use crate::study::{
    Calibration, Purpose, ReferenceSearch, Round, Search, Study, cache_folder, main_search,
    measured,
};
use crate::trace::Trace;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

/// Returns the maximum size of a stored trace in kB: predictions, curves, and 50 snapshots of every layer.
fn trace_kb(cell: &Cell) -> usize {
    let features = features(&cell.values).and_then(|d| usize::try_from(d).ok());
    let layers = layers(&cell.settings, features.unwrap_or(1), 1).len();
    14 + 5 * layers.max(1) / 4
}

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
    for mut sweep in opened {
        let cells = std::mem::take(&mut sweep.cells);
        let text = from_cache(&sweep, &stored, |study| {
            let study = Study {
                rerun: args.work.rerun(),
                ..*study
            };
            block(&study, cells, jobs, memory, &calibration, output)
        })?;
        output.result(text);
    }
    Ok(0)
}

fn block(
    study: &Study,
    cells: Vec<Cell>,
    jobs: usize,
    memory: Option<Available>,
    calibration: &Calibration,
    output: &Output,
) -> Result<Text, Problem> {
    let (sweep, files) = (study.sweep, study.files);
    let mut search = main_search(sweep, cells);
    let mut plan = study.next_missing(&mut *search)?;
    let of_sweep = measured(&mut plan, study.executors, study.files);
    let results = &plan.results;
    let mut text = Text::default();
    text.line(painted(sweep.path.display(), BOLD));
    text.line(format_args!("  {}", sweep.title));
    for axis in &sweep.axes {
        text.line(format_args!("  axis {}", described(axis)));
    }
    if let Some(sample) = sweep.sample {
        text.line(format_args!("  {}", sampled(sample, results.cells.len())));
    }
    if let Some(stop) = sweep.stop {
        text.add(rungs(stop, results));
    }
    let cells = || {
        results
            .cells
            .iter()
            .map(|cell| &cell.cell.settings.data.source)
    };
    // Cells that share a data file share its line.
    let mut met = BTreeSet::new();
    let sources = cells().filter(|source| met.insert(format!("{source:?}")));
    let mut facts: Vec<String> = sources.filter_map(|source| files.summary(source)).collect();
    facts.dedup();
    for fact in facts {
        text.line(format_args!("  data {fact}"));
    }
    let runs = plan.runs();
    let missing = plan.missing.len();
    text.line(format_args!(
        "  {} × {} = {}: {missing} to train, {} cached{}",
        count(results.cells.len(), "cell"),
        count(sweep.seeds.len(), "seed"),
        count(runs, "run"),
        runs - missing,
        incomplete(study, results),
    ));
    let mut document = json!({
        "file": sweep.path.display().to_string(),
        "title": sweep.title,
        "cells": results.cells.len(),
        "seeds": sweep.seeds,
        "runs": runs,
        "missing": missing,
        "cached": runs - missing,
    });
    if missing > 0 {
        let mut groups = groups(&plan, study.executors);
        for line in by_engine(&groups) {
            text.line(format_args!("  executor {line}"));
        }
        document["executors"] = groups.iter().map(of_group).collect();
        let (memory, peak) = needed(&plan, &mut groups, files, jobs, memory);
        document["memory_bytes"] = json!(peak.bytes.ceil());
        // Without the runs that do not fit into memory.
        let time = expected(&plan, &groups, study, jobs, [&of_sweep, calibration]);
        document["seconds"] = json!(time.seconds);
        document["seconds_basis"] = json!(time.basis);
        text.line(format_args!("  time: {time}"));
        text.add(memory);
        let cells = plan
            .missing
            .iter()
            .map(|(cell, _)| &plan.results.cells[*cell]);
        let kb: usize = cells.map(|cell| trace_kb(&cell.cell)).sum();
        let mb = kb.div_ceil(1000);
        text.line(format_args!("  storage: at most {mb} MB"));
    }
    if let Some(runs) = up_to(study, references(study, results, missing))? {
        text.line(format_args!(
            "  reference runs: {runs}, if the reference skill of the cells is below {GOOD}"
        ));
    }
    let cells = fixes(sweep, results);
    let round = Round {
        cells,
        seeds: sweep.seeds.clone(),
        purpose: Purpose::Fixes,
        rung: None,
    };
    if let Some(runs) = up_to(study, Some(round))? {
        text.line(format_args!("  fixes of `fixed_by`: {runs}"));
    }
    output.add("sweeps", || document);
    text.line("");
    Ok(text)
}

/// Returns a group of runs, for the document of `--json`.
fn of_group(group: &Group) -> Json {
    json!({
        "executor": group.executor.name,
        "runs": group.runs.len(),
        "runs_per_call": group.together,
        "reason": group.why,
    })
}

/// Returns the note on cached runs without a result: `; 2 of them crashed or timed out (--rerun crashed trains them
/// again)`.
fn incomplete(study: &Study, results: &Results) -> String {
    let is_incomplete =
        |trace: &&Trace| !trace.outcome.is_complete() && !trace.outcome.is_too_large();
    let runs = match study.rerun {
        Rerun::Nothing => results.traces().filter(is_incomplete).count(),
        Rerun::Crashed | Rerun::All => 0,
    };
    match runs {
        0 => String::new(),
        n => format!("; {n} of them crashed or timed out (--rerun crashed trains them again)"),
    }
}

/// Returns `up to 15 runs, 5 cached` for a round; `None` without runs.
///
/// # Errors
/// The store cannot be read.
fn up_to(study: &Study, round: Option<Round>) -> Result<Option<String>, Problem> {
    let Some(round) = round.filter(|round| !round.cells.is_empty()) else {
        return Ok(None);
    };
    let plan = study.plan(round.cells, &round.seeds, round.purpose)?;
    // Several cells can have the same fix.
    let cells = plan.results.cells.iter();
    let ids = cells.flat_map(|cell| cell.runs.iter().map(|run| run.run.id));
    let runs = ids.collect::<BTreeSet<_>>().len();
    Ok(Some(match runs - plan.missing.len() {
        0 => format!("up to {}", count(runs, "run")),
        cached => format!("up to {}, {cached} cached", count(runs, "run")),
    }))
}

/// Returns the reference runs that a sweep needs, or while runs are missing, those that it can need.
fn references(study: &Study, results: &Results, missing: usize) -> Option<Round> {
    let places = match missing {
        0 => without_yardstick(results),
        _ => first_networks(results),
    };
    ReferenceSearch::at(study.sweep, results, places).next(&Results::default())
}

/// Returns the memory that a sweep needs, and the runs that do not fit into the available memory.
fn needed(
    plan: &Plan,
    groups: &mut Vec<Group>,
    files: &Files,
    jobs: usize,
    memory: Option<Available>,
) -> (Text, Peak) {
    let estimate = Estimate::new(plan, groups, files, false);
    let peak = estimate.peak(groups, jobs);
    let Peak { bytes, mapped } = peak;
    let mb = |bytes: f64| (bytes / 1e6).ceil();
    let mut line = format!(
        "  memory: about {} MB with {}",
        mb(bytes),
        count(jobs.min(plan.missing.len()), "job")
    );
    if mapped > 0.0 {
        line.push_str(&format!(", plus {} MB of mapped files", mb(mapped)));
    }
    let mut text = Text::default();
    text.line(line + " (estimated from rows, weights and activations)");
    let Some(memory) = memory else {
        return (text, peak);
    };
    let fit = fit(plan, groups, files, jobs, memory, false);
    if let Some(lowered) = &fit.lowered {
        text.line(in_words(lowered));
    }
    let mut cells: Vec<(usize, String)> = Vec::new();
    for run in &fit.too_large {
        let why = run.outcome().message().unwrap_or_default();
        if cells.last().is_none_or(|(cell, _)| *cell != run.at.0) {
            cells.push((run.at.0, why));
        }
    }
    cells.sort_by_key(|(cell, _)| *cell);
    cells.dedup_by_key(|(cell, _)| *cell);
    for (cell, why) in cells {
        let name = plan.results.cells[cell].cell.name();
        text.line(format_args!("  too large: {name}: {why}"));
    }
    (text, peak)
}

/// Returns the cells that verify expected fixes: each variant of each fix.
fn fixes(sweep: &Sweep, results: &Results) -> Vec<Cell> {
    let wanted = wanted_cures(sweep, results).into_iter();
    let fixes =
        wanted.flat_map(|wanted| doses(&results.cells[wanted.cell].cell, wanted.remedy).legal);
    fixes.map(|fix| fix.cell).collect()
}

/// Returns one line per executor, and per reason why a preferred executor does not apply:
/// `stacked: 30 runs in 2 stacks`.
fn by_engine(groups: &[Group]) -> Vec<String> {
    let mut lines: Vec<(&str, Option<&str>, Vec<&Group>)> = Vec::new();
    for group in groups {
        let (name, why) = (group.executor.name, group.why);
        match lines
            .iter_mut()
            .find(|line| (line.0, line.1) == (name, why))
        {
            Some(line) => line.2.push(group),
            None => lines.push((name, why, vec![group])),
        }
    }
    let line = |(name, why, groups): (&str, Option<&str>, Vec<&Group>)| {
        let runs = groups.iter().map(|group| group.runs.len()).sum();
        let stacks = groups.iter().map(|group| group.stacks()).sum();
        let together = groups.iter().any(|group| group.together > 1);
        let alone = groups.iter().any(|group| group.executor.alone);
        let how = match together {
            true => format!(" in {}", count(stacks, "stack")),
            false if alone => " alone on all cores".to_owned(),
            false => ", one per worker".to_owned(),
        };
        let why = why.map_or(String::new(), |why| format!(", because {why}"));
        format!("{name}: {}{how}{why}", count(runs, "run"))
    };
    lines.into_iter().map(line).collect()
}

/// Returns the rungs with their cells and total budget: `stop: successive halving, 20 cells to epoch 2, 6 to 6, 2 to
/// 18, 1 to 54; 170 epochs per seed instead of 1080`.
fn rungs(stop: Stop, results: &Results) -> Text {
    let Some(first) = results.cells.first() else {
        return Text::default();
    };
    let budget = first.cell.settings.budget;
    let (whole, unit) = (budget.n(), budget.unit());
    let (mut left, mut total, mut parts) = (results.cells.len(), 0, Vec::new());
    for end in ends(stop, budget) {
        if left == 1 {
            break;
        }
        parts.push(format!("{} to {unit} {end}", count(left, "cell")));
        total += left * end;
        left = kept(stop, left);
    }
    parts.push(format!("{} to {unit} {whole}", count(left, "cell")));
    total += left * whole;
    let all = results.cells.len() * whole;
    let mut text = Text::default();
    text.line(format_args!(
        "  stop: successive halving, {}; {} per seed instead of {all}",
        parts.join(", "),
        count(total, unit)
    ));
    if let Some(rung) = results.rungs.last() {
        text.line(format_args!("  stop: pruned up to {unit} {}", rung.end));
    }
    text
}

/// Returns `sample: sobol with seed 0, 20 cells sampled`, and how many of them are dropped.
fn sampled(sample: Sample, left: usize) -> String {
    let Sample { method, n, seed } = sample;
    let lost = match n - left.min(n) {
        0 => String::new(),
        lost => format!(", {lost} of them excluded or duplicate"),
    };
    format!(
        "sample: {} with seed {seed}, {} sampled{lost}",
        method.name(),
        count(n, "cell")
    )
}

/// Returns `lr: 0.001, 0.01, 0.1`; a zip names the keys of each of its entries, a sampled range has its ends.
fn described(axis: &Axis) -> String {
    if let Some(range) = axis.range {
        let scale = if range.log {
            "log scale"
        } else {
            "linear scale"
        };
        let whole = if range.whole { "integers " } else { "" };
        let [low, high] = [range.low, range.high].map(crate::spec::Value::Number);
        return format!("{}: {whole}from {low} to {high}, {scale}", axis.name);
    }
    let entry = |values: &Vec<crate::spec::Value>| match &values[..] {
        [value] => value.to_string(),
        values => {
            let named = axis.keys.iter().zip(values);
            let named = named.map(|(key, value)| format!("{key} {value}"));
            format!("({})", named.collect::<Vec<_>>().join(", "))
        }
    };
    let entries: Vec<String> = axis.points.iter().map(entry).collect();
    format!("{}: {}", axis.name, entries.join(", "))
}

/// An estimated time.
struct Expected {
    seconds: f64,
    jobs: usize,
    /// What the estimate rests on.
    basis: &'static str,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Expected {
            seconds,
            jobs,
            basis,
        } = self;
        let time = duration(Duration::from_secs_f64(*seconds));
        write!(f, "about {time} with {} ({basis})", count(*jobs, "job"))
    }
}

/// Returns the estimated time: from cached runs of the sweep, or else from runs on this processor.
fn expected(
    plan: &Plan,
    groups: &[Group],
    study: &Study,
    jobs: usize,
    [of_sweep, of_processor]: [&Calibration; 2],
) -> Expected {
    let known = |executor: &str| of_sweep.factor(executor).or(of_processor.factor(executor));
    let factor = |executor: &str| known(executor).unwrap_or(1.0);
    let jobs = jobs.min(plan.missing.len()).max(1);
    let seconds = seconds(plan, groups, study.files, jobs, factor);
    let all = |has: &dyn Fn(&str) -> bool| groups.iter().all(|group| has(group.executor.name));
    let basis = if all(&|name| of_sweep.factor(name).is_some()) {
        "from cached runs of this sweep"
    } else if all(&|name| known(name).is_some()) {
        "from runs on this processor"
    } else {
        "rough: no run on this processor yet"
    };
    Expected {
        seconds,
        jobs,
        basis,
    }
}
