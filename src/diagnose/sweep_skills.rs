//! What the runs of a sweep show about each other: the best skills, and the [`Context`] of each run.
//!
//! Skills are comparable only between runs with the same rows and the same loss. Rows that are scaled,
//! shifted or standardized are still the same rows. Another seed has other rows, which can be easier
//! or harder, so its skill does not count.
//!
//! The best skill of a run is taken at the evaluation with the lowest validation loss, so memorized
//! noise does not count as skill. A run that is no better than the best linear model does not count:
//! it does not show what networks can learn from these rows. Otherwise, all runs of a sweep in which
//! every run fails would be healthy.

use super::best::Best;
use super::context::Context;
use super::gate::end_skill;
use super::reference_skill::{best_skill, reference_skill};
use super::tasks::{but_for_optimizer, has_momentum, is_plain, start, task};
use crate::results::{CellResults, Results};
use crate::trace::Trace;
use std::collections::BTreeMap;

/// The best skills of a sweep, by everything that rules compare with.
#[derive(Debug, Default)]
pub(super) struct SweepSkills {
    /// By task, over all cells.
    pub(super) tasks: Best,
    /// By everything but the optimizer, over cells with momentum or Adam.
    momentum: Best,
    /// By initial network, over all cells; as fractions of the best skill of their task.
    starts: Best,
    /// By task, over reference runs.
    references: BTreeMap<String, f64>,
    /// The reachable skill according to the file.
    target: Option<f64>,
}

impl SweepSkills {
    /// Collects the skills of all trained runs of a sweep and of these other cells.
    pub fn of(results: &Results, others: &[&CellResults]) -> SweepSkills {
        let mut skills = SweepSkills {
            target: results.target,
            ..SweepSkills::default()
        };
        let cells = || results.cells.iter().chain(others.iter().copied());
        for cell in cells() {
            let (own, settings) = (cell.cell.index, &cell.cell.settings);
            let (task, rest) = (task(settings), but_for_optimizer(settings));
            for (seed, trace) in traces(cell) {
                skills.tasks.note(&task, seed, own, best_skill(trace));
                if has_momentum(settings) && !results.are_imported {
                    skills.momentum.note(&rest, seed, own, end_skill(trace));
                }
            }
        }
        for reference in &results.references {
            let task = task(&results.cells[reference.of].cell.settings);
            let skill = reference_skill(reference);
            skills.references.extend(skill.map(|skill| (task, skill)));
        }
        // Which imported cells start alike is not known.
        for cell in cells().filter(|_| !results.are_imported) {
            let (own, settings) = (cell.cell.index, &cell.cell.settings);
            let (task, start) = (task(settings), start(settings));
            for (seed, trace) in traces(cell) {
                let best = skills.possible(&task, seed);
                let fraction = end_skill(trace).zip(best).map(|(skill, best)| skill / best);
                skills.starts.note(&start, seed, own, fraction);
            }
        }
        skills
    }

    /// Returns the highest skill known for a task: of runs, of reference runs, or from the file.
    pub(super) fn possible(&self, task: &str, seed: u64) -> Option<f64> {
        let known = [
            self.tasks.of(task, seed),
            self.references.get(task).copied(),
            self.target,
        ];
        known.into_iter().flatten().reduce(f64::max)
    }

    /// Returns the same as [`SweepSkills::contexts`] for a trained fix. Its own skill does not count as
    /// reference.
    pub fn contexts_of_fix(&self, cell: &CellResults) -> Vec<Context> {
        let (task, own) = (task(&cell.cell.settings), cell.cell.index);
        let mut contexts = self.contexts(cell);
        for (context, run) in contexts.iter_mut().zip(&cell.runs) {
            context.best_skill = self.tasks.of_others(&task, run.run.seed, own);
        }
        contexts
    }

    /// Returns the contexts of a cell's runs, in the order of the seeds.
    pub fn contexts(&self, cell: &CellResults) -> Vec<Context> {
        let settings = &cell.cell.settings;
        let (task, start) = (task(settings), start(settings));
        let rest = but_for_optimizer(settings);
        let context = |own: u64| Context {
            best_skill: self.tasks.of(&task, own),
            reference_skill: self.references.get(&task).copied(),
            target: self.target,
            other_seeds: traces(cell)
                .filter(|(seed, _)| *seed != own)
                .filter_map(|(_, trace)| end_skill(trace))
                .collect(),
            with_momentum: is_plain(settings)
                .then(|| self.momentum.of(&rest, own))
                .flatten(),
            same_start: self.starts.of(&start, own),
        };
        let runs = cell.runs.iter();
        runs.map(|run| context(run.run.seed)).collect()
    }
}

/// Returns seed and trace of every trained run of a cell.
fn traces(cell: &CellResults) -> impl Iterator<Item = (u64, &Trace)> {
    let runs = cell.runs.iter();
    runs.filter_map(|run| Some((run.run.seed, run.trace()?)))
}

#[cfg(test)]
mod tests;
