//! The results of all fixes as plain data, for the terminal, the page and `fix.json`.

use super::failing::{Attempt, Failing};
use super::{Trials, most};
use crate::codes::Code;
use crate::config::Value;
use crate::config::deprecated::{FIXED_BY, current, renewed, renewed_message, renewed_name};
use crate::diagnose::fixes::in_words;
use crate::diagnose::fixes::loss_curves::{Courses, Followed, courses, same_unit};
use crate::diagnose::fixes::propose::{RejectedEdit, toml};
use crate::grid::Cell;
use crate::results::{Results, RunResult};
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
    pub followed: Followed,
    /// Loss curves of the unchanged cell.
    pub courses: Courses,
    /// Whether a fix works.
    pub status: Status,
    /// Which of two causes the results support, if two fit.
    pub decided: Option<String>,
    /// The trained fixes, the smallest change first.
    pub trials: Vec<Trial>,
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
pub enum Status {
    /// A fix is verified.
    Cured,
    /// None is verified, and runs are missing that could verify one or show the cause.
    Open,
    /// None of the trained fixes works.
    NotCured,
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
pub struct Trial {
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
    pub courses: Courses,
    /// The random change of the same size.
    pub control: Option<Box<Trial>>,
}

/// Returns the results of all fixes.
pub fn fixes(trials: &Trials) -> Fixes {
    let failures = trials
        .failing
        .iter()
        .map(|failing| failure(trials, failing));
    let failures: Vec<Failure> = failures.collect();
    Fixes {
        format: FORMAT,
        control: trials.control.then(|| control(&failures)),
        failures,
    }
}

fn failure(all: &Trials, failing: &Failing) -> Failure {
    let own = &all.results.cells[failing.cell];
    let followed = followed(all, failing);
    let trials = failing.attempts.iter();
    let trials: Vec<Trial> = trials
        .filter_map(|attempt| tried(all, failing, attempt, followed))
        .collect();
    let before = all.before(failing);
    let is_complete =
        |run: &RunResult| run.trace().is_some_and(|trace| trace.outcome.is_complete());
    let is_open = !own.runs.iter().all(is_complete);
    let open = trials
        .iter()
        .any(|trial| trial.cured + trial.open >= most(trial.of));
    Failure {
        cell: own.cell.index,
        name: own.cell.name(),
        code: failing.code.name().to_owned(),
        diagnosis: all.diagnoses[failing.cell].in_words(),
        second: failing.second.map(|code| code.name().to_owned()),
        measure: match failing.code == Code::Overfit {
            true => "validation_skill",
            false => "skill",
        }
        .to_owned(),
        before: known(before),
        followed,
        courses: courses(own, followed),
        status: match () {
            () if trials.is_empty() && is_open => Status::Open,
            () if trials.is_empty() => Status::NothingKnown,
            () if trials.iter().any(|trial| trial.verified) => Status::Cured,
            () if open => Status::Open,
            () => Status::NotCured,
        },
        // Runs that are missing could change the decision.
        decided: failing
            .second
            .filter(|_| !trials.is_empty() && trials.iter().all(|trial| trial.open == 0))
            .map(|second| in_words::decided(failing.code, second, &trials)),
        trials,
        rejected: failing.rejected.iter().map(rejected).collect(),
        runs: own.runs.iter().map(|run| run.run.id.to_string()).collect(),
    }
}

fn rejected((edit, causes): &(RejectedEdit, Vec<Code>)) -> RejectedFix {
    RejectedFix {
        remedy: edit.remedy.name().to_owned(),
        causes: names(causes),
        edits: edit.edits.clone(),
        reason: edit.reason.name().to_owned(),
        message: edit.reason.to_string(),
    }
}

fn names(causes: &[Code]) -> Vec<String> {
    causes.iter().map(|code| code.name().to_owned()).collect()
}

/// Returns which losses the curves of a failing cell and its fixes show.
fn followed(all: &Trials, failing: &Failing) -> Followed {
    let own = &all.results.cells[failing.cell];
    let places = failing.attempts.iter().filter_map(|attempt| attempt.place);
    let mut tried = places.filter_map(|place| all.at(place));
    Followed {
        validation: failing.code == Code::Overfit,
        relative: tried.any(|(cell, _)| !same_unit(own, cell)),
    }
}

fn tried(all: &Trials, failing: &Failing, attempt: &Attempt, followed: Followed) -> Option<Trial> {
    let own = Some(attempt.prescription.remedy.name().to_owned());
    let random = attempt.control.as_ref();
    let random = random.map(|(edits, place)| trial(all, failing, edits, *place, None, &[]));
    let place = attempt.place?;
    let edits = &attempt.prescription.edits;
    let tried = trial(all, failing, edits, place, own, &attempt.causes);
    let courses = all.at(place).map(|(cell, _)| courses(cell, followed));
    Some(Trial {
        courses: courses.unwrap_or_default(),
        control: random.map(Box::new),
        ..tried
    })
}

fn trial(
    all: &Trials,
    failing: &Failing,
    edits: &[(String, Value)],
    place: usize,
    remedy: Option<String>,
    causes: &[Code],
) -> Trial {
    let judged = all.judged(failing, place);
    Trial {
        remedy,
        causes: names(causes),
        edits: edits.to_vec(),
        toml: pasted(edits, &all.results.cells[failing.cell].cell),
        after: known(judged.after),
        held_out: judged.held_out.map(|skills| skills.map(Real)),
        cured: judged.cured,
        open: judged.open,
        of: judged.of,
        verified: judged.cured >= failing.needed,
        diagnosis: judged.diagnosis,
        courses: Courses::default(),
        control: None,
    }
}

/// Returns the changes as lines of a sweep file. An axis overrides `[base]`, so a comment says which to remove.
fn pasted(edits: &[(String, Value)], cell: &Cell) -> String {
    let varies = |key: &String| cell.varied.iter().any(|(varied, _)| varied == key);
    let axes = edits.iter().map(|(key, _)| key).filter(|key| varies(key));
    let axes: Vec<String> = axes.map(|key| format!("`{key}`")).collect();
    if axes.is_empty() {
        return toml(edits);
    }
    // An axis of several keys is a zip.
    let remove = match cell.coordinates.len() == cell.varied.len() {
        true => format!("the axis {}", axes.join(" and the axis ")),
        false => format!("{} from [grid] or [zip.…]", axes.join(" and ")),
    };
    format!(
        "# Remove {remove}: an axis overrides these values.\n{}",
        toml(edits)
    )
}

fn known(skill: f64) -> Option<Real> {
    (!skill.is_nan()).then_some(Real(skill))
}

fn control(failures: &[Failure]) -> Control {
    let tried = failures.iter().filter(|failure| !failure.trials.is_empty());
    let random = |trial: &Trial| trial.control.as_ref().is_some_and(|random| random.verified);
    let cured = |by: &dyn Fn(&Trial) -> bool| {
        let cells = tried.clone().filter(|cell| cell.trials.iter().any(by));
        cells.count()
    };
    Control {
        prescriptions: cured(&|trial| trial.verified),
        random: cured(&random),
        of: tried.clone().count(),
    }
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
}

impl Fixes {
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

fn renew(trial: &mut Trial) {
    let remedy = trial.remedy.as_deref();
    trial.remedy = remedy.map(|remedy| current(FIXED_BY, remedy).to_owned());
    trial.edits = renewed_edits(&trial.edits);
    let notes = trial.toml.lines().take_while(|line| line.starts_with('#'));
    let notes: String = notes.map(|line| format!("{line}\n")).collect();
    trial.toml = notes + &toml(&trial.edits);
    trial.control.iter_mut().for_each(|control| renew(control));
}

fn renewed_edits(edits: &[(String, Value)]) -> Vec<(String, Value)> {
    let edits = edits.iter();
    edits
        .map(|(key, value)| (key.clone(), renewed(key, value)))
        .collect()
}

impl Failure {
    /// Returns the verified fixes, the smallest change first.
    pub fn cures(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(|trial| trial.verified)
    }
}
