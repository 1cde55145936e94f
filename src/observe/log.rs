//! The event log: one JSON object per line and event, in the order in which events happen (`docs/events.schema.json`).
//!
//! A line is written when its event happens, so that another program can follow a sweep. Losses that are not finite are the
//! strings `"NaN"`, `"inf"` and `"-inf"`.

use crate::config::Sweep;
use crate::execute;
use crate::execute::Plan;
use crate::grid::Run;
use crate::results::{CellResults, Rung};
use crate::study::document::{counts, object};
use crate::study::{Event, Observer, Purpose};
use crate::trace::{Score, Timing, Trace};
use serde_json::{Value as Json, json};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

/// Writes the events of studies, one after another.
pub struct EventLog {
    state: Mutex<LogState>,
}

struct LogState {
    to: Box<dyn Write + Send>,
    /// The sweep file of the current study.
    file: String,
    error: Option<io::Error>,
}

impl EventLog {
    /// Returns a log that writes each line at once.
    pub fn new(to: impl Write + Send + 'static) -> EventLog {
        EventLog {
            state: Mutex::new(LogState {
                to: Box::new(to),
                file: String::new(),
                error: None,
            }),
        }
    }

    /// Returns the first error of writing, once. Nothing is written after an error.
    pub fn error(&self) -> Option<io::Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.error.take()
    }
}

impl Observer for EventLog {
    fn hear(&self, event: &Event) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Event::RoundStarted { sweep, .. } = event {
            state.file = sweep.path.display().to_string();
        }
        if let Some(record) = record(event) {
            state.write(record);
        }
    }
}

impl LogState {
    fn write(&mut self, mut record: Json) {
        record["file"] = json!(self.file);
        if self.error.is_none() {
            let written = writeln!(self.to, "{record}").and_then(|()| self.to.flush());
            self.error = written.err();
        }
    }
}

/// Returns the JSON of an event; `None` for the weights of a run, which are files of their own.
fn record(event: &Event) -> Option<Json> {
    Some(match event {
        Event::RoundStarted {
            purpose,
            rung,
            plan,
            sweep,
        } => round(sweep, *purpose, *rung, plan),
        Event::Run(execute::RunEvent::Lowered(lowered)) => json!({
            "event": "memory-limited",
            "jobs": lowered.jobs[1],
            "runs_per_stack": lowered.stack[1],
            "bytes_needed": lowered.needed,
            "bytes_free": lowered.free,
        }),
        Event::Run(execute::RunEvent::Started(run)) => of_run("run-started", run),
        Event::Run(execute::RunEvent::Ended {
            run, trace, timing, ..
        }) => ended(run, trace, timing),
        Event::Run(execute::RunEvent::NotKept { run, message, .. }) => {
            let mut record = of_run("run-not-stored", run);
            record["message"] = json!(message);
            record
        }
        Event::Run(execute::RunEvent::Weights(_)) => return None,
        Event::RoundEnded => json!({ "event": "round-ended" }),
        Event::Searched { summary, .. } => {
            let mut record = counts(summary);
            record["event"] = json!("cells-ended");
            record
        }
    })
}

fn round(sweep: &Sweep, purpose: Purpose, rung: Option<&Rung>, plan: &Plan) -> Json {
    let cell = |of: &CellResults| {
        let runs = of.runs.iter().map(|run| run.run.id.to_string());
        json!({
            "cell": of.cell.index,
            "values": object(&of.cell.varied),
            "runs": runs.collect::<Vec<_>>(),
        })
    };
    json!({
        "event": "round-started",
        "title": sweep.title,
        "purpose": purpose.name(),
        "rung": rung,
        "runs": plan.runs(),
        "missing": plan.missing.len(),
        "cells": plan.results.cells.iter().map(cell).collect::<Vec<_>>(),
    })
}

fn of_run(event: &str, run: &Run) -> Json {
    json!({ "event": event, "run": run.id.to_string(), "cell": run.cell, "seed": run.seed })
}

fn ended(run: &Run, trace: &Trace, timing: &Timing) -> Json {
    let loss = |score: Option<Score>| score.map(|score| score.loss);
    let mut record = of_run("run-ended", run);
    record["outcome"] = json!(trace.outcome.name());
    record["message"] = json!(trace.outcome.message());
    record["steps"] = json!(trace.steps);
    record["train_loss"] = json!(loss(trace.end()));
    record["validation_loss"] = json!(loss(trace.validation_end()));
    record["wall_seconds"] = json!(timing.wall.as_secs_f64());
    record
}
