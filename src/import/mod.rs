//! Traces of other programs as the runs of a sweep, without a sweep file: diagnosed and reported like others.
//!
//! [`read`] checks traces in the form of `docs/trace.schema.json`, and [`sweep`] groups them into cells by their
//! parameters. Nothing is known but the traces, so that there is nothing to train, to expect or to fix.

mod check;

use crate::grid::{Cell, Run};
use crate::identity::RunId;
use crate::results::{CellResults, Results, RunResult};
use crate::spec::{Axis, Settings, Sweep, Value};
use crate::trace::{Timing, Trace};
use check::check;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::WalkDir;

/// Why a trace is not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file or folder cannot be read.
    #[error("failed to read {}: {source}", path.display())]
    Read {
        /// Its path.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A folder has no traces.
    #[error("no *.json or *.jsonl files in {}", .0.display())]
    Nothing(PathBuf),
    /// A document is no trace.
    #[error("{}:{line}: {why}; the form of a trace is docs/trace.schema.json", path.display())]
    Trace {
        /// The file.
        path: PathBuf,
        /// The line of the document.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

/// Reads traces from files and folders: one document per line of `*.jsonl`, or one per `*.json`.
///
/// # Errors
/// All errors in all files.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Trace>, Vec<ImportError>> {
    let (mut traces, mut wrong) = (Vec::new(), Vec::new());
    for path in files(paths, &mut wrong) {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => {
                wrong.push(ImportError::Read { path, source });
                continue;
            }
        };
        for (line, document) in documents(&path, &text) {
            match trace(document) {
                Ok(trace) => traces.push(trace),
                Err(why) => wrong.push(ImportError::Trace {
                    path: path.clone(),
                    line,
                    why,
                }),
            }
        }
    }
    match wrong.is_empty() {
        true => Ok(traces),
        false => Err(wrong),
    }
}

/// Returns the files, and those in folders, sorted within each folder.
fn files(paths: &[PathBuf], wrong: &mut Vec<ImportError>) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for path in paths {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let entries = WalkDir::new(path).sort_by_file_name().into_iter();
        let entries = entries
            .filter_map(Result::ok)
            .map(walkdir::DirEntry::into_path);
        let is_trace = |path: &PathBuf| {
            let end = path.extension().unwrap_or_default();
            path.is_file() && (end == "json" || end == "jsonl")
        };
        let found: Vec<PathBuf> = entries.filter(is_trace).collect();
        if found.is_empty() {
            wrong.push(ImportError::Nothing(path.clone()));
        }
        all.extend(found);
    }
    all
}

/// Returns the documents of a file with the lines that they start at.
fn documents<'a>(path: &Path, text: &'a str) -> Vec<(usize, &'a str)> {
    match path.extension().is_some_and(|end| end == "jsonl") {
        false => vec![(1, text)],
        true => {
            let lines = (1..).zip(text.lines());
            lines.filter(|(_, line)| !line.trim().is_empty()).collect()
        }
    }
}

fn trace(document: &str) -> Result<Trace, String> {
    let trace: Trace = serde_json::from_str(document).map_err(|error| error.to_string())?;
    check(&trace)?;
    Ok(trace)
}

/// The parameters of a cell, and its traces.
type Group = (Vec<(String, Value)>, Vec<Trace>);

/// Returns the runs of traces as a sweep: one cell for equal parameters, in the order of the traces. Of several traces
/// with the same parameters and seed, the last one counts.
pub fn sweep(name: &str, title: &str, traces: Vec<Trace>) -> (Sweep, Results) {
    let mut cells: Vec<Group> = Vec::new();
    for trace in traces {
        let values = values(&trace);
        match cells.iter_mut().find(|(own, _)| *own == values) {
            Some((_, traces)) => {
                traces.retain(|other| other.seed != trace.seed);
                traces.push(trace);
            }
            None => cells.push((values, vec![trace])),
        }
    }
    let seeds: BTreeSet<u64> = cells
        .iter()
        .flat_map(|(_, all)| all)
        .map(|trace| trace.seed)
        .collect();
    let axes = axes(&cells);
    let sweep = Sweep {
        path: PathBuf::from(name),
        title: title.to_owned(),
        file_seeds: seeds.len(),
        seeds: seeds.into_iter().collect(),
        axes,
        ..Sweep::default()
    };
    let cells = cells.into_iter().enumerate();
    let cells = cells.map(|(index, (values, traces))| {
        let cell = cell(index, values, &sweep.axes);
        let runs = sweep
            .seeds
            .iter()
            .map(|seed| run(name, &cell, *seed, &traces));
        CellResults {
            runs: runs.collect(),
            cell,
        }
    });
    let results = Results {
        cells: cells.collect(),
        are_imported: true,
        ..Results::default()
    };
    (sweep, results)
}

fn cell(index: usize, values: Vec<(String, Value)>, axes: &[Axis]) -> Cell {
    let value = |axis: &Axis| of(&values, &axis.name);
    let place = |axis: &Axis| {
        let own = [value(axis)];
        axis.points
            .iter()
            .position(|point| **point == own)
            .unwrap_or(0)
    };
    Cell {
        index,
        coordinates: axes.iter().map(place).collect(),
        varied: axes
            .iter()
            .map(|axis| (axis.name.clone(), value(axis)))
            .collect(),
        // Settings of the built-in trainer, which nothing looks at in the runs of other programs.
        settings: Settings::default(),
        values: values.into(),
    }
}

