//! The table of runs: one row per run with its settings and results.

use super::exported::{Exported, ExportedRun};
use super::field::{
    Column, ColumnType, FieldValue, column, count, kind, number, real, setting, text,
};
use crate::config::{Quantity, Value};
use crate::diagnose::expectations::last;
use crate::diagnose::{Diagnosis, Evidence, Rejected};
use crate::results::Rung;
use crate::trace::{Evaluation, Score, Timing, Trace};
use std::collections::BTreeMap;

/// The outcome of a run that has not been trained.
const MISSING: &str = "missing";

/// The table of runs of one sweep.
pub struct RunTable {
    /// Keys of the axes with their types.
    axes: Vec<(String, ColumnType)>,
    /// Other keys with their types.
    settings: Vec<(String, ColumnType)>,
    /// With successive halving: the end of the last rung of each cell, and its rank there.
    ranks: Option<BTreeMap<usize, [u64; 2]>>,
}

/// Names of the last columns, which are long: the evidence of the diagnosis, and why other causes are ruled out or could
/// not be checked.
const EXPLAINED: [&str; 2] = ["evidence", "ruled_out"];

/// Names of the columns of [`RunTable::ranks`].
const RANKS: [&str; 2] = ["rung", "rank"];

/// Returns the columns that identify a run in every table.
pub fn names() -> Vec<Column> {
    vec![
        column("sweep", ColumnType::Text),
        column("cell", ColumnType::Integer),
        column("seed", ColumnType::Integer),
        column("run", ColumnType::Text),
    ]
}

/// Returns the fields that identify a run.
pub fn name(run: &ExportedRun) -> Vec<FieldValue> {
    vec![
        text(run.page),
        count(run.cell.cell.index as u64),
        count(run.seed),
        text(run.id),
    ]
}

impl RunTable {
    /// Collects every key that a cell has, with axes in the order of the file.
    pub fn new(of: &Exported) -> RunTable {
        let cells = || of.results.cells.iter().map(|cell| &cell.cell);
        let varied = cells().next().map(|cell| &cell.varied);
        let varied: Vec<&str> = varied
            .into_iter()
            .flatten()
            .map(|(key, _)| &**key)
            .collect();
        let mut keys: Vec<&str> = Vec::new();
        for (key, _) in cells().flat_map(|cell| &cell.values.0) {
            if !varied.contains(&&**key) && !keys.contains(&&**key) {
                keys.push(key);
            }
        }
        let typed = |keys: Vec<&str>| {
            let typed = |key: &str| {
                let values = cells().filter_map(|cell| cell.values.get(key));
                (key.to_owned(), kind(values))
            };
            keys.into_iter().map(typed).collect()
        };
        RunTable {
            axes: typed(varied),
            settings: typed(keys),
            ranks: (!of.results.rungs.is_empty()).then(|| ranks(&of.results.rungs)),
        }
    }

    /// Returns the columns: run, axes, results, other settings.
    pub fn columns(&self) -> Vec<Column> {
        let mut columns = names();
        let of = |keys: &[(String, ColumnType)]| -> Vec<Column> {
            keys.iter().map(|(key, kind)| column(key, *kind)).collect()
        };
        columns.extend(of(&self.axes));
        columns.extend(ENDS.iter().map(|(name, kind, _)| column(*name, *kind)));
        columns.extend(Quantity::ALL.map(|quantity| column(quantity.name(), ColumnType::Number)));
        columns.extend(CAME.iter().map(|(name, kind, _)| column(*name, *kind)));
        columns.push(column("diagnosis", ColumnType::Text));
        columns.push(column("notes", ColumnType::Text));
        if self.ranks.is_some() {
            columns.extend(RANKS.map(|name| column(name, ColumnType::Integer)));
        }
        columns.extend(of(&self.settings));
        columns.extend(EXPLAINED.map(|name| column(name, ColumnType::Text)));
        columns
    }

