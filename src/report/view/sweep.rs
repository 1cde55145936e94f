//! Everything that the page of a sweep says in words and tables.

use super::axes::{AxisView, axis};
use super::cells::Table;
use super::map::{Map, map};
use super::rerun::rest;
use crate::diagnose::{LEARNED, references};
use crate::expect::{Status, Verdict, count};
use crate::prescribe::REFERENCE;
use crate::report::Page;
use crate::report::markdown::to_html;
use crate::report::number::duration;
use crate::results::Results;
use crate::spec::{Sample, Sweep};
use serde::Serialize;
use std::time::Duration;

/// The page of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepView {
    /// Title, as the file gives it.
    pub title: String,
    /// The page's folder.
    pub name: String,
    /// The file.
    pub path: String,
    /// HTML of the author's words; safe.
    pub about: String,
    /// `6 cells × 5 seeds = 30 runs`, and what drew the cells.
    pub shape: String,
    /// Time that all runs took together.
    pub time: String,
    /// Cells and seeds that are missing, in a sentence; empty where none are.
    pub missing: String,
    /// Verdicts, in the order of the file.
    pub verdicts: Vec<VerdictView>,
    /// `3 pass, 1 fails`.
    pub verdict_sentence: String,
    /// What each axis is.
    pub axes: Vec<AxisView>,
    /// Which cells learned.
    pub map: Map,
    /// Why a place of the map may have no cell.
    pub absent: &'static str,
    /// What was trained beside the grid to know what is possible, and what it shows.
    pub references: Vec<String>,
    /// The share of the best known skill from which on a run has learned.
    pub learned_from: f64,
    /// The file's text.
    pub source: String,
}

/// One expectation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerdictView {
    /// Its name.
    pub name: String,
    /// Line in the file.
    pub line: usize,
    /// `pass`, `fail` or `inconclusive`.
    pub status: &'static str,
    /// What was seen.
    pub sentence: String,
    /// By cell.
    pub cells: Vec<CellVerdictView>,
}

/// One expectation in one cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CellVerdictView {
    /// Index of the cell.
    pub index: usize,
    /// The cell in words.
    pub name: String,
    /// `pass`, `fail` or `inconclusive`.
    pub status: &'static str,
    /// `4 of 5 seeds`.
    pub seeds: String,
    /// What was seen.
    pub sentence: String,
}

/// The page of a sweep, with the table of its cells.
pub fn sweep(page: &Page, table: &Table) -> SweepView {
    let axes: Vec<AxisView> = page.sweep.axes.iter().map(axis).collect();
    let verdicts = page.verdicts.iter().map(|verdict| view(verdict, table));
    let verdicts: Vec<VerdictView> = verdicts.collect();
    SweepView {
        title: page.sweep.title.clone(),
        name: page.name.to_owned(),
        path: page.sweep.path.display().to_string(),
        about: to_html(&page.sweep.about),
        shape: shape(page.results, page.sweep.seeds.len()) + &drawn(page.sweep),
        time: duration(time(page.results)),
        missing: missing(page.sweep, page.results),
        verdict_sentence: verdict_sentence(page.verdicts),
        verdicts,
        map: map(page.results, page.diagnoses, &axes),
        absent: match page.sweep.sample {
            Some(_) => "not drawn",
            None => "excluded",
        },
        references: references(page.results)
            .into_iter()
            .map(|sentence| format!("{sentence}: {REFERENCE}."))
            .collect(),
        learned_from: LEARNED.value,
        axes,
        source: page.sweep.text.clone(),
    }
}

fn shape(results: &Results, seeds: usize) -> String {
    let runs = results.cells.iter().map(|cell| cell.runs.len()).sum();
    format!(
        "{} × {} = {}",
        count(results.cells.len(), "cell"),
        count(seeds, "seed"),
        count(runs, "run")
    )
}

/// `, drawn by sobol`; nothing of a grid.
fn drawn(sweep: &Sweep) -> String {
    let drawn = |sample: Sample| format!(", drawn by {}", sample.method.name());
    sweep.sample.map_or(String::new(), drawn)
}

/// Time that all runs took together.
pub fn time(results: &Results) -> Duration {
    let runs = results.cells.iter().flat_map(|cell| &cell.runs);
    runs.filter_map(|run| run.trained.as_ref().map(|(_, timing)| timing.wall))
        .sum()
}

fn missing(sweep: &Sweep, results: &Results) -> String {
    let runs = || results.cells.iter().flat_map(|cell| &cell.runs);
    let untrained = runs().filter(|run| run.trained.is_none()).count();
    let cut = results
        .traces()
        .filter(|t| !t.outcome.is_complete() && !t.outcome.is_too_large())
        .count();
    let too_large = results.traces().filter(|t| t.outcome.is_too_large());
    let too_large = too_large.count();
    let mut parts = Vec::new();
    if untrained > 0 {
        parts.push(format!(
            "{untrained} of {} not trained yet ({} trains what is missing)",
            count(runs().count(), "run"),
            rest(sweep)
        ));
    }
    if cut > 0 {
        parts.push(format!(
            "{cut} failed or timed out and left out of the medians"
        ));
    }
    if too_large > 0 {
        parts.push(format!(
            "{too_large} too large for memory ({} tries again)",
            rest(sweep)
        ));
    }
    parts.join("; ")
}

fn view(verdict: &Verdict, table: &Table) -> VerdictView {
    let name = |index: usize| {
        let row = table.rows.binary_search_by_key(&index, |row| row.index);
        row.map_or_else(
            |_| format!("cell {index}"),
            |place| table.rows[place].name.clone(),
        )
    };
    VerdictView {
        name: verdict.name.clone(),
        line: verdict.line,
        status: verdict.status.name(),
        sentence: verdict.sentence.clone(),
        cells: verdict
            .cells
            .iter()
            .map(|cell| CellVerdictView {
                index: cell.cell,
                name: name(cell.cell),
                status: cell.status.name(),
                seeds: format!("{} of {}", cell.passed, count(cell.of, "seed")),
                sentence: cell.sentence.clone(),
            })
            .collect(),
    }
}

fn verdict_sentence(verdicts: &[Verdict]) -> String {
    let n = |wanted| {
        verdicts
            .iter()
            .filter(|verdict| verdict.status == wanted)
            .count()
    };
    let (pass, fail, open) = (n(Status::Pass), n(Status::Fail), n(Status::Inconclusive));
    let mut parts = Vec::new();
    if fail > 0 {
        parts.push(format!("{fail} fail"));
    }
    if open > 0 {
        parts.push(format!("{open} inconclusive"));
    }
    if pass > 0 {
        parts.push(format!("{pass} pass"));
    }
    parts.join(", ")
}
