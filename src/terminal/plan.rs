//! What a sweep would train, as text.

use super::output::{BOLD, painted};
use super::text::Text;
use crate::config::{Axis, Sample, Sweep, Value};
use crate::diagnose::GOOD;
use crate::format::count;
use crate::report::number::duration;
use crate::study::{Forecast, GroupForecast, MemoryForecast, Rungs, TrainingForecast, UpTo};
use std::time::Duration;

/// Returns the axes and cells of a sweep, its missing runs, and estimates of time, memory and storage.
pub fn plan(sweep: &Sweep, forecast: &Forecast) -> Text {
    let mut text = Text::default();
    text.line(painted(sweep.path.display(), BOLD));
    text.line(format_args!("  {}", sweep.title));
    for axis in &sweep.axes {
        text.line(format_args!("  axis {}", described(axis)));
    }
    if let Some(sample) = sweep.sample {
        text.line(format_args!("  {}", sampled(sample, forecast.cells)));
    }
    if let Some(rungs) = &forecast.rungs {
        text.add(stop(rungs));
    }
    for data in &forecast.data {
        text.line(format_args!("  data {data}"));
    }
    text.line(format_args!(
        "  {} × {} = {}: {} to train, {} cached{}",
        count(forecast.cells, "cell"),
        count(sweep.seeds.len(), "seed"),
        count(forecast.runs, "run"),
        forecast.missing,
        forecast.cached(),
        crashed(forecast.crashed),
    ));
    if let Some(training) = &forecast.training {
        text.add(estimates(training));
    }
    if let Some(runs) = forecast.references {
        text.line(format_args!(
            "  reference runs: {}, if the reference skill of the cells is below {GOOD}",
            up_to(runs)
        ));
    }
    if let Some(runs) = forecast.fixes {
        text.line(format_args!("  fixes of `fixed_by`: {}", up_to(runs)));
    }
    text.line("");
    text
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
        let [low, high] = [range.low, range.high].map(Value::Number);
        return format!("{}: {whole}from {low} to {high}, {scale}", axis.name);
    }
    let entry = |values: &Vec<Value>| match &values[..] {
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

/// Returns the rungs with their cells and total budget: `stop: successive halving, 20 cells to epoch 2, 6 to 6, 2 to
/// 18, 1 to 54; 170 epochs per seed instead of 1080`.
fn stop(rungs: &Rungs) -> Text {
    let unit = rungs.unit;
    let part = |(cells, end): &(usize, usize)| format!("{} to {unit} {end}", count(*cells, "cell"));
    let parts: Vec<String> = rungs.rungs.iter().map(part).collect();
    let mut text = Text::default();
    text.line(format_args!(
        "  stop: successive halving, {}; {} per seed instead of {}",
        parts.join(", "),
        count(rungs.total(), unit),
        rungs.unpruned
    ));
    if let Some(end) = rungs.decided {
        text.line(format_args!("  stop: pruned up to {unit} {end}"));
    }
    text
}

/// Returns the note on cached runs without a result: `; 2 of them crashed or timed out (--rerun crashed trains them
/// again)`.
fn crashed(runs: usize) -> String {
    match runs {
        0 => String::new(),
        n => format!("; {n} of them crashed or timed out (--rerun crashed trains them again)"),
    }
}

/// Returns the executors of the missing runs, and estimates of their time, memory and storage.
fn estimates(training: &TrainingForecast) -> Text {
    let mut text = Text::default();
    for line in by_executor(&training.groups) {
        text.line(format_args!("  executor {line}"));
    }
    text.line(format_args!(
        "  time: about {} with {} ({})",
        duration(Duration::from_secs_f64(training.seconds)),
        count(training.jobs, "job"),
        training.basis.in_words()
    ));
    text.add(memory(&training.memory, training.jobs));
    let mb = training.storage_kb.div_ceil(1000);
    text.line(format_args!("  storage: at most {mb} MB"));
    text
}

/// Returns one line per executor, and per reason why a preferred executor does not apply:
/// `stacked: 30 runs in 2 stacks`.
fn by_executor(groups: &[GroupForecast]) -> Vec<String> {
    let mut lines: Vec<(&str, Option<&str>, Vec<&GroupForecast>)> = Vec::new();
    for group in groups {
        let (name, why) = (&*group.executor, group.reason);
        match lines
            .iter_mut()
            .find(|line| (line.0, line.1) == (name, why))
        {
            Some(line) => line.2.push(group),
            None => lines.push((name, why, vec![group])),
        }
    }
    let line = |(name, why, groups): (&str, Option<&str>, Vec<&GroupForecast>)| {
        let runs = groups.iter().map(|group| group.runs).sum();
        let calls = groups.iter().map(|group| group.calls).sum();
        let together = groups.iter().any(|group| group.runs_per_call > 1);
        let alone = groups.iter().any(|group| group.alone);
        let how = match together {
            true => format!(" in {}", count(calls, "stack")),
            false if alone => " alone on all cores".to_owned(),
            false => ", one per worker".to_owned(),
        };
        let why = why.map_or(String::new(), |why| format!(", because {why}"));
        format!("{name}: {}{how}{why}", count(runs, "run"))
    };
    lines.into_iter().map(line).collect()
}

/// Returns the peak of the memory, lowered limits, and cells that are too large.
fn memory(memory: &MemoryForecast, jobs: usize) -> Text {
    let mb = |bytes: f64| (bytes / 1e6).ceil();
    let mapped = match memory.peak.mapped > 0.0 {
        true => format!(", plus {} MB of mapped files", mb(memory.peak.mapped)),
        false => String::new(),
    };
    let mut text = Text::default();
    text.line(format_args!(
        "  memory: about {} MB with {}{mapped} (estimated from rows, weights and activations)",
        mb(memory.peak.bytes),
        count(jobs, "job")
    ));
    if let Some(lowered) = &memory.lowered {
        text.line(format_args!("  {lowered}"));
    }
    for of in &memory.too_large {
        text.line(format_args!("  too large: {}: {}", of.cell, of.reason));
    }
    text
}

/// Returns `up to 15 runs, 5 cached`.
fn up_to(runs: UpTo) -> String {
    let UpTo { runs, cached } = runs;
    match cached {
        0 => format!("up to {}", count(runs, "run")),
        cached => format!("up to {}, {cached} cached", count(runs, "run")),
    }
}