    /// Returns the row of a run, in the order of the columns.
    pub fn row(&self, run: &ExportedRun) -> Vec<FieldValue> {
        let mut row = name(run);
        row.extend(settings(run, &self.axes));
        match run.trained {
            Some((trace, timing)) => {
                row.extend(ENDS.iter().map(|(_, _, field)| field(trace, timing)));
                row.extend(Quantity::ALL.map(|quantity| number(last(trace, quantity).ok())));
                row.extend(CAME.iter().map(|(_, _, field)| field(trace, timing)));
            }
            None => {
                row.push(text(MISSING));
                let others = ENDS.len() - 1 + Quantity::ALL.len() + CAME.len();
                row.extend(vec![FieldValue::Nothing; others]);
            }
        }
        row.push(run.diagnosed.map_or(FieldValue::Nothing, text));
        row.push(joined(run, " ", |diagnosis| {
            let notes = diagnosis.notes.iter();
            notes.map(|note| note.code.to_string()).collect()
        }));
        if let Some(ranks) = &self.ranks {
            row.extend(match ranks.get(&run.cell.cell.index) {
                Some(last) => last.map(count),
                None => [FieldValue::Nothing, FieldValue::Nothing],
            });
        }
        row.extend(settings(run, &self.settings));
        row.extend(explained(run));
        row
    }
}

/// Returns parts of a diagnosis in one field.
fn joined(
    run: &ExportedRun,
    between: &str,
    parts: impl Fn(&Diagnosis) -> Vec<String>,
) -> FieldValue {
    let joined = run
        .diagnosis
        .map(|diagnosis| parts(diagnosis).join(between));
    joined.map_or(FieldValue::Nothing, text)
}

/// Returns the fields of [`EXPLAINED`].
fn explained(run: &ExportedRun) -> [FieldValue; EXPLAINED.len()] {
    let evidence = |of: &Diagnosis| of.finding.evidence.iter().map(Evidence::in_words).collect();
    let other = |other: &Rejected| format!("{}: {}", other.code, other.why);
    let ruled_out = |of: &Diagnosis| of.rejected.iter().map(other).collect();
    [joined(run, "; ", evidence), joined(run, "; ", ruled_out)]
}

/// Returns the last rung of each cell, with its rank there.
fn ranks(rungs: &[Rung]) -> BTreeMap<usize, [u64; 2]> {
    let of = |rung: &Rung| {
        let end = rung.end as u64;
        let entries = rung.entries.clone().into_iter();
        entries.map(move |entry| (entry.cell, [end, entry.rank as u64]))
    };
    rungs.iter().flat_map(of).collect()
}

fn settings(run: &ExportedRun, keys: &[(String, ColumnType)]) -> Vec<FieldValue> {
    let value = |key: &str| -> Option<&Value> { run.cell.cell.values.get(key) };
    let field = |(key, kind): &(String, ColumnType)| {
        value(key).map_or(FieldValue::Nothing, |value| setting(value, *kind))
    };
    keys.iter().map(field).collect()
}

