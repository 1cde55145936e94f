//! What came of all trials, as plain data: what the terminal says, the page shows and `fix.json` keeps.

use super::course::{Courses, Followed, courses, same_unit};
use super::failing::{Attempt, Failing};
use super::{Trials, most, words};
use crate::code::Code;
use crate::prescribe::{RejectedEdit, toml};
use crate::results::{Results, RunResult};
use crate::spec::Value;
use crate::spec::deprecated::{FIXED_BY, current, renewed, renewed_message, renewed_name};
use crate::trace::Real;
use serde::{Deserialize, Serialize};

/// Format of `fix.json`; another one is not read.
pub const FORMAT: u32 = 2;

/// What came of the trials of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fixes {
    /// [`FORMAT`].
    pub format: u32,
    /// The failing cells, in the order of the grid.
    pub failures: Vec<Failure>,
    /// How many of them random changes of the same size cure, where these were tried.
    pub control: Option<Control>,
}

/// How prescriptions and random changes compare, cell by cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// Cells that some prescription cures.
    pub prescriptions: usize,
    /// Cells that some random change cures.
    pub random: usize,
    /// Cells on which both were tried.
    pub of: usize,
}

/// A failing cell and what was tried on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Index of the cell.
    pub cell: usize,
    /// What sets it apart.
    pub name: String,
    /// What most of its failed seeds have.
    pub code: String,
    /// By seeds: `vanishing-gradients 4/5, unclear 1/5`.
    pub diagnosis: String,
    /// What else would fit.
    pub second: Option<String>,
    /// What is measured: `skill`, or `validation_skill` where overfitting is the failure.
    pub measure: String,
    /// Median over the seeds.
    pub before: Option<Real>,
    /// Which losses are followed, of it and of its trials.
    pub followed: Followed,
    /// How its losses went.
    pub courses: Courses,
    /// Whether something cured it.
    pub status: Status,
    /// Which of two causes the trials speak for, where two would fit.
    pub decided: Option<String>,
    /// What was tried, the smallest change first.
    pub trials: Vec<Trial>,
    /// Suggested edits that make no cell to train, in the order of the table.
    #[serde(default)]
    pub rejected: Vec<RejectedFix>,
    /// Identities of its runs: another cell is none of what is said here.
    pub runs: Vec<String>,
}

/// How a failing cell stands after all trials.
///
/// Ordered from good to bad: that nothing helps weighs more than a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Some change is verified.
    Cured,
    /// None is, and runs are missing that could verify one, or say what is wrong.
    Open,
    /// None of those that were tried is.
    NotCured,
    /// There was nothing to try.
    NothingKnown,
}

/// A suggested edit that makes no cell to train.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RejectedFix {
    /// What kind of change.
    pub remedy: String,
    /// The causes that suggest it.
    pub causes: Vec<String>,
    /// Keys with their new values; empty where the cell has nothing that the remedy could edit.
    pub edits: Vec<(String, Value)>,
    /// `not-applicable`, `unknown-key`, `out-of-range`, `conflict`, `unused-key` or `unchanged`.
    pub reason: String,
    /// The reason in words.
    pub message: String,
}

/// A change that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// What kind of change; none of a random one.
    pub remedy: Option<String>,
    /// The causes that have it.
    pub causes: Vec<String>,
    /// Keys with their new values.
    pub edits: Vec<(String, Value)>,
    /// The same as lines of a sweep file.
    pub toml: String,
    /// Median over the seeds after; none where none came to an end.
    pub after: Option<Real>,
    /// Median skill on the validation rows, before and after; none where no rows are held out.
    #[serde(default)]
    pub held_out: Option<[Real; 2]>,
    /// Seeds that are cured.
    pub cured: usize,
    /// Seeds that have not come to an end.
    pub open: usize,
    /// Seeds in all.
    pub of: usize,
    /// Whether most seeds are cured.
    pub verified: bool,
    /// What is wrong with it now, by seeds.
    pub diagnosis: String,
    /// How its losses went; empty of a random change.
    pub courses: Courses,
    /// The random change beside it.
    pub control: Option<Box<Trial>>,
}

/// What came of all trials.
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
        // What is still open could decide otherwise.
        decided: failing
            .second
            .filter(|_| !trials.is_empty() && trials.iter().all(|trial| trial.open == 0))
            .map(|second| words::decided(failing.code, second, &trials)),
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

/// What is followed of a failing cell and of all that was tried on it.
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
        toml: toml(edits),
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
    /// The same without what is said of cells that are not among these, or are other runs by now.
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
    trial.toml = toml(&trial.edits);
    trial.control.iter_mut().for_each(|control| renew(control));
}

fn renewed_edits(edits: &[(String, Value)]) -> Vec<(String, Value)> {
    let edits = edits.iter();
    edits
        .map(|(key, value)| (key.clone(), renewed(key, value)))
        .collect()
}

impl Failure {
    /// The changes that are verified, the smallest first.
    pub fn cures(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(|trial| trial.verified)
    }
}
