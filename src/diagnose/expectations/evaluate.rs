//! Checks an expectation in every run of one cell.

use super::measure::{Measured, measure, smaller_is_better};
use super::verdict::Status;
use crate::codes::{Code, OutcomeName};
use crate::config::{ExpectationCheck, Quantity, Value};
use crate::diagnose::CellDiagnosis;
use crate::diagnose::fixes::FixResult;
use crate::results::{CellResults, Results, RunResult};
use crate::trace::Trace;

/// An expectation in one cell.
pub(super) struct EvaluatedCell<'a> {
    /// One entry per check, in the order of the file.
    pub checks: Vec<EvaluatedCheck<'a>>,
    /// One answer per run, over all checks.
    pub runs: Vec<Answer>,
    /// Required number of passing runs.
    pub required: usize,
}

/// A cell with its diagnosis and fixes.
pub(super) struct DiagnosedCell<'a> {
    pub cell: &'a CellResults,
    pub diagnosis: &'a CellDiagnosis,
    /// The trained fixes that expectations name.
    pub fixes: Vec<&'a FixResult>,
}

/// One check in one cell.
pub(super) struct EvaluatedCheck<'a> {
    pub check: &'a ExpectationCheck,
    /// The trained fix, for `fixed_by`.
    pub fix: Option<&'a FixResult>,
    /// One entry per run.
    pub runs: Vec<EvaluatedRun>,
}

/// One check of one run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EvaluatedRun {
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

impl EvaluatedCell<'_> {
    pub fn passed(&self) -> usize {
        self.runs.iter().filter(|a| **a == Answer::Pass).count()
    }

    pub fn undecided(&self) -> usize {
        let open = |answer: &&Answer| matches!(answer, Answer::Undecided(_));
        self.runs.iter().filter(open).count()
    }

    pub fn status(&self) -> Status {
        // `required` is at most the number of runs.
        if self.passed() >= self.required && !self.runs.is_empty() {
            Status::Pass
        } else if self.passed() + self.undecided() >= self.required {
            Status::Inconclusive
        } else {
            Status::Fail
        }
    }
}

/// Evaluates every check in every run of a cell.
pub(super) fn evaluate<'a>(
    checks: &'a [ExpectationCheck],
    own: &DiagnosedCell<'a>,
    results: &Results,
    required: usize,
) -> EvaluatedCell<'a> {
    let checks: Vec<EvaluatedCheck> = checks
        .iter()
        .map(|check| {
            let fix = match check {
                ExpectationCheck::FixedBy(kind) => {
                    let mut fixes = own.fixes.iter();
                    fixes.find(|fix| fix.expected.kind == *kind).copied()
                }
                ExpectationCheck::Bound { .. }
                | ExpectationCheck::Outcome(_)
                | ExpectationCheck::Diagnosis(_)
                | ExpectationCheck::BetterThan { .. } => None,
            };
            EvaluatedCheck {
                check,
                fix,
                runs: in_runs(check, own, fix, results),
            }
        })
        .collect();
    let runs = (0..own.cell.runs.len())
        .map(|run| {
            let answers = checks.iter().map(|checked| checked.runs[run].answer);
            answers.max().unwrap_or(Answer::Pass)
        })
        .collect();
    EvaluatedCell {
        checks,
        runs,
        required,
    }
}

