//! Texts and tables of the page of a run.

use super::diagnosis::{DiagnosisView, diagnosis};
use super::neighbors::{Along, CellsByCoordinates, Neighbor};
use crate::config::{Quantity, Sweep, Value};
use crate::diagnose::expectations::count;
use crate::diagnose::{CellDiagnosis, Diagnosis};
use crate::report::shared::commands;
use crate::report::shared::number::{duration, number};
use crate::report::shared::outcome::{diverged, standing, step_number};
use crate::report::shared::settings::{SharedSetting, is_varied};
use crate::report::shared::stats::reached;
use crate::results::{CellResults, RunResult};
use crate::trace::{Outcome, Real, Score, Timing, Trace};
use serde::Serialize;

/// The texts of a run's page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunView {
    /// ID of the run.
    pub id: String,
    /// Name of the cell.
    pub cell: String,
    /// Index of the cell.
    pub index: usize,
    /// The seed.
    pub seed: u64,
    /// Color class: `good`, `low` or `bad`.
    pub class: &'static str,
    /// The outcome, in a sentence.
    pub outcome: String,
    /// Names and values, such as wall time and features.
    pub facts: Vec<(String, String)>,
    /// The diagnosis, if there is one.
    pub diagnosis: Option<DiagnosisView>,
    /// Losses, one row per set of rows.
    pub risks: Vec<RiskRow>,
    /// Settings that differ between cells of the sweep.
    pub settings: Vec<Setting>,
    /// The seeds of the cell.
    pub seeds: Vec<Neighbor>,
    /// Neighbors with the same seed, along every axis.
    pub axes: Vec<Along>,
    /// The command that trains the run again; empty for an imported run.
    pub rerun: String,
    /// The command that inspects the run; empty for an imported run.
    pub inspect: String,
    /// The command that trains fixes of the sweep; empty for a pruned cell and for an imported run, which have none.
    pub fix: String,
}

/// Losses of a set of rows before and after training.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RiskRow {
    /// `training`, `validation` or `test`.
    pub rows: &'static str,
    /// Number of rows.
    pub count: String,
    /// Loss before training.
    pub start: String,
    /// Loss after training.
    pub end: String,
    /// Skill after training.
    pub skill: String,
    /// Accuracy after training.
    pub accuracy: String,
}

/// One key and its value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
    /// Whether an axis sets the key.
    pub varied: bool,
}

/// The input of a run's page.
#[derive(Debug, Clone, Copy)]
pub struct RunInput<'a> {
    /// The sweep file.
    pub sweep: &'a Sweep,
    /// The cell.
    pub cell: &'a CellResults,
    /// The run.
    pub run: &'a RunResult,
    /// The trace of the run.
    pub trace: &'a Trace,
    /// The timing of the run.
    pub timing: &'a Timing,
    /// The diagnoses of the cell, and that of the run, if there is one.
    pub diagnosis: Option<(&'a CellDiagnosis, &'a Diagnosis)>,
    /// Whether another program trained the run.
    pub is_imported: bool,
}

/// Returns the texts of a run's page; `shared` are the settings that all cells have in common.
pub fn run(input: &RunInput, places: &CellsByCoordinates, shared: &[SharedSetting]) -> RunView {
    let RunInput {
        sweep,
        cell,
        run,
        trace,
        is_imported,
        ..
    } = *input;
    let command = |command: String| match is_imported {
        true => String::new(),
        false => command,
    };
    let seed = |other: &RunResult| Neighbor {
        id: other.run.id.to_string(),
        label: other.run.seed.to_string(),
        here: other.run.id == run.run.id,
    };
    RunView {
        id: run.run.id.to_string(),
        cell: cell.cell.name(),
        index: cell.cell.index,
        seed: run.run.seed,
        class: standing(trace, input.diagnosis.map(|(_, own)| own)),
        outcome: outcome(trace, is_imported),
        facts: facts(input),
        diagnosis: input
            .diagnosis
            .map(|(cell, own)| diagnosis(cell, own, trace)),
        risks: risks(trace, is_imported),
        settings: settings(cell, shared),
        seeds: cell
            .runs
            .iter()
            .filter(|r| r.trace().is_some())
            .map(seed)
            .collect(),
        axes: places.around(&cell.cell, run.run.seed),
        rerun: command(commands::rerun(sweep, &cell.cell, run.run.seed)),
        inspect: command(commands::inspect(&run.run.id)),
        fix: match cell.is_stopped() {
            true => String::new(),
            false => command(commands::fix(sweep)),
        },
    }
}

