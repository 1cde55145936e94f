//! Verdicts as JSON, with one entry per cell. The file contains no times: equal results give equal bytes.

use super::verdict_files::Suite;
use crate::baseline::Change;
use crate::expect::{CellVerdict, Status, Verdict};
use crate::spec::Value;
use serde_json::{Map, Value as Json, json};
use std::io;

/// Version of the file format.
const FORMAT: u32 = 1;

/// Returns the verdicts of all sweeps as JSON.
///
/// # Errors
/// JSON cannot represent them.
pub fn json(suites: &[Suite]) -> io::Result<String> {
    let verdicts = suites.iter().flat_map(|suite| &suite.verdicts);
    let worst = verdicts.map(|verdict| verdict.status).max();
    let all = json!({
        "format": FORMAT,
        "status": worst.map(Status::name),
        "sweeps": suites.iter().map(sweep).collect::<Vec<Json>>(),
    });
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

fn sweep(suite: &Suite) -> Json {
    let verdict = |verdict: &Verdict| {
        let cells = verdict.cells.iter().map(|of| cell(suite, of));
        json!({
            "name": verdict.name,
            "line": verdict.line,
            "status": verdict.status.name(),
            "sentence": verdict.sentence,
            "cells": cells.collect::<Vec<Json>>(),
        })
    };
    let baseline = suite.compared.as_ref().map(|compared| {
        let changes = compared.changes.iter().map(Change::to_string);
        json!({ "name": compared.name, "changes": changes.collect::<Vec<String>>() })
    });
    json!({
        "file": suite.file,
        "left_open": suite.left_open,
        "verdicts": suite.verdicts.iter().map(verdict).collect::<Vec<Json>>(),
        "baseline": baseline,
    })
}

fn cell(suite: &Suite, verdict: &CellVerdict) -> Json {
    let cell = suite.cells.iter().find(|cell| cell.index == verdict.cell);
    let varied = cell.into_iter().flat_map(|cell| &cell.varied);
    json!({
        "cell": verdict.cell,
        "values": object(varied),
        "status": verdict.status.name(),
        "passed": verdict.passed,
        "of": verdict.of,
        "sentence": verdict.sentence,
    })
}

fn object<'a>(pairs: impl IntoIterator<Item = &'a (String, Value)>) -> Json {
    let pairs = pairs.into_iter();
    let pairs = pairs.map(|(key, value)| (key.clone(), plain(value)));
    Json::Object(pairs.collect::<Map<String, Json>>())
}

/// Returns a value as a sweep file would write it.
fn plain(value: &Value) -> Json {
    match value {
        Value::Bool(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Number(value) => json!(value),
        Value::Text(value) => json!(value),
        Value::List(values) => values.iter().map(plain).collect(),
        Value::Table(pairs) => object(pairs),
    }
}