/// Evaluates one check in every run.
fn in_runs(
    check: &ExpectationCheck,
    own: &DiagnosedCell,
    fix: Option<&FixResult>,
    results: &Results,
) -> Vec<EvaluatedRun> {
    let DiagnosedCell {
        cell, diagnosis, ..
    } = own;
    let other = match check {
        ExpectationCheck::BetterThan { other, .. } => counterpart(cell, other, results),
        ExpectationCheck::Bound { .. }
        | ExpectationCheck::Outcome(_)
        | ExpectationCheck::Diagnosis(_)
        | ExpectationCheck::FixedBy(_) => None,
    };
    cell.runs
        .iter()
        .enumerate()
        .map(|(place, run)| {
            let Some(trace) = run.trace() else {
                return EvaluatedRun::open(MISSING, None);
            };
            match check {
                ExpectationCheck::Outcome(wanted) => outcome(trace, wanted),
                ExpectationCheck::Diagnosis(wanted) => {
                    let code = diagnosis.of_run(place).map(|diagnosis| diagnosis.code);
                    named(trace, run.run.seed, code, wanted)
                }
                ExpectationCheck::FixedBy(_) => fixed(trace, fix),
                ExpectationCheck::Bound { quantity, bounds } => {
                    bound(trace, *quantity, |value| bounds.contain(value))
                }
                ExpectationCheck::BetterThan { quantity, .. } => {
                    better(trace, run, *quantity, other)
                }
            }
        })
        .collect()
}

impl EvaluatedRun {
    fn open(why: &'static str, outcome: Option<&'static str>) -> EvaluatedRun {
        EvaluatedRun {
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
fn outcome(trace: &Trace, wanted: &[OutcomeName]) -> EvaluatedRun {
    EvaluatedRun {
        answer: answer(wanted.contains(&trace.outcome.kind())),
        ..EvaluatedRun::open("", Some(trace.outcome.name()))
    }
}

/// Checks the diagnosis, which an incomplete run does not have.
fn named(trace: &Trace, seed: u64, code: Option<Code>, wanted: &[Code]) -> EvaluatedRun {
    let outcome = Some(trace.outcome.name());
    let code = code.filter(|_| trace.outcome.is_complete());
    match code {
        None => EvaluatedRun::open(unfinished(trace), outcome),
        Some(code) => EvaluatedRun {
            answer: answer(wanted.contains(&code)),
            diagnosis: Some((seed, code)),
            ..EvaluatedRun::open("", outcome)
        },
    }
}

/// Checks a fix, which gives the same answer for every seed of the cell.
fn fixed(trace: &Trace, fix: Option<&FixResult>) -> EvaluatedRun {
    let outcome = Some(trace.outcome.name());
    let Some(fix) = fix else {
        return EvaluatedRun::open(FEW_SEEDS, outcome);
    };
    match &fix.best {
        Some((_, effect)) if effect.fixed >= fix.expected.needed => EvaluatedRun {
            answer: Answer::Pass,
            ..EvaluatedRun::open("", outcome)
        },
        Some((_, effect)) if effect.fixed + effect.open >= fix.expected.needed => {
            EvaluatedRun::open(UNTRIED, outcome)
        }
        _ => EvaluatedRun {
            answer: Answer::Fail,
            ..EvaluatedRun::open("", outcome)
        },
    }
}

fn bound(trace: &Trace, quantity: Quantity, holds: impl Fn(f64) -> bool) -> EvaluatedRun {
    let outcome = Some(trace.outcome.name());
    match measure(trace, quantity) {
        Measured::Value(value) => EvaluatedRun {
            answer: answer(holds(value)),
            value: Some(value),
            ..EvaluatedRun::open("", outcome)
        },
        Measured::Absent(why) => EvaluatedRun::open(why, outcome),
        Measured::Unfinished => EvaluatedRun::open(unfinished(trace), outcome),
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
fn better(
    trace: &Trace,
    run: &RunResult,
    quantity: Quantity,
    other: Option<&CellResults>,
) -> EvaluatedRun {
    let Some(other) = other else {
        return EvaluatedRun::open(NO_OTHER, Some(trace.outcome.name()));
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
    let mut evaluated = match rival {
        Measured::Value(theirs) => bound(trace, quantity, |own| cost(own) < cost(theirs)),
        Measured::Absent(why) => EvaluatedRun::open(why, Some(trace.outcome.name())),
        Measured::Unfinished => EvaluatedRun::open(OTHER_UNFINISHED, Some(trace.outcome.name())),
    };
    evaluated.other = match rival {
        Measured::Value(theirs) => Some(theirs),
        Measured::Absent(_) | Measured::Unfinished => None,
    };
    evaluated
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
