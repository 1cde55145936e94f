//! The index of all sweeps, `index.html`, from the summaries next to the pages of the sweeps.

mod thumbnail;

use super::rendering::render;
use crate::codes::OutcomeName;
use crate::config::Quantity;
use crate::diagnose::CellDiagnosis;
use crate::diagnose::expectations::{Status, count, over_seeds};
use crate::report::error::ReportError;
use crate::report::files::address;
use crate::report::page::Page;
use crate::report::shared::number::{bytes, duration, number};
use crate::report::shared::outcome::outcome_word;
use crate::report::shared::stats::total_time;
use crate::report::templates::Templates;
use crate::trace::Real;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use thumbnail::{Drawing, ThumbnailGrid, draw, grid};

/// Format of `sweep.json`; other formats are not read.
pub const FORMAT: u32 = 3;

/// `sweep.json`: the summary of a sweep for the index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepSummary {
    /// [`FORMAT`].
    pub format: u32,
    /// The page's folder.
    pub name: String,
    /// Title of the sweep.
    pub title: String,
    /// Path of the sweep file.
    pub path: String,
    /// Number of cells.
    pub cells: usize,
    /// Number of runs, trained or not.
    pub runs: usize,
    /// Number of runs that learned their training rows, according to their diagnoses.
    pub learned: usize,
    /// Number of runs by outcome, for outcomes that occur.
    pub outcomes: Vec<(String, usize)>,
    /// Number of runs that are not trained.
    pub missing: usize,
    /// Whether it was written during training.
    #[serde(default)]
    pub running: bool,
    /// Whether other programs trained the runs.
    #[serde(default, skip_serializing_if = "is_false")]
    pub imported: bool,
    /// Expectations by verdict.
    pub verdicts: Verdicts,
    /// Diagnoses of the cells.
    pub grid: ThumbnailGrid,
    /// Total time of all runs.
    pub time: Duration,
    /// Lowest final training loss of a run.
    pub best_loss: Option<Real>,
    /// Highest final training skill of a run.
    pub best_skill: Option<Real>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Numbers of expectations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Verdicts {
    /// Expectations that hold.
    pub pass: usize,
    /// Expectations that do not hold.
    pub fail: usize,
    /// Expectations that can't be decided.
    pub inconclusive: usize,
}

/// Returns the summary of a sweep.
pub fn summary(page: &Page) -> SweepSummary {
    let runs = || page.results.cells.iter().flat_map(|cell| &cell.runs);
    let ended = |name: &str| {
        page.results
            .traces()
            .filter(|t| t.outcome.name() == name)
            .count()
    };
    let verdicts = |status| page.verdicts.iter().filter(|v| v.status == status).count();
    let all = |quantity| {
        let cells = page.results.cells.iter();
        cells.flat_map(move |cell| over_seeds(cell, quantity))
    };
    let finite = |value: &f64| value.is_finite();
    SweepSummary {
        format: FORMAT,
        name: page.name.to_owned(),
        title: page.sweep.title.clone(),
        path: page.sweep.path.display().to_string(),
        cells: page.results.cells.len(),
        runs: runs().count(),
        learned: page.diagnoses.iter().map(CellDiagnosis::learned).sum(),
        outcomes: OutcomeName::ALL
            .map(OutcomeName::name)
            .into_iter()
            .map(|name| (name.to_owned(), ended(name)))
            .filter(|(_, n)| *n > 0)
            .collect(),
        missing: runs().filter(|run| run.trained.is_none()).count(),
        running: page.running.is_some(),
        imported: page.results.are_imported,
        verdicts: Verdicts {
            pass: verdicts(Status::Pass),
            fail: verdicts(Status::Fail),
            inconclusive: verdicts(Status::Inconclusive),
        },
        grid: grid(page),
        time: total_time(page.results),
        best_loss: all(Quantity::TrainLoss)
            .filter(finite)
            .reduce(f64::min)
            .map(Real),
        best_skill: all(Quantity::Skill)
            .filter(finite)
            .reduce(f64::max)
            .map(Real),
    }
}

