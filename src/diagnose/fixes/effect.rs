//! The result of a trained fix, seed by seed: whether it restores the skill.
//!
//! The gate is that of every run ([`crate::diagnose::Gate`]): 0.85 of the best skill known for the same
//! rows, loss and seed. Scaled features are still the same rows, so standardized ones are compared with
//! all runs on these rows. Skills under another loss are not comparable. If a fix is the only cell with
//! its loss, two conditions apply. Its own skill is never its reference, so without other runs it is
//! compared with a skill of 1. Its accuracy, which is comparable under every loss, must be at least 0.85
//! of the best accuracy known for these rows.
//!
//! With validation rows, a fix must also raise the validation skill, seed by seed: a better fit of the
//! training rows only is no fix. Seeds that were healthy before need not improve.
//!
//! A fix that is also a cell of the sweep keeps the diagnosis that it has there.

use super::failing::FailingCell;
use super::rounds::FixRounds;
use crate::codes::Code;
use crate::diagnose::{CellDiagnosis, LEARNED, held_out_skill, nothing_learned, rows};
use crate::results::{CellResults, RunResult};
use crate::trace::{Outcome, Trace};

/// The effect of a trained fix.
#[derive(Debug, Clone, PartialEq)]
pub struct FixEffect {
    /// Median skill over the seeds before; validation skill if the failure is overfitting.
    pub before: f64,
    /// The same after the change.
    pub after: f64,
    /// Median validation skill, before and after; none without validation rows.
    pub held_out: Option<[f64; 2]>,
    /// Number of seeds in which it works.
    pub fixed: usize,
    /// Number of seeds that are missing or did not finish.
    pub open: usize,
    /// Number of seeds.
    pub of: usize,
    /// The diagnosis after the change, by seeds.
    pub diagnosis: String,
}

impl FixRounds<'_> {
    /// Returns the median skill of a failing cell, unchanged.
    pub(super) fn before(&self, failing: &FailingCell) -> f64 {
        median_skill(&self.results.cells[failing.cell], failing.code)
    }

    /// Returns the result of the fix at a place, for a failing cell.
    pub(super) fn effect(&self, failing: &FailingCell, place: usize) -> FixEffect {
        let own = &self.results.cells[failing.cell];
        let of = own.runs.len();
        let before = self.before(failing);
        let Some((cell, diagnosis)) = self.at(place) else {
            return FixEffect {
                before,
                after: f64::NAN,
                held_out: None,
                fixed: 0,
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
                let learned = is_fixed(code, failing.code);
                let accurate = same_loss || is_accurate(self, cell, run, trace);
                let gained = self.has_gained(failing, run, trace);
                let fixed = learned && accurate && gained;
                trace.outcome.is_complete().then_some(fixed)
            })
            .collect();
        FixEffect {
            before,
            after: median_skill(cell, failing.code),
            held_out: held_out(own).zip(held_out(cell)).map(<[f64; 2]>::from),
            fixed: seeds.iter().filter(|fixed| **fixed == Some(true)).count(),
            open: seeds.iter().filter(|fixed| fixed.is_none()).count(),
            of,
            diagnosis: diagnosis.in_words(),
        }
    }
}

impl FixRounds<'_> {
    /// Returns whether a run has a higher validation skill than that of the failing cell with the same
    /// seed, and learned anything.
    fn has_gained(&self, failing: &FailingCell, run: &RunResult, trace: &Trace) -> bool {
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

/// Returns whether a run with this diagnosis no longer has a failure. A run that overfits has its skill
/// back, which is enough unless overfitting was the failure.
fn is_fixed(now: Code, failure: Code) -> bool {
    now == Code::Healthy || (now == Code::Overfit && failure != Code::Overfit)
}

/// Returns whether a run with a changed loss has at least 0.85 of the best accuracy known for its rows;
/// of 1 if no other run has an accuracy.
fn is_accurate(rounds: &FixRounds, cell: &CellResults, run: &RunResult, trace: &Trace) -> bool {
    let Some(own) = accuracy(trace) else {
        return true;
    };
    let same_rows = rows(&cell.cell.settings);
    let known = rounds.results.cells.iter().chain(rounds.suggested());
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

/// Returns the training accuracy at the end.
fn accuracy(trace: &Trace) -> Option<f64> {
    Some(trace.end()?.accuracy?.0).filter(|share| share.is_finite())
}

/// Returns the median skill of the seeds that ended; a diverged one counts as −∞, NaN if none ended.
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

/// Returns the median validation skill; none without validation rows.
fn held_out(cell: &CellResults) -> Option<f64> {
    let ended = cell.traces().filter(|trace| trace.outcome.is_complete());
    let skills: Vec<f64> = ended.filter_map(held_out_skill).collect();
    (!skills.is_empty()).then(|| middle(skills))
}

/// Returns the median; NaN without values.
fn middle(mut skills: Vec<f64>) -> f64 {
    skills.sort_by(f64::total_cmp);
    match skills.len() {
        0 => f64::NAN,
        n => skills[(n - 1) / 2].midpoint(skills[n / 2]),
    }
}
