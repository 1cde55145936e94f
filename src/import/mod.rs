//! Traces of other programs as the runs of a sweep, without a sweep file: diagnosed and reported like others.
//!
//! [`read`] checks traces in the form of `docs/trace.schema.json`, and [`sweep`] groups them into cells by their
//! parameters. Nothing is known but the traces, so that there is nothing to train, to expect or to fix.

mod check;
mod params;

use crate::config::{Axis, Settings, Sweep, Value};
use crate::grid::{Cell, Run};
use crate::identity::RunId;
use crate::results::{CellResults, Results, RunResult};
use crate::store;
use crate::trace::{Timing, Trace};
use check::check;
use params::{sorted, values};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::{DirEntry, WalkDir};

/// The value of a parameter that a run does not have, on an axis.
const NOT_SET: &str = "not set";

/// Why a trace is not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file or folder cannot be read.
    #[error("failed to read {}: {source}; check the path and its permissions", path.display())]
    Read {
        /// Its path.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A folder has no traces.
    #[error(
        "no *.json or *.jsonl files in {}; pass traces: *.json files with one each, or *.jsonl files with one per line \
         (see docs/import.md)",
        .0.display()
    )]
    Nothing(PathBuf),
    /// A document is no trace.
    #[error("{}:{line}: {why}; the form of a trace is docs/trace.schema.json", path.display())]
    Trace {
        /// The file.
        path: PathBuf,
        /// The line of the file: of the error if the JSON is wrong, else the first of the trace.
        line: usize,
        /// What is wrong with it, and what to do.
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
        for (start, document) in documents(&path, &text) {
            match trace(document) {
                Ok(trace) => traces.push(trace),
                Err((line, why)) => wrong.push(ImportError::Trace {
                    path: path.clone(),
                    line: start + line,
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
    let mut found = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => walk(path, &mut found, wrong),
            false => found.push(path.clone()),
        }
    }
    found
}

/// Adds every `*.json` and `*.jsonl` file below a folder.
fn walk(folder: &Path, found: &mut Vec<PathBuf>, wrong: &mut Vec<ImportError>) {
    let before = (found.len(), wrong.len());
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || is_searched(entry)) {
        match entry {
            Ok(entry) if is_named_as_trace(entry.path()) => found.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => wrong.push(unreadable(folder, error)),
        }
    }
    if (found.len(), wrong.len()) == before {
        wrong.push(ImportError::Nothing(folder.to_owned()));
    }
}

/// Returns whether an entry of a folder can be a trace or contain some: it is neither hidden nor a report folder, which
/// has JSON files of its own.
fn is_searched(entry: &DirEntry) -> bool {
    let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
    let is_report = entry.file_type().is_dir() && entry.path().join(store::FILE).exists();
    !is_hidden && !is_report
}

/// Returns whether a path has the extension of a trace and is a file, or cannot be read.
fn is_named_as_trace(path: &Path) -> bool {
    let end = path.extension().unwrap_or_default();
    let is_file = || match std::fs::metadata(path) {
        Ok(data) => data.is_file(),
        Err(_) => true,
    };
    (end == "json" || end == "jsonl") && is_file()
}

/// Returns the error of an entry of a folder.
fn unreadable(folder: &Path, error: walkdir::Error) -> ImportError {
    let path = error.path().unwrap_or(folder).to_owned();
    let circle = || std::io::Error::other("its links lead in a circle");
    ImportError::Read {
        path,
        source: error.into_io_error().unwrap_or_else(circle),
    }
}

/// Returns the documents of a file with the lines that they start at.
fn documents<'a>(path: &Path, text: &'a str) -> Vec<(usize, &'a str)> {
    if path.extension().is_some_and(|end| end == "jsonl") {
        let lines = (1..).zip(text.lines());
        return lines.filter(|(_, line)| !line.trim().is_empty()).collect();
    }
    let blank = text.len() - text.trim_start().len();
    let start = text[..blank].rfind('\n').map_or(0, |end| end + 1);
    vec![(1 + text[..start].matches('\n').count(), &text[start..])]
}

