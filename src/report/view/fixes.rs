//! What cures the failing cells, in words and in one table.

use super::cure::is_drawn;
use super::spark::pair;
use crate::expect::count;
use crate::fix::{Failure, Fixes, RejectedFix, Status, Trial, compared, kind, pairs};
use crate::report::number::number;
use crate::trace::Real;
use serde::Serialize;

/// The section of a sweep's page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FixesView {
    /// How prescriptions compare with random changes; empty where those were not tried.
    pub control: String,
    /// The failing cells.
    pub cells: Vec<FixedCell>,
}

/// One failing cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FixedCell {
    /// Index of the cell.
    pub index: usize,
    /// What sets it apart.
    pub name: String,
    /// What is wrong with it, by seeds.
    pub diagnosis: String,
    /// `cured`, `not cured`, `not known`.
    pub status: &'static str,
    /// `lr = 0.01, in 5 of 5 seeds`: the smallest change that is verified; empty where none is.
    pub by: String,
    /// Which of two causes the trials speak for; empty where only one would fit.
    pub decided: String,
    /// What is measured.
    pub measure: String,
    /// What was tried.
    pub rows: Vec<TrialRow>,
    /// Suggested changes that are not legal, with the reasons.
    pub rejected: Vec<RejectedRow>,
    /// Median loss before, and after the smallest change that is verified: paths of an SVG of 200 × 56.
    pub spark: Option<[String; 2]>,
    /// Whether its losses before and after can be drawn.
    pub drawn: bool,
    /// The smallest change that is verified, as lines of a sweep file; empty where none is.
    pub toml: String,
}

/// One change that is not legal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RejectedRow {
    /// What kind of change.
    pub remedy: String,
    /// Keys with their new values; may be empty.
    pub edits: String,
    /// Why it is not legal.
    pub why: String,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrialRow {
    /// What kind of change.
    pub remedy: String,
    /// Keys with their new values.
    pub edits: String,
    /// Median before.
    pub before: String,
    /// Median after.
    pub after: String,
    /// `4 of 5 seeds`.
    pub cured: String,
    /// Whether most seeds are cured.
    pub verified: bool,
}

/// The words of what was tried.
pub fn fixes(fixes: &Fixes) -> FixesView {
    let control = fixes.control.as_ref();
    let control = control.map(|control| format!("Of these cells, {}.", compared(control)));
    FixesView {
        control: control.unwrap_or_default(),
        cells: fixes.failures.iter().map(cell).collect(),
    }
}

fn cell(failure: &Failure) -> FixedCell {
    let first = failure.cures().next();
    let random = |trial: &Trial| trial.control.as_ref().map(|random| row(failure, random));
    let rows = failure.trials.iter();
    let rows = rows.flat_map(|trial| [Some(row(failure, trial)), random(trial)]);
    FixedCell {
        index: failure.cell,
        name: failure.name.clone(),
        diagnosis: failure.diagnosis.clone(),
        status: match failure.status {
            Status::Cured => "cured",
            Status::NotCured => "not cured",
            Status::NothingKnown => "nothing to try",
            Status::Open => "not known",
        },
        by: first.map(by).unwrap_or_default(),
        decided: failure.decided.clone().unwrap_or_default(),
        measure: failure.measure.replace('_', " "),
        rows: rows.flatten().collect(),
        rejected: failure.rejected.iter().map(rejected).collect(),
        spark: first.and_then(|trial| pair(&failure.courses.median, &trial.courses.median)),
        drawn: is_drawn(failure),
        toml: first.map(|trial| trial.toml.clone()).unwrap_or_default(),
    }
}

fn rejected(fix: &RejectedFix) -> RejectedRow {
    RejectedRow {
        remedy: fix.remedy.clone(),
        edits: pairs(&fix.edits),
        why: fix.message.clone(),
    }
}

fn by(trial: &Trial) -> String {
    let seeds = count(trial.of, "seed");
    format!("{}, in {} of {seeds}", pairs(&trial.edits), trial.cured)
}

fn row(failure: &Failure, trial: &Trial) -> TrialRow {
    TrialRow {
        remedy: kind(trial).to_owned(),
        edits: pairs(&trial.edits),
        before: known(failure.before),
        after: known(trial.after),
        cured: format!("{} of {}", trial.cured, count(trial.of, "seed")),
        verified: trial.verified,
    }
}

/// A skill that may not be known.
fn known(skill: Option<Real>) -> String {
    skill.map_or_else(|| "–".to_owned(), |skill| number(skill.0))
}
