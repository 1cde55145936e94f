//! Diagnoses of all runs of a sweep, and the majority over the seeds of a cell.

use super::Code;
use super::context::Context;
use super::diagnosis::{Diagnosis, diagnose};
use super::sweep_skills::SweepSkills;
use crate::results::{CellResults, Results};

/// The diagnoses of one cell's runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CellDiagnosis {
    /// One per run, in the order of the seeds; none for a run that was not trained.
    pub runs: Vec<Option<Diagnosis>>,
    /// Whether the cell was pruned.
    pub stopped: bool,
}

/// The name of `unclear` for a cell that was pruned.
const PRUNED: &str = "pruned";

/// Returns every word of [`CellDiagnosis::name`], in the order of [`Code::ALL`].
pub fn names() -> impl Iterator<Item = &'static str> {
    Code::ALL.into_iter().map(Code::name).chain([PRUNED])
}

impl CellDiagnosis {
    /// Returns every code with its number of seeds, most first; ties in the order of [`Code::ALL`].
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

    /// Returns the most frequent code; none if no run was trained.
    pub fn majority(&self) -> Option<Code> {
        self.counts().first().map(|(code, _)| *code)
    }

    /// Returns the word for the most frequent code.
    pub fn majority_name(&self) -> Option<&'static str> {
        self.majority().map(|code| self.name(code))
    }

    /// Returns the number of seeds that learned their training rows: healthy or overfit.
    pub fn learned(&self) -> usize {
        let codes = self.runs.iter().flatten().map(|diagnosis| diagnosis.code);
        codes.filter(|code| code.has_learned()).count()
    }

    /// Returns the word for a code. An unclear run of a pruned cell is not a failure.
    pub fn name(&self, code: Code) -> &'static str {
        match (code, self.stopped) {
            (Code::Unclear, true) => PRUNED,
            _ => code.name(),
        }
    }

    /// Returns the diagnosis of the run at this place among the seeds, if it was trained.
    pub fn of_run(&self, place: usize) -> Option<&Diagnosis> {
        self.runs.get(place)?.as_ref()
    }

    /// Returns text such as `vanishing-gradients 4/5, unclear 1/5`; without numbers if all seeds agree,
    /// `–` if none was trained.
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

/// Diagnoses every run of a sweep: cells in the order of the grid, runs in the order of the seeds. Each
/// run is compared with the best of the sweep.
pub fn diagnose_all(results: &Results) -> Vec<CellDiagnosis> {
    let skills = SweepSkills::of(results, &[]);
    let of_cell = |cell| of_cell(cell, skills.contexts(cell));
    results.cells.iter().map(of_cell).collect()
}

/// Diagnoses trained fixes. Each is compared with the best of the sweep and of these other cells, but
/// never with itself: otherwise a fix would count as a success if nothing else is known.
pub fn diagnose_fixes(
    results: &Results,
    others: &[&CellResults],
    fixes: &[CellResults],
) -> Vec<CellDiagnosis> {
    let skills = SweepSkills::of(results, others);
    let of_cell = |cell| of_cell(cell, skills.contexts_of_fix(cell));
    fixes.iter().map(of_cell).collect()
}

fn of_cell(cell: &CellResults, contexts: Vec<Context>) -> CellDiagnosis {
    let runs = cell.runs.iter().zip(contexts);
    let diagnoses = runs.map(|(run, context)| Some(diagnose(run.trace()?, &context)));
    CellDiagnosis {
        runs: diagnoses.collect(),
        stopped: cell.is_stopped(),
    }
}
