//! Diagnoses of all runs of a sweep, and what the seeds of a cell have in common.

use super::contexts::Contexts;
use super::{Code, Context, Diagnosis, diagnose};
use crate::results::{CellResults, Results};

/// The diagnoses of one cell's runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CellDiagnosis {
    /// One per run, in the order of the seeds; none where it was not trained.
    pub runs: Vec<Option<Diagnosis>>,
    /// Whether the cell was stopped on the way.
    pub stopped: bool,
}

/// What a run that is unclear is called where cells are told of, if it was stopped on the way.
const STOPPED: &str = "stopped";

/// Every word that [`CellDiagnosis::name`] has, in the order of [`Code::ALL`].
pub fn names() -> impl Iterator<Item = &'static str> {
    Code::ALL.into_iter().map(Code::name).chain([STOPPED])
}

impl CellDiagnosis {
    /// Every code with its number of seeds, most first; equals in the order of [`Code::ALL`].
    pub fn counts(&self) -> Vec<(Code, usize)> {
        let of = |code: Code| {
            self.runs
                .iter()
                .flatten()
                .filter(|d| d.code == code)
                .count()
        };
        let mut counts: Vec<(Code, usize)> = Code::ALL.map(|code| (code, of(code))).into();
        counts.retain(|(_, n)| *n > 0);
        counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        counts
    }

    /// What most seeds have; none where none was trained.
    pub fn majority(&self) -> Option<Code> {
        self.counts().first().map(|(code, _)| *code)
    }

    /// The word for that.
    pub fn majority_name(&self) -> Option<&'static str> {
        self.majority().map(|code| self.name(code))
    }

    /// Seeds that learned their training rows.
    pub fn learned(&self) -> usize {
        let codes = self.runs.iter().flatten().map(|diagnosis| diagnosis.code);
        codes.filter(|code| code.has_learned()).count()
    }

    /// The word for a code: that nothing is clear of a cell that was stopped on the way is no fault of it.
    pub fn name(&self, code: Code) -> &'static str {
        match (code, self.stopped) {
            (Code::Unclear, true) => STOPPED,
            _ => code.name(),
        }
    }

    /// That of the run at this place among the seeds, where it was trained.
    pub fn of_run(&self, place: usize) -> Option<&Diagnosis> {
        self.runs.get(place)?.as_ref()
    }

    /// `vanishing-gradients 4/5, unclear 1/5`; without numbers where all seeds agree, `–` where none
    /// was trained.
    pub fn in_words(&self) -> String {
        let of = self.runs.iter().flatten().count();
        if of == 0 {
            return "–".to_owned();
        }
        let words = |(code, n): (Code, usize)| match n == of {
            true => self.name(code).to_owned(),
            false => format!("{} {n}/{of}", self.name(code)),
        };
        let parts: Vec<String> = self.counts().into_iter().map(words).collect();
        parts.join(", ")
    }
}

/// The diagnoses of every run of a sweep: cells in the order of the grid, runs in that of the seeds.
/// Each is held against what the others of the sweep show to be possible.
pub fn diagnose_all(results: &Results) -> Vec<CellDiagnosis> {
    let contexts = Contexts::of(results, &[]);
    let of_cell = |cell| of_cell(cell, contexts.of_cell(cell));
    results.cells.iter().map(of_cell).collect()
}

/// The diagnoses of cells that are trials, each held against what the sweep and these other cells but
/// itself show to be possible: a trial must not be taken for a success because nothing else is known.
pub fn diagnose_trials(
    results: &Results,
    others: &[&CellResults],
    trials: &[CellResults],
) -> Vec<CellDiagnosis> {
    let contexts = Contexts::of(results, others);
    let of_cell = |cell| of_cell(cell, contexts.of_trial(cell));
    trials.iter().map(of_cell).collect()
}

fn of_cell(cell: &CellResults, contexts: Vec<Context>) -> CellDiagnosis {
    let runs = cell.runs.iter().zip(contexts);
    let diagnoses = runs.map(|(run, context)| Some(diagnose(run.trace()?, &context)));
    CellDiagnosis {
        runs: diagnoses.collect(),
        stopped: cell.is_stopped(),
    }
}
