//! The table of cells: keys that vary, medians over seeds with their spread, outcomes, links to runs.

use crate::config::Quantity;
use crate::diagnose::CellDiagnosis;
use crate::diagnose::expectations::{count, over_seeds};
use crate::report::shared::number::number;
use crate::report::shared::outcome::{diverged, outcome_word, standing, step_number};
use crate::report::shared::spark::{Spark, sparks};
use crate::report::shared::stats::{reached, seed_stats};
use crate::results::{CellResults, Results, RunResult};
use crate::trace::{Outcome, Trace};
use serde::Serialize;
use std::collections::BTreeSet;

/// The table of cells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// Keys that vary.
    pub keys: Vec<String>,
    /// Other keys with values that differ between cells, such as defaults that depend on varied keys.
    pub following: Vec<String>,
    /// Which optional columns have data.
    pub has: Has,
    /// One per cell, in the order of the grid.
    pub rows: Vec<Row>,
}

/// Which optional columns have data in any run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Has {
    /// Validation rows.
    pub validation: bool,
    /// Skills.
    pub skill: bool,
    /// Classes.
    pub accuracy: bool,
    /// Training curves.
    pub spark: bool,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Index of the cell in the grid.
    pub index: usize,
    /// Name of the cell.
    pub name: String,
    /// Values of the keys that vary.
    pub values: Vec<String>,
    /// Values of the other keys that differ; empty text for a key that it does not have.
    pub following: Vec<String>,
    /// Small training curve.
    pub spark: Spark,
    /// Final training loss.
    pub loss: Number,
    /// Final validation loss.
    pub validation: Number,
    /// Final training skill.
    pub skill: Number,
    /// Final validation accuracy, or training accuracy if no run has validation rows.
    pub accuracy: Number,
    /// Outcomes as text: `3 of 5 diverged, 2 of 5 finished`.
    pub outcomes: String,
    /// Diagnosis: `too-shallow 4/5, unclear 1/5`; `–` without one.
    pub diagnosis: String,
    /// Whether any run is missing, diverged or incomplete.
    pub trouble: bool,
    /// One per seed.
    pub seeds: Vec<Seed>,
    /// The row of the table as HTML, if the page itself does not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// A quantity over the seeds of a cell, as text.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Number {
    /// The median: `0.0123`, `∞` if it is infinite, or `–` without values.
    pub median: String,
    /// The range: `0.01 to 0.02`, and the number of other values: `3 of 5 ∞`; empty for a single seed.
    pub spread: String,
}

/// One seed of a cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Seed {
    /// The seed.
    pub seed: u64,
    /// ID of its run.
    pub id: String,
    /// Whether its run has a page.
    pub trained: bool,
    /// Summary: `finished, loss 0.01; healthy`.
    pub words: String,
    /// Class of its color: `good`, `low`, `bad` or `missing`.
    pub class: &'static str,
}

/// Returns the table of a sweep's cells; `diagnoses` are in the same order.
pub fn table(results: &Results, diagnoses: &[CellDiagnosis]) -> Table {
    let (keys, following) = keys(&results.cells);
    let any = |quantity| {
        let mut cells = results.cells.iter();
        cells.any(|cell| !over_seeds(cell, quantity).is_empty())
    };
    let validation = any(Quantity::ValidationLoss);
    let accuracy = match validation {
        true => Quantity::ValidationAccuracy,
        false => Quantity::TrainAccuracy,
    };
    let sparks = sparks(&results.cells);
    let missing = missing(results);
    Table {
        has: Has {
            spark: sparks.iter().any(|spark| !spark.line.is_empty()),
            validation,
            skill: any(Quantity::Skill),
            accuracy: any(accuracy),
        },
        rows: results
            .cells
            .iter()
            .zip(sparks)
            .enumerate()
            .map(|(place, (cell, spark))| Row {
                following: values(cell, &following),
                ..row(cell, diagnoses.get(place), accuracy, spark, missing)
            })
            .collect(),
        keys,
        following,
    }
}

/// Returns the words for a run without a trace.
pub fn missing(results: &Results) -> &'static str {
    match results.are_imported {
        true => "without a trace",
        false => "not trained",
    }
}

/// Returns the keys that vary, in the order of the axes, and the other keys with values that differ.
fn keys(cells: &[CellResults]) -> (Vec<String>, Vec<String>) {
    let Some(first) = cells.first() else {
        return Default::default();
    };
    let varied = first.cell.varied.iter().map(|(key, _)| key.clone());
    let varied: Vec<String> = varied.collect();
    let differs = |key: &String| {
        let own = first.cell.values.get(key);
        cells.iter().any(|other| other.cell.values.get(key) != own)
    };
    let mut met: BTreeSet<&String> = varied.iter().collect();
    let all = cells.iter().flat_map(|cell| &cell.cell.values.0);
    let new = all.map(|(key, _)| key).filter(|key| met.insert(*key));
    let following = new.filter(|key| differs(key)).cloned().collect();
    (varied, following)
}