/// Reads a trace.
///
/// # Errors
/// The line of the document, from 0, and what is wrong with it.
fn trace(document: &str) -> Result<Trace, (usize, String)> {
    let trace: Trace = serde_json::from_str(document).map_err(|error| {
        let (line, column, text) = (error.line(), error.column(), error.to_string());
        // The line of the document is not that of the file.
        let place = format!(" at line {line} column {column}");
        let why = text.strip_suffix(place.as_str()).unwrap_or(text.as_str());
        (line.saturating_sub(1), format!("{why} (column {column})"))
    })?;
    check(&trace).map_err(|why| (0, why))?;
    Ok(trace)
}

/// Returns the name of a file or folder without its extension; empty for the root.
pub fn name_of(path: &Path) -> String {
    let whole = path.canonicalize().ok();
    let stem = match path.file_stem() {
        Some(stem) => Some(stem),
        // A path such as `.` has a name only as a whole.
        None => whole.as_deref().and_then(Path::file_name),
    };
    stem.unwrap_or_default().to_string_lossy().into_owned()
}

/// The parameters of a cell, and its traces by seed.
struct ImportedCell {
    values: Vec<(String, Value)>,
    traces: BTreeMap<u64, Trace>,
}

/// Returns the runs of traces as a sweep: one cell for equal parameters, in the order of the traces. Of several traces
/// with the same parameters and seed, the last one counts.
pub fn sweep(name: &str, title: &str, traces: Vec<Trace>) -> (Sweep, Results) {
    let cells = groups(traces);
    let seeds = cells.iter().flat_map(|cell| cell.traces.keys().copied());
    let seeds: BTreeSet<u64> = seeds.collect();
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
    let cells = cells.map(|(index, group)| {
        let cell = cell(index, group.values, &sweep.axes);
        with_runs(name, cell, group.traces, &sweep.seeds)
    });
    let results = Results {
        cells: cells.collect(),
        are_imported: true,
        ..Results::default()
    };
    (sweep, results)
}

