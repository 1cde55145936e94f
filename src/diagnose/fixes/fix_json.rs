//! The results of all fixes as plain data, for the terminal, the page and `fix.json`. Names of fields and of
//! variants are those of the file.

use super::loss_curves::{LossCurves, ShownLosses};
use super::propose::toml;
use crate::config::Value;
use crate::config::deprecated::{FIXED_BY, current, renewed, renewed_message, renewed_name};
use crate::results::Results;
use crate::trace::Real;
use serde::{Deserialize, Serialize};

/// Format of `fix.json`; other formats are not read.
pub const FORMAT: u32 = 2;

/// The results of the fixes of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fixes {
    /// [`FORMAT`].
    pub format: u32,
    /// The failing cells, in the order of the grid.
    pub failures: Vec<Failure>,
    /// The comparison with random changes, if they were trained.
    pub control: Option<Control>,
}

/// The comparison of fixes and random changes, in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// Cells with a verified fix.
    pub prescriptions: usize,
    /// Cells for which a random change works.
    pub random: usize,
    /// Cells for which both were trained.
    pub of: usize,
}

/// A failing cell and its fixes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Index of the cell.
    pub cell: usize,
    /// Name of the cell.
    pub name: String,
    /// The most frequent diagnosis of its failed seeds.
    pub code: String,
    /// By seeds: `vanishing-gradients 4/5, unclear 1/5`.
    pub diagnosis: String,
    /// A second cause that fits.
    pub second: Option<String>,
    /// The measured quantity: `skill`, or `validation_skill` if the failure is overfitting.
    pub measure: String,
    /// Its median over the seeds.
    pub before: Option<Real>,
    /// Which losses the curves of the cell and its fixes show.
    pub followed: ShownLosses,
    /// Loss curves of the unchanged cell.
    pub courses: LossCurves,
    /// Whether a fix works.
    pub status: FixStatus,
    /// Which of two causes the results support, if two fit.
    pub decided: Option<String>,
    /// The trained fixes, the smallest change first.
    pub trials: Vec<TrainedFix>,
    /// Suggested changes that are not legal, in the order of the table.
    #[serde(default)]
    pub rejected: Vec<RejectedFix>,
    /// IDs of its runs. The results do not apply to a cell with other runs.
    pub runs: Vec<String>,
}

/// The status of a failing cell after all fixes.
///
/// Ordered from good to bad: a cell without a fix is worse than an unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FixStatus {
    /// A fix is verified.
    #[serde(rename = "cured")]
    Fixed,
    /// None is verified, and runs are missing that could verify one or show the cause.
    Open,
    /// None of the trained fixes works.
    #[serde(rename = "not-cured")]
    NotFixed,
    /// No fix is known or legal.
    NothingKnown,
}

/// A suggested change that is not legal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RejectedFix {
    /// The kind of change, as the word of sweep files.
    pub remedy: String,
    /// The causes that suggest it.
    pub causes: Vec<String>,
    /// Keys with their new values; empty if the cell has no key for this kind of change.
    pub edits: Vec<(String, Value)>,
    /// `not-applicable`, `unknown-key`, `out-of-range`, `conflict`, `unused-key` or `unchanged`.
    pub reason: String,
    /// The reason in words.
    pub message: String,
}

/// A trained change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainedFix {
    /// The kind of change, as the word of sweep files; none for a random change.
    pub remedy: Option<String>,
    /// The causes that suggest it.
    pub causes: Vec<String>,
    /// Keys with their new values.
    pub edits: Vec<(String, Value)>,
    /// The same as lines of a sweep file.
    pub toml: String,
    /// Median over the seeds after the change; none if no seed ended.
    pub after: Option<Real>,
    /// Median validation skill, before and after; none without validation rows.
    #[serde(default)]
    pub held_out: Option<[Real; 2]>,
    /// Number of seeds in which it works.
    pub cured: usize,
    /// Number of seeds that are missing or did not finish.
    pub open: usize,
    /// Number of seeds.
    pub of: usize,
    /// Whether it works in most seeds.
    pub verified: bool,
    /// The diagnosis after the change, by seeds.
    pub diagnosis: String,
    /// Loss curves after the change; empty for a random change.
    pub courses: LossCurves,
    /// The random change of the same size.
    pub control: Option<Box<TrainedFix>>,
}

impl Fixes {
    /// Removes cells that are not among these results, or have other runs now.
    pub fn still_of(mut self, results: &Results) -> Fixes {
        let all = self.failures.len();
        self.failures.retain(|failure| {
            let mut cells = results.cells.iter();
            cells.any(|cell| {
                let mut runs = cell.runs.iter();
                cell.cell.index == failure.cell
                    && runs.all(|run| failure.runs.contains(&run.run.id.to_string()))
            })
        });
        self.control = self.control.filter(|_| self.failures.len() == all);
        self
    }

    /// The same in new words, where an older version wrote it.
    pub fn in_new_words(mut self) -> Fixes {
        for failure in &mut self.failures {
            failure.name = renewed_name(&failure.name);
            failure.trials.iter_mut().for_each(renew);
            for rejected in &mut failure.rejected {
                rejected.remedy = current(FIXED_BY, &rejected.remedy).to_owned();
                rejected.edits = renewed_edits(&rejected.edits);
                rejected.message = renewed_message(&rejected.message);
            }
        }
        self
    }
}

fn renew(fix: &mut TrainedFix) {
    let word = fix.remedy.as_deref();
    fix.remedy = word.map(|word| current(FIXED_BY, word).to_owned());
    fix.edits = renewed_edits(&fix.edits);
    let notes = fix.toml.lines().take_while(|line| line.starts_with('#'));
    let notes: String = notes.map(|line| format!("{line}\n")).collect();
    fix.toml = notes + &toml(&fix.edits);
    fix.control.iter_mut().for_each(|control| renew(control));
}

fn renewed_edits(edits: &[(String, Value)]) -> Vec<(String, Value)> {
    let edits = edits.iter();
    edits
        .map(|(key, value)| (key.clone(), renewed(key, value)))
        .collect()
}

impl Failure {
    /// Returns the verified fixes, the smallest change first.
    pub fn verified_fixes(&self) -> impl Iterator<Item = &TrainedFix> {
        self.trials.iter().filter(|fix| fix.verified)
    }
}