/// Returns the outcome in a sentence. Why another program ended a run is not known.
fn outcome(trace: &Trace, is_imported: bool) -> String {
    match &trace.outcome {
        Outcome::Finished => format!("Finished after {}.", count(trace.steps as usize, "step")),
        Outcome::Pruned { step } => {
            let steps = count(*step as usize, "step");
            match is_imported {
                true => format!("Pruned after {steps}."),
                false => format!("Pruned after {steps}, because other cells did better."),
            }
        }
        Outcome::Converged { step } => {
            format!("Converged after {}.", count(*step as usize, "step"))
        }
        Outcome::StoppedEarly { epoch } if is_imported => {
            format!("Stopped early in epoch {epoch}.")
        }
        Outcome::StoppedEarly { epoch } => {
            format!("Stopped early in epoch {epoch}: the patience was exhausted.")
        }
        Outcome::Diverged { step } => {
            let which = step_number(*step);
            format!("Diverged in step {which}: the loss or a weight became NaN or infinite.")
        }
        Outcome::TimedOut { step } => format!("Timed out after {}.", count(*step as usize, "step")),
        Outcome::TooLarge { .. } if is_imported => {
            format!(
                "Too large: {}.",
                trace.outcome.message().unwrap_or_default()
            )
        }
        Outcome::TooLarge { .. } => format!(
            "Too large: {}; run the sweep again with more memory.",
            trace.outcome.message().unwrap_or_default()
        ),
        Outcome::Crashed { message } => format!("Crashed: {message}"),
    }
}

/// Returns names and values, without those that an imported trace lacks.
fn facts(input: &RunInput) -> Vec<(String, String)> {
    let (trace, timing) = (input.trace, input.timing);
    let mut facts = vec![("Steps", trace.steps.to_string())];
    if trace.trainable > 0 || !input.is_imported {
        facts.push(("Parameters", trace.trainable.to_string()));
    }
    if !trace.layers.is_empty() {
        facts.push(("Layers", trace.layers.len().to_string()));
    }
    if let Some(way) = &trace.trajectory {
        let last = |column: &[Real]| column.last().map(|value| number(value.0));
        let quantities = [
            ("Excess loss", last(&way.excess)),
            ("Gradient, relative to w = 0", last(&way.gradient)),
            (
                "Error of the weights",
                way.error.map(|error| number(error.0)),
            ),
            ("Note", way.note.clone()),
        ];
        facts.extend(
            quantities
                .into_iter()
                .filter_map(|(key, value)| Some((key, value?))),
        );
    }
    let data = &trace.data;
    if data.train_rows > 0 {
        facts.push((
            "Features",
            format!("{}: {}", data.features.len(), first(&data.features)),
        ));
        facts.push(("Target", data.target.clone()));
        if !data.classes.is_empty() {
            facts.push((
                "Classes",
                format!("{}: {}", data.classes.len(), first(&data.classes)),
            ));
        }
    }
    if !data.constant_train_loss.0.is_nan() {
        facts.push((
            "Best constant prediction",
            format!("loss {}", number(data.constant_train_loss.0)),
        ));
    }
    if let Some(lowest) = data.lowest_train_loss {
        facts.push(("Perfect prediction", format!("loss {}", number(lowest.0))));
    }
    if !trace.executor.is_empty() {
        facts.push(("Executor", trace.executor.clone()));
    }
    if !timing.wall.is_zero() || !input.is_imported {
        facts.push(("Wall time", duration(timing.wall)));
    }
    facts
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// Lists the first names, and the number of others.
pub fn first(names: &[String]) -> String {
    let shown = names.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(8) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn risks(trace: &Trace, is_imported: bool) -> Vec<RiskRow> {
    let data = &trace.data;
    let word = |value: Option<f64>| value.map_or("–".to_owned(), number);
    let row = |rows,
               n: u64,
               start: Option<Score>,
               [loss, accuracy]: [Quantity; 2],
               skill: Option<Quantity>| {
        let end = reached(trace, loss)?;
        Some(RiskRow {
            rows,
            count: match n {
                0 => "–".to_owned(),
                n => n.to_string(),
            },
            start: word(start.map(|risk| risk.loss.0)),
            end: number(end),
            skill: word(skill.and_then(|skill| reached(trace, skill))),
            accuracy: word(reached(trace, accuracy)),
        })
    };
    // Another program need not have evaluated the loss before training.
    let first = trace.evaluations.first();
    let first = first.filter(|at| at.step == 0 || !is_imported);
    let train = [Quantity::TrainLoss, Quantity::TrainAccuracy];
    let validation = [Quantity::ValidationLoss, Quantity::ValidationAccuracy];
    let test = [Quantity::TestLoss, Quantity::TestAccuracy];
    let rows = [
        row(
            "training",
            data.train_rows,
            first.and_then(|point| point.train),
            train,
            Some(Quantity::Skill),
        ),
        row(
            "validation",
            data.validation_rows,
            first.and_then(|point| point.validation),
            validation,
            Some(Quantity::ValidationSkill),
        ),
        row("test", data.test_rows, None, test, None),
    ];
    rows.into_iter().flatten().collect()
}

fn settings(cell: &CellResults, shared: &[SharedSetting]) -> Vec<Setting> {
    let setting = |(key, v): &(String, Value)| Setting {
        key: key.clone(),
        value: v.to_string(),
        varied: is_varied(cell, key),
    };
    let values = cell.cell.values.0.iter();
    let own = values.filter(|(key, _)| shared.iter().all(|(other, _)| other != key));
    own.map(setting).collect()
}

/// Returns the last epoch of a diverged run, at least 1, where the divergence is marked.
pub fn end_epoch(trace: &Trace) -> Option<f64> {
    diverged(trace).then(|| {
        trace
            .along(trace.curve.at.last().copied().unwrap_or(1))
            .max(1.0)
    })
}
