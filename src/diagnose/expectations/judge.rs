//! Checks an expectation in every run of one cell.

use super::Status;
use super::measure::{Measured, measure, smaller_is_better};
use crate::codes::{Code, OutcomeName};
use crate::config::{Check, Quantity, Value};
use crate::diagnose::CellDiagnosis;
use crate::diagnose::fixes::Cure;
use crate::results::{CellResults, Results, RunResult};
use crate::trace::Trace;

/// An expectation in one cell.
pub(super) struct Judged<'a> {
    /// One entry per check, in the order of the file.
    pub checks: Vec<Checked<'a>>,
    /// One answer per run, over all checks.
    pub runs: Vec<Answer>,
    /// Required number of passing runs.
    pub wanted: usize,
}

/// A cell with its diagnosis and fixes.
pub(super) struct Own<'a> {
    pub cell: &'a CellResults,
    pub diagnosis: &'a CellDiagnosis,
    /// The tested fixes that expectations name.
    pub cures: Vec<&'a Cure>,
}

/// One check in one cell.
pub(super) struct Checked<'a> {
    pub check: &'a Check,
    /// The tested fix, for `fixed_by`.
    pub cure: Option<&'a Cure>,
    /// One entry per run.
    pub seen: Vec<Seen>,
}

/// One check of one run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    pub answer: Answer,
    /// The measured value.
    pub value: Option<f64>,
    /// The value of the other cell, for `better_than`.
    pub other: Option<f64>,
    /// The outcome of the run, if it has ended.
    pub outcome: Option<&'static str>,
    /// Its seed and diagnosis, for `diagnosis`.
    pub diagnosis: Option<(u64, Code)>,
}

/// The answer of a check, ordered so that the maximum is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Answer {
    Pass,
    /// Why the check is undecided.
    Undecided(&'static str),
    Fail,
}

pub(super) const MISSING: &str = "not trained";
pub(super) const UNFINISHED: &str = "crashed or timed out";
pub(super) const TOO_LARGE: &str = "too large for memory";
pub(super) const OTHER_UNFINISHED: &str = "the other cell has no completed run with this seed";
pub(super) const UNTRIED: &str = "the fix has missing or incomplete runs";
pub(super) const FEW_SEEDS: &str = "too few seeds to verify a fix";
pub(super) const NO_OTHER: &str = "there is no other cell to compare with";

impl Judged<'_> {
    pub fn passed(&self) -> usize {
        self.runs.iter().filter(|a| **a == Answer::Pass).count()
    }

    pub fn undecided(&self) -> usize {
        let open = |answer: &&Answer| matches!(answer, Answer::Undecided(_));
        self.runs.iter().filter(open).count()
    }

    pub fn status(&self) -> Status {
        // `wanted` is at most the number of runs.
        if self.passed() >= self.wanted && !self.runs.is_empty() {
            Status::Pass
        } else if self.passed() + self.undecided() >= self.wanted {
            Status::Inconclusive
        } else {
            Status::Fail
        }
    }
}

/// Evaluates every check in every run of a cell.
pub(super) fn judge<'a>(
    checks: &'a [Check],
    own: &Own<'a>,
    results: &Results,
    wanted: usize,
) -> Judged<'a> {
    let checks: Vec<Checked> = checks
        .iter()
        .map(|check| {
            let cure = match check {
                Check::CuredBy(remedy) => {
                    let mut cures = own.cures.iter();
                    cures.find(|cure| cure.wanted.remedy == *remedy).copied()
                }
                Check::Bound { .. }
                | Check::Outcome(_)
                | Check::Diagnosis(_)
                | Check::BetterThan { .. } => None,
            };
            Checked {
                check,
                cure,
                seen: see(check, own, cure, results),
            }
        })
        .collect();
    let runs = (0..own.cell.runs.len())
        .map(|run| {
            let answers = checks.iter().map(|checked| checked.seen[run].answer);
            answers.max().unwrap_or(Answer::Pass)
        })
        .collect();
    Judged {
        checks,
        runs,
        wanted,
    }
}

/// Evaluates one check in every run.
fn see(check: &Check, own: &Own, cure: Option<&Cure>, results: &Results) -> Vec<Seen> {
    let Own {
        cell, diagnosis, ..
    } = own;
    let other = match check {
        Check::BetterThan { other, .. } => counterpart(cell, other, results),
        Check::Bound { .. } | Check::Outcome(_) | Check::Diagnosis(_) | Check::CuredBy(_) => None,
    };
    cell.runs
        .iter()
        .enumerate()
        .map(|(place, run)| {
            let Some(trace) = run.trace() else {
                return Seen::open(MISSING, None);
            };
            match check {
                Check::Outcome(wanted) => outcome(trace, wanted),
                Check::Diagnosis(wanted) => {
                    let code = diagnosis.of_run(place).map(|diagnosis| diagnosis.code);
                    named(trace, run.run.seed, code, wanted)
                }
                Check::CuredBy(_) => cured(trace, cure),
                Check::Bound { quantity, bounds } => {
                    bound(trace, *quantity, |value| bounds.contain(value))
                }
                Check::BetterThan { quantity, .. } => better(trace, run, *quantity, other),
            }
        })
        .collect()
}

