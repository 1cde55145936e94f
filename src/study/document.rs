//! The results of a study as one JSON document (`docs/result.schema.json`): every run with its diagnosis, evidence and
//! ruled-out causes, verdicts, and fixes. It contains no times: equal results give equal bytes. Numbers that are not
//! finite are the strings `"NaN"`, `"inf"` and `"-inf"`.

use super::Studied;
use crate::config::{Quantity, Sweep, Value};
use crate::diagnose::expectations::{CellVerdict, Verdict, last};
use crate::diagnose::{CellDiagnosis, Diagnosis, Evidence, Finding, Rejected};
use crate::execute::Summary;
use crate::results::{CellResults, Results, RunResult};
use crate::trace::Real;
use serde_json::{Map, Value as Json, json};

/// Version of the format.
pub const FORMAT: u32 = 2;

/// A sweep with its results, for the document.
#[derive(Debug, Clone, Copy)]
pub struct Documented<'a> {
    /// The sweep.
    pub sweep: &'a Sweep,
    /// Its results and their analysis.
    pub studied: &'a Studied,
}

/// Returns the object of one sweep.
pub fn sweep(of: Documented) -> Json {
    let Documented { sweep, studied } = of;
    let results = &studied.results;
    let cells = results.cells.iter().zip(&studied.diagnoses);
    let verdicts = studied.verdicts.iter().map(|one| verdict(results, one));
    json!({
        "file": sweep.path.display().to_string(),
        "title": sweep.title,
        "summary": counts(&studied.summary),
        "cells": cells.map(|(of, diagnosis)| cell(of, diagnosis)).collect::<Vec<_>>(),
        "rungs": results.rungs,
        "verdicts": verdicts.collect::<Vec<_>>(),
        "fixes": studied.fixes,
    })
}

/// Returns the counts of a summary.
pub fn counts(summary: &Summary) -> Json {
    json!({
        "runs": summary.runs,
        "trained": summary.trained,
        "cached": summary.cached,
        "missing": summary.missing,
        "incomplete": summary.incomplete,
        "too_large": summary.too_large,
        "not_stored": summary.not_kept,
    })
}

fn cell(of: &CellResults, diagnosis: &CellDiagnosis) -> Json {
    let runs = of.runs.iter().enumerate();
    let runs = runs.map(|(place, of)| run(of, diagnosis, diagnosis.of_run(place)));
    json!({
        "cell": of.cell.index,
        "values": object(&of.cell.varied),
        "diagnosis": diagnosis.majority_name(),
        "runs": runs.collect::<Vec<_>>(),
    })
}

fn run(of: &RunResult, cell: &CellDiagnosis, diagnosis: Option<&Diagnosis>) -> Json {
    let trace = of.trace();
    let quantities = Quantity::ALL.into_iter().filter_map(|quantity| {
        let value = last(trace?, quantity).ok()?;
        Some((quantity.name().to_owned(), json!(Real(value))))
    });
    json!({
        "run": of.run.id.to_string(),
        "seed": of.run.seed,
        "outcome": trace.map_or("missing", |trace| trace.outcome.name()),
        "message": trace.and_then(|trace| trace.outcome.message()),
        "steps": trace.map(|trace| trace.steps),
        "quantities": quantities.collect::<Map<_, _>>(),
        "diagnosis": diagnosis.map(|of| diagnosed(cell, of)),
    })
}

/// Returns a diagnosis with its evidence, and the causes that are ruled out or could not be checked.
pub fn diagnosed(cell: &CellDiagnosis, of: &Diagnosis) -> Json {
    json!({
        "code": cell.name(of.code),
        "sentence": of.finding.sentence,
        "evidence": of.finding.evidence.iter().map(evidence).collect::<Vec<_>>(),
        "ruled_out": of.rejected.iter().map(ruled_out).collect::<Vec<_>>(),
        "other_symptoms": of.notes.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn finding(of: &Finding) -> Json {
    json!({
        "code": of.code.name(),
        "sentence": of.sentence,
        "evidence": of.evidence.iter().map(evidence).collect::<Vec<_>>(),
    })
}

fn ruled_out(of: &Rejected) -> Json {
    json!({ "code": of.code.name(), "reason": of.why, "abstains": of.abstains })
}

fn evidence(of: &Evidence) -> Json {
    json!({
        "quantity": of.quantity,
        "value": Real(of.value),
        "side": of.side.word(),
        "threshold": Real(of.threshold),
        "typical": [Real(of.healthy.0), Real(of.healthy.1)],
        "layer": of.layer,
        "epoch": of.epoch,
    })
}

fn verdict(results: &Results, of: &Verdict) -> Json {
    let cells = of.cells.iter().map(|one| cell_verdict(results, one));
    json!({
        "name": of.name,
        "line": of.line,
        "status": of.status.name(),
        "sentence": of.sentence,
        "cells": cells.collect::<Vec<_>>(),
    })
}

fn cell_verdict(results: &Results, of: &CellVerdict) -> Json {
    let cell = results.cells.iter().find(|cell| cell.cell.index == of.cell);
    json!({
        "cell": of.cell,
        "values": object(cell.into_iter().flat_map(|cell| &cell.cell.varied)),
        "status": of.status.name(),
        "passed": of.passed,
        "of": of.of,
        "sentence": of.sentence,
    })
}

/// Returns keys with their values, as a sweep file would write them.
pub fn object<'a>(pairs: impl IntoIterator<Item = &'a (String, Value)>) -> Json {
    let pairs = pairs.into_iter();
    let pairs = pairs.map(|(key, value)| (key.clone(), plain(value)));
    Json::Object(pairs.collect::<Map<String, Json>>())
}

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
