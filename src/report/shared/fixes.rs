//! Fixes of the failing cells, as text and table.

use super::number::number;
use super::spark::pair;
use crate::diagnose::expectations::count;
use crate::diagnose::fixes::{
    Failure, FixStatus, Fixes, RejectedFix, TrainedFix, compared, kind, pairs, rejected_pairs,
    title, to_set,
};
use crate::trace::Real;
use serde::Serialize;

/// The section of a sweep's page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FixesView {
    /// Comparison with random changes; empty if they were not trained.
    pub control: String,
    /// The failing cells.
    pub cells: Vec<FixedCell>,
}

/// One failing cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FixedCell {
    /// Index of the cell.
    pub index: usize,
    /// Name of the cell.
    pub name: String,
    /// Diagnosis by seeds.
    pub diagnosis: String,
    /// `fixed`, `not fixed`, `without an applicable fix` or `unknown, runs are missing`.
    pub status: &'static str,
    /// The smallest verified fix: `lr = 0.01, in 5 of 5 seeds`; empty without one.
    pub by: String,
    /// Which of two causes the results support; empty if only one fits.
    pub decided: String,
    /// The measured quantity.
    pub measure: String,
    /// The trained changes.
    pub rows: Vec<TrialRow>,
    /// Suggested changes that are not legal, with the reasons.
    pub rejected: Vec<RejectedRow>,
    /// Median loss before, and after the smallest verified fix: paths of an SVG of 200 × 56.
    pub spark: Option<[String; 2]>,
    /// Whether its losses before and after can be drawn.
    pub drawn: bool,
    /// The sections that the smallest verified fix sets: `[base]`; empty without one.
    pub sections: String,
    /// The smallest verified fix, as lines of these sections; empty without one.
    pub toml: String,
}

/// A suggested change that is not legal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RejectedRow {
    /// The kind of change.
    pub remedy: String,
    /// Keys with their new values; empty if the reason has them.
    pub edits: String,
    /// Why it is not legal.
    pub why: String,
}

/// A trained change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrialRow {
    /// The kind of change.
    pub remedy: String,
    /// Keys with their new values.
    pub edits: String,
    /// Median before.
    pub before: String,
    /// Median after.
    pub after: String,
    /// Seeds in which it works: `4 of 5 seeds`.
    pub cured: String,
    /// Whether it works in most seeds.
    pub verified: bool,
}

/// Returns the view of the fixes of a sweep.
pub fn fixes(fixes: &Fixes) -> FixesView {
    let control = fixes.control.as_ref();
    let control = control.map(|control| format!("Fixed: {}.", compared(control)));
    FixesView {
        control: control.unwrap_or_default(),
        cells: fixes.failures.iter().map(cell).collect(),
    }
}

fn cell(failure: &Failure) -> FixedCell {
    let first = failure.verified_fixes().next();
    let random = |trial: &TrainedFix| trial.control.as_ref().map(|random| row(failure, random));
    let rows = failure.trials.iter();
    let rows = rows.flat_map(|trial| [Some(row(failure, trial)), random(trial)]);
    let (sections, toml) = first.map(|trial| to_set(&trial.toml)).unwrap_or_default();
    FixedCell {
        index: failure.cell,
        name: failure.name.clone(),
        diagnosis: failure.diagnosis.clone(),
        status: match failure.status {
            FixStatus::Fixed => "fixed",
            FixStatus::NotFixed => "not fixed",
            FixStatus::NothingKnown => "without an applicable fix",
            FixStatus::Open => "unknown, runs are missing",
        },
        by: first.map(by).unwrap_or_default(),
        decided: failure.decided.clone().unwrap_or_default(),
        measure: failure.measure.replace('_', " "),
        rows: rows.flatten().collect(),
        rejected: failure.rejected.iter().map(rejected).collect(),
        spark: first.and_then(|trial| pair(&failure.courses.median, &trial.courses.median)),
        drawn: is_drawn(failure),
        sections,
        toml,
    }
}

fn rejected(fix: &RejectedFix) -> RejectedRow {
    RejectedRow {
        remedy: title(&fix.remedy).to_owned(),
        edits: rejected_pairs(fix),
        why: fix.message.clone(),
    }
}

fn by(trial: &TrainedFix) -> String {
    let seeds = count(trial.of, "seed");
    format!("{}, in {} of {seeds}", pairs(&trial.edits), trial.cured)
}

fn row(failure: &Failure, trial: &TrainedFix) -> TrialRow {
    TrialRow {
        remedy: kind(trial).to_owned(),
        edits: pairs(&trial.edits),
        before: known(failure.before),
        after: known(trial.after),
        cured: format!("{} of {}", trial.cured, count(trial.of, "seed")),
        verified: trial.verified,
    }
}

/// Formats a skill, `–` if it is not known.
fn known(skill: Option<Real>) -> String {
    skill.map_or_else(|| "–".to_owned(), |skill| number(skill.0))
}

/// Returns whether a failing cell has a trained fix with stored losses.
pub fn is_drawn(failure: &Failure) -> bool {
    failure.trials.iter().any(has_losses)
}

/// Returns whether the losses of a trained fix are stored.
pub fn has_losses(trial: &TrainedFix) -> bool {
    !trial.courses.seeds.is_empty()
}