/// Name and type of a column, and the function of its values.
type ResultColumn = (&'static str, ColumnType, fn(&Trace, &Timing) -> FieldValue);

/// Columns of the end of a run. The outcome comes first, since every run has it.
const ENDS: [ResultColumn; 4] = [
    ("outcome", ColumnType::Text, |trace, _| {
        text(trace.outcome.name())
    }),
    ("message", ColumnType::Text, |trace, _| {
        trace.outcome.message().map_or(FieldValue::Nothing, text)
    }),
    ("updates", ColumnType::Integer, |trace, _| {
        count(trace.steps)
    }),
    ("wall_seconds", ColumnType::Number, |_, timing| {
        FieldValue::Number(timing.wall.as_secs_f64())
    }),
];

/// Other results, after the final quantities.
const CAME: [ResultColumn; 16] = [
    ("best_train_loss", ColumnType::Number, |trace, _| {
        number(lowest(trace, |point| point.train))
    }),
    ("best_validation_loss", ColumnType::Number, |trace, _| {
        number(lowest(trace, |point| point.validation))
    }),
    ("best_validation_epoch", ColumnType::Integer, |trace, _| {
        let best = best(trace, |point| point.validation);
        best.map_or(FieldValue::Nothing, |(step, _)| count(trace.epoch_of(step)))
    }),
    ("best_skill", ColumnType::Number, |trace, _| {
        let lowest = lowest(trace, |point| point.train);
        let known = lowest.filter(|_| trace.data.learnable() > 0.0);
        number(known.map(|loss| 1.0 - trace.data.left(loss)))
    }),
    ("best_train_accuracy", ColumnType::Number, |trace, _| {
        number(highest(trace, |point| point.train))
    }),
    (
        "best_validation_accuracy",
        ColumnType::Number,
        |trace, _| number(highest(trace, |point| point.validation)),
    ),
    ("constant_train_loss", ColumnType::Number, |trace, _| {
        real(Some(trace.data.constant_train_loss))
    }),
    (
        "constant_validation_loss",
        ColumnType::Number,
        |trace, _| real(trace.data.constant_validation_loss),
    ),
    ("linear_train_loss", ColumnType::Number, |trace, _| {
        real(trace.data.linear_train_loss)
    }),
    ("linear_validation_loss", ColumnType::Number, |trace, _| {
        real(trace.data.linear_validation_loss)
    }),
    ("train_rows", ColumnType::Integer, |trace, _| {
        count(trace.data.train_rows)
    }),
    ("validation_rows", ColumnType::Integer, |trace, _| {
        count(trace.data.validation_rows)
    }),
    ("test_rows", ColumnType::Integer, |trace, _| {
        count(trace.data.test_rows)
    }),
    ("parameters", ColumnType::Integer, |trace, _| {
        count(trace.trainable)
    }),
    ("engine", ColumnType::Text, |trace, _| text(&trace.executor)),
    ("started", ColumnType::Integer, |_, timing| {
        count(timing.started)
    }),
];

/// Returns the lowest measured loss with its first step. Ignores NaN.
fn best(trace: &Trace, of: fn(&Evaluation) -> Option<Score>) -> Option<(u64, f64)> {
    let seen = trace.evaluations.iter();
    let seen = seen.filter_map(|point| Some((point.step, of(point)?.loss.0)));
    let numbers = seen.filter(|(_, loss)| !loss.is_nan());
    numbers.reduce(|best, next| if next.1 < best.1 { next } else { best })
}

fn lowest(trace: &Trace, of: fn(&Evaluation) -> Option<Score>) -> Option<f64> {
    best(trace, of).map(|(_, loss)| loss)
}

/// Returns the highest measured accuracy. Ignores NaN.
fn highest(trace: &Trace, of: fn(&Evaluation) -> Option<Score>) -> Option<f64> {
    let seen = trace.evaluations.iter();
    let seen = seen.filter_map(|point| Some(of(point)?.accuracy?.0));
    seen.filter(|share| !share.is_nan()).reduce(f64::max)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_key_of_a_sweep_file_has_the_name_of_a_result_column() {
        let runs = RunTable {
            axes: Vec::new(),
            settings: Vec::new(),
            ranks: Some(BTreeMap::new()),
        };
        let columns = runs.columns();
        let names: BTreeSet<&str> = columns.iter().map(|column| &*column.name).collect();
        assert_eq!(names.len(), columns.len());
        let schema = crate::config::schema(Default::default());
        let keys = schema["properties"]["base"]["properties"]
            .as_object()
            .unwrap();
        assert!(keys.len() > 20);
        let shared: Vec<&String> = keys.keys().filter(|key| names.contains(&***key)).collect();
        assert!(shared.is_empty(), "{shared:?}");
    }
}