impl Seen {
    fn open(why: &'static str, outcome: Option<&'static str>) -> Seen {
        Seen {
            answer: Answer::Undecided(why),
            value: None,
            other: None,
            outcome,
            diagnosis: None,
        }
    }
}

fn answer(holds: bool) -> Answer {
    if holds { Answer::Pass } else { Answer::Fail }
}

/// Checks the outcome, which a crashed run has, too.
fn outcome(trace: &Trace, wanted: &[OutcomeName]) -> Seen {
    Seen {
        answer: answer(wanted.contains(&trace.outcome.kind())),
        ..Seen::open("", Some(trace.outcome.name()))
    }
}

/// Checks the diagnosis, which an incomplete run does not have.
fn named(trace: &Trace, seed: u64, code: Option<Code>, wanted: &[Code]) -> Seen {
    let outcome = Some(trace.outcome.name());
    let code = code.filter(|_| trace.outcome.is_complete());
    match code {
        None => Seen::open(unfinished(trace), outcome),
        Some(code) => Seen {
            answer: answer(wanted.contains(&code)),
            diagnosis: Some((seed, code)),
            ..Seen::open("", outcome)
        },
    }
}

/// Checks a fix, which gives the same answer for every seed of the cell.
fn cured(trace: &Trace, cure: Option<&Cure>) -> Seen {
    let outcome = Some(trace.outcome.name());
    let Some(cure) = cure else {
        return Seen::open(FEW_SEEDS, outcome);
    };
    match &cure.dose {
        Some((_, judged)) if judged.cured >= cure.wanted.needed => Seen {
            answer: Answer::Pass,
            ..Seen::open("", outcome)
        },
        Some((_, judged)) if judged.cured + judged.open >= cure.wanted.needed => {
            Seen::open(UNTRIED, outcome)
        }
        _ => Seen {
            answer: Answer::Fail,
            ..Seen::open("", outcome)
        },
    }
}

fn bound(trace: &Trace, quantity: Quantity, holds: impl Fn(f64) -> bool) -> Seen {
    let outcome = Some(trace.outcome.name());
    match measure(trace, quantity) {
        Measured::Value(value) => Seen {
            answer: answer(holds(value)),
            value: Some(value),
            ..Seen::open("", outcome)
        },
        Measured::Absent(why) => Seen::open(why, outcome),
        Measured::Unfinished => Seen::open(unfinished(trace), outcome),
    }
}

/// Returns why an incomplete run is undecided.
fn unfinished(trace: &Trace) -> &'static str {
    match trace.outcome.is_too_large() {
        true => TOO_LARGE,
        false => UNFINISHED,
    }
}

/// Compares a run with the run of the same seed in the other cell. Values that are not finite are worst, and equal.
fn better(trace: &Trace, run: &RunResult, quantity: Quantity, other: Option<&CellResults>) -> Seen {
    let Some(other) = other else {
        return Seen::open(NO_OTHER, Some(trace.outcome.name()));
    };
    let rival = other.runs.iter().find(|r| r.run.seed == run.run.seed);
    let rival = rival.and_then(RunResult::trace);
    let rival = rival.map_or(Measured::Unfinished, |rival| measure(rival, quantity));
    // Costs, where lower is better.
    let cost = |value: f64| match (value.is_nan(), smaller_is_better(quantity)) {
        (true, _) => f64::INFINITY,
        (false, true) => value,
        (false, false) => -value,
    };
    let mut seen = match rival {
        Measured::Value(theirs) => bound(trace, quantity, |own| cost(own) < cost(theirs)),
        Measured::Absent(why) => Seen::open(why, Some(trace.outcome.name())),
        Measured::Unfinished => Seen::open(OTHER_UNFINISHED, Some(trace.outcome.name())),
    };
    seen.other = match rival {
        Measured::Value(theirs) => Some(theirs),
        Measured::Absent(_) | Measured::Unfinished => None,
    };
    seen
}

/// Returns the cell that `better_than` compares with.
fn counterpart<'a>(
    cell: &CellResults,
    other: &[(String, Value)],
    results: &'a Results,
) -> Option<&'a CellResults> {
    let cells = results.cells.iter();
    // Pruned cells are not compared.
    let mut cells = cells.filter(|candidate| !candidate.is_stopped());
    cells.find(|candidate| candidate.cell.is_counterpart(&cell.cell, other))
}