/// Returns the traces of each cell. The parameters of a cell are in the order of the trace with its lowest seed.
fn groups(traces: Vec<Trace>) -> Vec<ImportedCell> {
    let mut cells: Vec<BTreeMap<u64, Trace>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for trace in traces {
        let identity = serde_json::json!(sorted(values(&trace.params))).to_string();
        let place = *places.entry(identity).or_insert(cells.len());
        if place == cells.len() {
            cells.push(BTreeMap::new());
        }
        cells[place].insert(trace.seed, trace);
    }
    let group = |traces: BTreeMap<u64, Trace>| {
        let first = traces.values().next();
        ImportedCell {
            values: first.map_or(Vec::new(), |trace| values(&trace.params)),
            traces,
        }
    };
    cells.into_iter().map(group).collect()
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

/// Returns a cell with one run per seed, and the traces of those that have one.
fn with_runs(
    name: &str,
    cell: Cell,
    mut traces: BTreeMap<u64, Trace>,
    seeds: &[u64],
) -> CellResults {
    let identity = sorted(cell.values.0.clone());
    let run = |seed: &u64| RunResult {
        run: Run {
            cell: cell.index,
            seed: *seed,
            id: id(name, &identity, *seed),
        },
        trained: traces
            .remove(seed)
            .map(|trace| (Arc::new(trace), Timing::default())),
    };
    CellResults {
        runs: seeds.iter().map(run).collect(),
        cell,
    }
}

/// Returns the ID of an imported run: of its sweep, its parameters in the order of their names, and its seed.
fn id(name: &str, values: &[(String, Value)], seed: u64) -> RunId {
    let identity = serde_json::json!({ "imported": name, "params": values, "seed": seed });
    let hash = blake3::hash(identity.to_string().as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash.as_bytes()[..16]);
    RunId(id)
}

/// Returns the parameters that not all cells share, each with its values: numbers in ascending order, others as they come.
fn axes(cells: &[ImportedCell]) -> Vec<Axis> {
    let mut keys: Vec<&String> = Vec::new();
    for (key, _) in cells.iter().flat_map(|cell| &cell.values) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let axis = |key: &String| {
        let mut points: Vec<Value> = Vec::new();
        for cell in cells {
            let value = of(&cell.values, key);
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

/// Returns the value of a parameter; [`NOT_SET`] for a run without it.
fn of(values: &[(String, Value)], key: &str) -> Value {
    let own = values.iter().find(|(own, _)| own == key);
    own.map_or(Value::Text(NOT_SET.to_owned()), |(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::{Value as Json, json};

    fn traces(documents: &[Json]) -> Vec<Trace> {
        let trace = |json: &Json| trace(&json.to_string()).unwrap();
        documents.iter().map(trace).collect()
    }

    fn minimal(params: Json, seed: u64) -> Json {
        let outcome = json!({ "kind": "finished" });
        json!({ "version": 2, "params": params, "seed": seed, "outcome": outcome, "steps": 9 })
    }

    /// Returns the ID of this identity.
    fn hashed(identity: &str) -> RunId {
        let mut id = [0; 16];
        id.copy_from_slice(&blake3::hash(identity.as_bytes()).as_bytes()[..16]);
        RunId(id)
    }

    #[test]
    fn equal_parameters_are_one_cell_and_those_that_differ_are_axes() {
        let of = |lr: f64, seed| minimal(json!({ "net": { "width": 8 }, "lr": lr }), seed);
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

    #[test]
    fn a_cell_and_its_ids_do_not_depend_on_how_its_parameters_are_written() {
        let same = [
            json!({ "lr": 0.5, "net": { "width": 8 } }),
            json!({ "net": { "width": 8.0, "norm": null }, "lr": 0.5 }),
            json!({ "net.width": 8, "dropout": null, "lr": 0.5 }),
        ];
        let documents = same.into_iter().zip(0..);
        let documents: Vec<Json> = documents.map(|(one, seed)| minimal(one, seed)).collect();
        let reversed: Vec<Json> = documents.iter().rev().cloned().collect();
        for documents in [documents, reversed] {
            let (sweep, results) = sweep("runs", "Runs", traces(&documents));
            assert!(sweep.axes.is_empty());
            let [cell] = &results.cells[..] else { panic!() };
            assert_eq!(cell.traces().count(), 3);
            assert_eq!(cell.cell.values.0[0].0, "lr");
            let ids = cell.runs.iter().map(|run| run.run.id);
            // The IDs of older imports with parameters in the order of their names stay.
            let expected = [0, 1, 2].map(|seed| {
                hashed(&format!(
                    r#"{{"imported":"runs","params":[["lr",0.5],["net.width",8]],"seed":{seed}}}"#
                ))
            });
            assert_eq!(ids.collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_missing_parameter_is_another_value_than_the_word_none() {
        let params = [
            json!({ "norm": "none" }),
            json!({}),
            json!({ "norm": null }),
        ];
        let documents = params.into_iter().zip(0..);
        let documents: Vec<Json> = documents.map(|(one, seed)| minimal(one, seed)).collect();
        let (_, results) = sweep("runs", "Runs", traces(&documents));
        let cells = results.cells.iter();
        let cells: Vec<_> = cells
            .map(|cell| {
                (
                    cell.cell.name(),
                    &cell.cell.coordinates[..],
                    cell.traces().count(),
                )
            })
            .collect();
        assert_eq!(
            cells,
            [
                ("norm none".to_owned(), &[0][..], 1),
                ("norm not set".to_owned(), &[1][..], 2)
            ]
        );
    }

    #[test]
    fn the_line_of_an_error_is_that_of_the_file() {
        let line = |path: &str, text: &str| {
            let (start, document) = documents(Path::new(path), text)[0];
            let (line, why) = trace(document).unwrap_err();
            (start + line, why)
        };
        let (at, why) = line("a.jsonl", "\n \n{\"version\":2");
        assert_eq!((at, &*why), (3, "EOF while parsing an object (column 12)"));
        // In a document of several lines, that of the wrong value.
        let text = "\n{\n  \"version\": 2,\n  \"params\": {},\n  \"steps\": \"many\"\n}\n";
        let (at, why) = line("a.json", text);
        assert_eq!(at, 5, "{why}");
        assert!(why.starts_with("invalid type: string \"many\""), "{why}");
        assert!(!why.contains("at line"), "{why}");
        // For values that do not fit, the first line of the document.
        let wrong = minimal(json!({}), 0).to_string().replace("2", "3");
        let (at, why) = line("a.json", &format!("\n\n{wrong}"));
        assert_eq!(at, 3, "{why}");
        assert!(why.starts_with("the version is 3"), "{why}");
    }
}
