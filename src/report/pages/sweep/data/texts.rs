//! Texts and tables of the page of a sweep.

use super::cells::Table;
use super::map::{Map, map};
use crate::config::{Sample, Sweep};
use crate::diagnose::expectations::{Status, Verdict, count};
use crate::diagnose::fixes::propose::REFERENCE;
use crate::diagnose::{LEARNED, references};
use crate::report::page::Page;
use crate::report::shared::axes::{AxisView, axis};
use crate::report::shared::commands::rest;
use crate::report::shared::markdown::to_html;
use crate::report::shared::number::{duration, percent};
use crate::report::shared::stats::total_time;
use crate::results::Results;
use serde::Serialize;

/// The page of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepView {
    /// Title of the sweep.
    pub title: String,
    /// The page's folder.
    pub name: String,
    /// Path of the sweep file.
    pub path: String,
    /// Safe HTML of the `about` text.
    pub about: String,
    /// `6 cells × 5 seeds = 30 runs`, with the sampling method.
    pub shape: String,
    /// Total time of all runs.
    pub time: String,
    /// Missing and incomplete runs, in a sentence; empty without any.
    pub missing: String,
    /// Verdicts, in the order of the file.
    pub verdicts: Vec<VerdictView>,
    /// `1 fail, 3 pass`.
    pub verdict_sentence: String,
    /// Views of the axes.
    pub axes: Vec<AxisView>,
    /// The diagnosis map.
    pub map: Map,
    /// Why a place of the map has no cell.
    pub absent: &'static str,
    /// Reference runs and their skills, as sentences.
    pub references: Vec<String>,
    /// The share of the reference skill from which a run has learned: `85%`.
    pub learned_from: String,
    /// Text of the sweep file.
    pub source: String,
}

/// One expectation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerdictView {
    /// Name of the expectation.
    pub name: String,
    /// Line in the file.
    pub line: usize,
    /// `pass`, `fail` or `inconclusive`.
    pub status: &'static str,
    /// The measured result.
    pub sentence: String,
    /// Results by cell.
    pub cells: Vec<CellVerdictView>,
}

/// One expectation in one cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CellVerdictView {
    /// Index of the cell.
    pub index: usize,
    /// Name of the cell.
    pub name: String,
    /// `pass`, `fail` or `inconclusive`.
    pub status: &'static str,
    /// Seeds that pass: `4 of 5 seeds`.
    pub seeds: String,
    /// The measured result.
    pub sentence: String,
}

/// Returns the texts of a sweep's page; `table` is the table of its cells.
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
        time: duration(total_time(page.results)),
        missing: missing(page.sweep, page.results),
        verdict_sentence: verdict_sentence(page.verdicts),
        verdicts,
        map: map(page.results, page.diagnoses, &axes),
        absent: match page.sweep.sample {
            Some(_) => "not sampled",
            None if page.results.are_imported => "no trace",
            None => "excluded",
        },
        references: references(page.results)
            .into_iter()
            .map(|sentence| format!("{sentence}. Network: {REFERENCE}."))
            .collect(),
        learned_from: percent(LEARNED.value),
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

/// Returns `, sampled by sobol`; empty for a grid.
fn drawn(sweep: &Sweep) -> String {
    let drawn = |sample: Sample| format!(", sampled by {}", sample.method.name());
    sweep.sample.map_or(String::new(), drawn)
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
        let of = count(runs().count(), "run");
        parts.push(match results.are_imported {
            true => format!("no trace for {untrained} of {of}"),
            false => format!(
                "{untrained} of {of} not trained yet ({} trains missing runs)",
                rest(sweep)
            ),
        });
    }
    if cut > 0 {
        parts.push(format!("{cut} crashed or timed out, excluded from medians"));
    }
    if too_large > 0 {
        parts.push(match results.are_imported {
            true => format!("{too_large} too large for memory"),
            false => format!("{too_large} too large for memory ({} retries)", rest(sweep)),
        });
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