fn run(name: &str, cell: &Cell, seed: u64, traces: &[Trace]) -> RunResult {
    let trained = traces.iter().find(|trace| trace.seed == seed);
    RunResult {
        run: Run {
            cell: cell.index,
            seed,
            id: id(name, &cell.values.0, seed),
        },
        trained: trained.map(|trace| (Arc::new(trace.clone()), Timing::default())),
    }
}

/// Returns the ID of an imported run: of its sweep, its parameters and its seed.
fn id(name: &str, values: &[(String, Value)], seed: u64) -> RunId {
    let identity = serde_json::json!({ "imported": name, "params": values, "seed": seed });
    let hash = blake3::hash(identity.to_string().as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash.as_bytes()[..16]);
    RunId(id)
}

/// Returns the parameters that not all cells share, each with its values: numbers in ascending order, others as they come.
fn axes(cells: &[Group]) -> Vec<Axis> {
    let mut keys: Vec<&String> = Vec::new();
    for (key, _) in cells.iter().flat_map(|(values, _)| values) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let axis = |key: &String| {
        let mut points: Vec<Value> = Vec::new();
        for (values, _) in cells {
            let value = of(values, key);
            if !points.contains(&value) {
                points.push(value);
            }
        }
        let number = |value: &Value| match value {
            Value::Integer(n) => *n as f64,
            Value::Number(x) => *x,
            Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Table(_) => f64::INFINITY,
        };
        points.sort_by(|a, b| number(a).total_cmp(&number(b)));
        (points.len() > 1).then(|| Axis {
            name: key.clone(),
            keys: vec![key.clone()],
            points: points.into_iter().map(|value| vec![value]).collect(),
            range: None,
        })
    };
    keys.into_iter().filter_map(axis).collect()
}

/// Returns the value of a parameter; `none` for a run without it.
fn of(values: &[(String, Value)], key: &str) -> Value {
    let own = values.iter().find(|(own, _)| own == key);
    own.map_or(Value::Text("none".to_owned()), |(_, value)| value.clone())
}

/// Returns the parameters of a trace, with those of tables under names such as `optimizer.lr`.
fn values(trace: &Trace) -> Vec<(String, Value)> {
    let mut values = Vec::new();
    for (key, value) in &trace.params {
        flatten(key, value, &mut values);
    }
    values
}

fn flatten(key: &str, value: &Json, into: &mut Vec<(String, Value)>) {
    if let Json::Object(table) = value {
        for (inner, value) in table {
            flatten(&format!("{key}.{inner}"), value, into);
        }
    } else {
        into.push((key.to_owned(), plain(value)));
    }
}

fn plain(value: &Json) -> Value {
    match value {
        Json::Null => Value::Text("none".to_owned()),
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            None => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(list) => Value::List(list.iter().map(plain).collect()),
        Json::Object(table) => {
            let entries = table.iter();
            Value::Table(
                entries
                    .map(|(key, value)| (key.clone(), plain(value)))
                    .collect(),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn traces(documents: &[Json]) -> Vec<Trace> {
        let trace = |json: &Json| trace(&json.to_string()).unwrap();
        documents.iter().map(trace).collect()
    }

    fn minimal(params: Json, seed: u64) -> Json {
        let outcome = serde_json::json!({ "kind": "finished" });
        serde_json::json!({ "version": 2, "params": params, "seed": seed, "outcome": outcome, "steps": 9 })
    }

    #[test]
    fn equal_parameters_are_one_cell_and_those_that_differ_are_axes() {
        let of =
            |lr: f64, seed| minimal(serde_json::json!({ "net": { "width": 8 }, "lr": lr }), seed);
        let mut again = of(0.1, 1);
        again["steps"] = 10.into();
        let (sweep, results) = sweep(
            "runs",
            "Runs",
            traces(&[of(0.1, 1), of(0.01, 1), of(0.1, 0), again]),
        );
        assert_eq!(sweep.seeds, [0, 1]);
        let names: Vec<&str> = sweep.axes.iter().map(|axis| &*axis.name).collect();
        assert_eq!(names, ["lr"]);
        assert_eq!(
            sweep.axes[0].points,
            [[Value::Number(0.01)], [Value::Number(0.1)]]
        );
        let [first, second] = &results.cells[..] else {
            panic!()
        };
        assert_eq!(
            (first.cell.name(), &first.cell.coordinates[..]),
            ("lr 0.1".to_owned(), &[1][..])
        );
        assert_eq!(first.cell.values.get("net.width"), Some(&Value::Integer(8)));
        assert_eq!(
            first.traces().map(|trace| trace.steps).collect::<Vec<_>>(),
            [9, 10]
        );
        assert_eq!(second.runs[0].trace(), None);
        assert_ne!(first.runs[0].run.id, first.runs[1].run.id);
    }
}