fn values(cell: &CellResults, keys: &[String]) -> Vec<String> {
    let value = |key: &String| cell.cell.values.get(key).map(ToString::to_string);
    keys.iter()
        .map(|key| value(key).unwrap_or_default())
        .collect()
}

fn row(
    cell: &CellResults,
    diagnosis: Option<&CellDiagnosis>,
    accuracy: Quantity,
    spark: Spark,
    missing: &str,
) -> Row {
    let over = |quantity| words(&over_seeds(cell, quantity));
    Row {
        index: cell.cell.index,
        name: cell.cell.name(),
        values: cell
            .cell
            .varied
            .iter()
            .map(|(_, v)| v.to_string())
            .collect(),
        following: Vec::new(),
        spark,
        loss: over(Quantity::TrainLoss),
        validation: over(Quantity::ValidationLoss),
        skill: over(Quantity::Skill),
        accuracy: over(accuracy),
        outcomes: outcomes(cell, missing),
        diagnosis: diagnosis.map_or("–".to_owned(), CellDiagnosis::in_words),
        trouble: cell.runs.iter().any(|run| {
            run.trace()
                .is_none_or(|t| diverged(t) || !t.outcome.is_complete())
        }),
        seeds: cell
            .runs
            .iter()
            .enumerate()
            .map(|(place, run)| seed(run, diagnosis, place, missing))
            .collect(),
        html: None,
    }
}

/// Formats a median and its spread.
fn words(values: &[f64]) -> Number {
    let Some(stats) = seed_stats(values) else {
        return Number {
            median: "–".to_owned(),
            spread: String::new(),
        };
    };
    let mut range = Vec::new();
    if let Some(finite) = stats.finite.filter(|finite| finite.n > 1) {
        range.push(format!("{} to {}", number(finite.low), number(finite.high)));
    }
    // All diverged runs have the same value: ∞ for a loss, −∞ for a skill.
    let worst = values.iter().copied().find(|value| !value.is_finite());
    if let Some(worst) = worst.filter(|_| stats.of > 1) {
        let lost = stats.of - stats.finite.map_or(0, |finite| finite.n);
        range.push(format!("{lost} of {} {}", stats.of, number(worst)));
    }
    Number {
        median: number(stats.median.or(worst).unwrap_or(f64::NAN)),
        spread: range.join(", "),
    }
}

/// Counts the outcomes of a cell's runs, failures first; `missing` is what runs without a trace are called.
pub fn outcomes(cell: &CellResults, missing: &str) -> String {
    let of = cell.runs.len();
    let mut parts = Vec::new();
    let mut say = |n: usize, word: &str| match n {
        0 => {}
        n if n == of => parts.push(if of == 1 {
            word.to_owned()
        } else {
            format!("all {of} {word}")
        }),
        n => parts.push(format!("{n} of {of} {word}")),
    };
    for name in ["diverged", "crashed", "timed-out", "too-large"] {
        let ended = |run: &&RunResult| run.trace().is_some_and(|t| t.outcome.name() == name);
        say(cell.runs.iter().filter(ended).count(), &outcome_word(name));
    }
    say(
        cell.runs.iter().filter(|run| run.trained.is_none()).count(),
        missing,
    );
    for name in ["pruned", "stopped-early", "converged", "finished"] {
        let ended = |run: &&RunResult| run.trace().is_some_and(|t| t.outcome.name() == name);
        say(cell.runs.iter().filter(ended).count(), &outcome_word(name));
    }
    parts.join(", ")
}

fn seed(run: &RunResult, cell: Option<&CellDiagnosis>, place: usize, missing: &str) -> Seed {
    let diagnosis = cell.and_then(|cell| Some((cell, cell.of_run(place)?)));
    let (mut words, class) = match run.trace() {
        None => (missing.to_owned(), "missing"),
        Some(trace) => {
            let diagnosis = diagnosis.map(|(_, diagnosis)| diagnosis);
            (outcome(trace), standing(trace, diagnosis))
        }
    };
    if let Some((cell, diagnosis)) = diagnosis {
        words.push_str(&format!("; {}", cell.name(diagnosis.code)));
    }
    Seed {
        seed: run.run.seed,
        id: run.run.id.to_string(),
        trained: run.trained.is_some(),
        words,
        class,
    }
}

/// Describes the outcome of one run, with its loss.
fn outcome(trace: &Trace) -> String {
    let end = match &trace.outcome {
        Outcome::Finished => "finished".to_owned(),
        Outcome::Pruned { step } => format!("pruned after {}", count(*step as usize, "step")),
        Outcome::Converged { step } => format!("converged after {}", count(*step as usize, "step")),
        Outcome::StoppedEarly { epoch } => format!("stopped early in epoch {epoch}"),
        Outcome::Diverged { step } => return format!("diverged in step {}", step_number(*step)),
        Outcome::TimedOut { step } => format!("timed out after {step} steps"),
        Outcome::TooLarge { .. } => return "too large for memory".to_owned(),
        Outcome::Crashed { .. } => return "crashed".to_owned(),
    };
    match reached(trace, Quantity::TrainLoss) {
        Some(loss) => format!("{end}, loss {}", number(loss)),
        None => end,
    }
}