/// One row of the index.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndexRow {
    /// The page's folder.
    pub name: String,
    /// Address of the page.
    pub href: String,
    /// Address of the page of its runs, without the run ID.
    pub runs: String,
    /// The summary, or why it can't be read.
    pub content: Content,
    /// Size of the page and its runs.
    pub size: String,
}

/// The summary of a sweep as text, or why it can't be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// The summary as text.
    Read(Box<Words>),
    /// Why the summary can't be read.
    Unreadable(String),
}

/// A summary as text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Words {
    /// Title of the sweep.
    pub title: String,
    /// Path of the sweep file.
    pub path: String,
    /// Cells by diagnosis; none without cells.
    pub map: Option<Drawing>,
    /// `20 of 30 runs learned`; empty without skills.
    pub learned: String,
    /// Counts of runs that did not end normally, by outcome; empty without any.
    pub trouble: String,
    /// Total time of all runs.
    pub time: String,
    /// Expectations by verdict.
    pub verdicts: Verdicts,
    /// Lowest final training loss of a run.
    pub loss: String,
    /// Highest final training skill of a run.
    pub skill: String,
}

/// Returns a row of the index; `summary` is the text of `sweep.json`, or why it can't be read.
pub fn entry(name: &str, summary: Result<&[u8], String>, size: u64) -> IndexRow {
    let read = summary.and_then(|text| {
        serde_json::from_slice::<SweepSummary>(text).map_err(|error| error.to_string())
    });
    IndexRow {
        name: name.to_owned(),
        href: address(&format!("{name}/index.html")),
        runs: address(&format!("{name}/run.html")),
        content: match read {
            Ok(summary) if summary.format == FORMAT => Content::Read(Box::new(words(&summary))),
            Ok(summary) => Content::Unreadable(format!(
                "format {} is not supported, this version reads {FORMAT}; run the sweep again",
                summary.format
            )),
            Err(why) => Content::Unreadable(why),
        },
        size: bytes(size),
    }
}

/// Renders the index of these entries.
///
/// # Errors
/// [`ReportError::Render`].
pub fn html(templates: &Templates, entries: &[IndexRow]) -> Result<String, ReportError> {
    render(templates, "index.html", &entries, "", None)
}

fn words(summary: &SweepSummary) -> Words {
    let is_good = |name: &str| matches!(name, "finished" | "converged" | "stopped-early");
    let bad = summary.outcomes.iter().filter(|(name, _)| !is_good(name));
    let bad = bad.map(|(name, n)| (*n, outcome_word(name)));
    let missing = match (summary.running, summary.imported) {
        (true, _) => "pending",
        (false, true) => "without a trace",
        (false, false) => "not trained",
    };
    let missing = (summary.missing, missing.to_owned());
    let trouble = bad.chain([missing]).filter(|(n, _)| *n > 0);
    let trouble = trouble.map(|(n, what)| format!("{} {what}", count(n, "run")));
    let real = |value: Option<Real>| value.map_or("–".to_owned(), |v| number(v.0));
    Words {
        title: summary.title.clone(),
        path: summary.path.clone(),
        map: draw(&summary.grid),
        learned: match summary.best_skill {
            Some(_) => format!(
                "{} of {} learned",
                summary.learned,
                count(summary.runs, "run")
            ),
            None => String::new(),
        },
        trouble: trouble.collect::<Vec<_>>().join(", "),
        time: match summary.imported && summary.time.is_zero() {
            true => "–".to_owned(),
            false => duration(summary.time),
        },
        verdicts: summary.verdicts,
        loss: real(summary.best_loss),
        skill: real(summary.best_skill),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_that_cannot_be_read_says_why() {
        for text in ["", "{}", "[1", r#"{"format": 99}"#] {
            let entry = entry("a", Ok(text.as_bytes()), 10);
            assert!(matches!(entry.content, Content::Unreadable(_)), "{text}");
        }
    }
}
