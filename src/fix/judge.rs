//! What came of one trial, seed by seed: whether the skill came back.
//!
//! The gate of a trial is that of every run ([`crate::diagnose::Gate`]): 0.85 of the best skill known for
//! the same rows, loss and seed. How features are scaled makes no other rows, so that standardised ones
//! are held against all that is known of them. Another loss has skills of its own, and where a trial is
//! the only one that has it, nothing would be known but what it reached itself. Two things keep such a
//! trial honest: its own skill is never its yardstick, so that alone it is asked for perfection; and its
//! accuracy, which is of the same unit under every loss, must be within 0.85 of the best known for these
//! rows.
//!
//! Where rows are held out, a trial must also raise the skill on them, seed by seed: what only fits the
//! training rows better is no cure. A seed that was healthy before has nothing to gain.
//!
//! A prescription that is a cell of the sweep anyway keeps the diagnosis that the sweep gives it: its
//! yardstick was there before.

use super::Trials;
use super::failing::Failing;
use crate::code::Code;
use crate::diagnose::{CellDiagnosis, LEARNED, held_out_skill, nothing_learned, rows};
use crate::results::{CellResults, RunResult};
use crate::trace::{Outcome, Trace};

/// What came of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Median skill over the seeds before; on the validation rows where overfitting is the failure.
    pub before: f64,
    /// The same after.
    pub after: f64,
    /// Median skill on the validation rows, before and after; none where no rows are held out.
    pub held_out: Option<[f64; 2]>,
    /// Seeds that are cured.
    pub cured: usize,
    /// Seeds that have not been trained to an end.
    pub open: usize,
    /// Seeds in all.
    pub of: usize,
    /// What is wrong with it now.
    pub diagnosis: String,
}

impl Trials<'_> {
    /// Median skill of a failing cell as it is.
    pub(super) fn before(&self, failing: &Failing) -> f64 {
        median_skill(&self.results.cells[failing.cell], failing.code)
    }

    /// Judges the trial at a place, tried on a failing cell.
    pub(super) fn judged(&self, failing: &Failing, place: usize) -> Judged {
        let own = &self.results.cells[failing.cell];
        let of = own.runs.len();
        let before = self.before(failing);
        let Some((cell, diagnosis)) = self.at(place) else {
            return Judged {
                before,
                after: f64::NAN,
                held_out: None,
                cured: 0,
                open: of,
                of,
                diagnosis: CellDiagnosis::default().in_words(),
            };
        };
        let same_loss = cell.cell.settings.loss == own.cell.settings.loss;
        let seeds: Vec<Option<bool>> = cell
            .runs
            .iter()
            .enumerate()
            .map(|(i, run)| {
                let trace = run.trace()?;
                let code = diagnosis.of_run(i).map(|diagnosis| diagnosis.code)?;
                let learned = is_cured(code, failing.code);
                let accurate = same_loss || is_accurate(self, cell, run, trace);
                let gained = self.has_gained(failing, run, trace);
                let cured = learned && accurate && gained;
                trace.outcome.is_complete().then_some(cured)
            })
            .collect();
        Judged {
            before,
            after: median_skill(cell, failing.code),
            held_out: held_out(own).zip(held_out(cell)).map(<[f64; 2]>::from),
            cured: seeds.iter().filter(|cured| **cured == Some(true)).count(),
            open: seeds.iter().filter(|cured| cured.is_none()).count(),
            of,
            diagnosis: diagnosis.in_words(),
        }
    }
}

impl Trials<'_> {
    /// Whether a run is better on the rows that are held out than that of the failing cell with the same
    /// seed, and has learned anything at all.
    fn has_gained(&self, failing: &Failing, run: &RunResult, trace: &Trace) -> bool {
        if nothing_learned(trace).is_some() {
            return false;
        }
        let before = &self.results.cells[failing.cell].runs;
        let Some(place) = before.iter().position(|own| own.run.seed == run.run.seed) else {
            return true;
        };
        let diagnosis = self.diagnoses[failing.cell].of_run(place);
        if diagnosis.is_some_and(|diagnosis| diagnosis.code == Code::Healthy) {
            return true;
        }
        let own = before[place]
            .trace()
            .filter(|own| own.outcome.is_complete());
        match (own.and_then(held_out_skill), held_out_skill(trace)) {
            (Some(before), Some(after)) => after > before,
            (None, _) | (_, None) => true,
        }
    }
}

/// Whether a run of this diagnosis is rid of a failure. One that overfits has its skill back, which is
/// enough where that was not the failure itself.
fn is_cured(now: Code, failure: Code) -> bool {
    now == Code::Healthy || (now == Code::Overfit && failure != Code::Overfit)
}

/// Whether a run under another loss than before classifies as well as is known to be possible; where no
/// other run tells, as well as can be.
fn is_accurate(trials: &Trials, cell: &CellResults, run: &RunResult, trace: &Trace) -> bool {
    let Some(own) = accuracy(trace) else {
        return true;
    };
    let same_rows = rows(&cell.cell.settings);
    let known = trials.results.cells.iter().chain(trials.prescribed());
    let others = known.filter(|other| {
        other.cell.index != cell.cell.index && rows(&other.cell.settings) == same_rows
    });
    let traces = others.flat_map(|other| {
        let runs = other.runs.iter();
        runs.filter(|other| other.run.seed == run.run.seed)
            .filter_map(RunResult::trace)
    });
    let best = traces.filter_map(accuracy);
    let best = best.reduce(f64::max).unwrap_or(1.0);
    own >= LEARNED.value * best
}

/// Share of the training rows whose class is predicted at the end.
fn accuracy(trace: &Trace) -> Option<f64> {
    Some(trace.risks.last()?.train.accuracy?.0).filter(|share| share.is_finite())
}

/// The skill in the middle of the seeds that came to an end; −∞ of one whose training fell to pieces, NaN
/// where none came to an end.
fn median_skill(cell: &CellResults, failure: Code) -> f64 {
    let skill = |trace: &Trace| {
        let skill = match failure == Code::Overfit {
            true => trace.validation_skill(),
            false => trace.skill(),
        };
        let diverged = matches!(trace.outcome, Outcome::Diverged { .. });
        let sound = skill.filter(|skill| skill.is_finite() && !diverged);
        sound.unwrap_or(f64::NEG_INFINITY)
    };
    let ended = cell.traces().filter(|trace| trace.outcome.is_complete());
    middle(ended.map(skill).collect())
}

/// Median skill on the validation rows; none where no rows are held out.
fn held_out(cell: &CellResults) -> Option<f64> {
    let ended = cell.traces().filter(|trace| trace.outcome.is_complete());
    let skills: Vec<f64> = ended.filter_map(held_out_skill).collect();
    (!skills.is_empty()).then(|| middle(skills))
}

/// The median; NaN of none.
fn middle(mut skills: Vec<f64>) -> f64 {
    skills.sort_by(f64::total_cmp);
    match skills.len() {
        0 => f64::NAN,
        n => skills[(n - 1) / 2].midpoint(skills[n / 2]),
    }
}
