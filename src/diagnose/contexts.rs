//! What the runs of a sweep tell about each other: the [`Context`] of each.
//!
//! A skill says something about another run's only where both had to learn the same: the same rows
//! under the same loss. How the rows are handed to a network (scaled, shifted, standardised) makes
//! them no other rows. Another seed has other rows, of which there may be more or less to learn, and is
//! not asked.
//!
//! The best skill known is that of the best moment of the best run: the look at which the validation
//! rows liked it best, so that noise learned by heart is not taken for skill. A run that is no better
//! than the best linear model has shown nothing of what networks can do with these rows, and is left
//! out: otherwise a sweep in which all fail would call all of them healthy.

use super::Context;
use super::best::Best;
use super::gate::end_skill;
use super::tasks::{but_for_optimizer, has_momentum, is_plain, start, task};
use super::yardstick::{best_moment, reference_skill};
use crate::results::{CellResults, Results};
use crate::trace::Trace;
use std::collections::BTreeMap;

/// What is known beside the runs of a sweep.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    /// Of all cells with the same task.
    pub(super) tasks: Best,
    /// Of cells with momentum or Adam, by what they have in common with a cell without.
    momentum: Best,
    /// Of all cells that start from the same network, as shares of the best of their task.
    starts: Best,
    /// Of references, by task.
    references: BTreeMap<String, f64>,
    /// What the file says can be reached.
    target: Option<f64>,
}

impl Contexts {
    /// Of all runs of a sweep, and of these cells beside it, that were trained.
    pub fn of(results: &Results, others: &[&CellResults]) -> Contexts {
        let mut contexts = Contexts {
            target: results.target,
            ..Contexts::default()
        };
        let cells = || results.cells.iter().chain(others.iter().copied());
        for cell in cells() {
            let (own, settings) = (cell.cell.index, &cell.cell.settings);
            let (task, rest) = (task(settings), but_for_optimizer(settings));
            for (seed, trace) in traces(cell) {
                contexts.tasks.note(&task, seed, own, best_moment(trace));
                if has_momentum(settings) {
                    contexts.momentum.note(&rest, seed, own, end_skill(trace));
                }
            }
        }
        for reference in &results.references {
            let task = task(&results.cells[reference.of].cell.settings);
            let skill = reference_skill(reference);
            contexts.references.extend(skill.map(|skill| (task, skill)));
        }
        for cell in cells() {
            let (own, settings) = (cell.cell.index, &cell.cell.settings);
            let (task, start) = (task(settings), start(settings));
            for (seed, trace) in traces(cell) {
                let best = contexts.possible(&task, seed);
                let share = end_skill(trace).zip(best).map(|(skill, best)| skill / best);
                contexts.starts.note(&start, seed, own, share);
            }
        }
        contexts
    }

    /// The most that is known to be possible: by the runs of a task, by references, by the file.
    pub(super) fn possible(&self, task: &str, seed: u64) -> Option<f64> {
        let known = [
            self.tasks.of(task, seed),
            self.references.get(task).copied(),
            self.target,
        ];
        known.into_iter().flatten().reduce(f64::max)
    }

    /// The same as [`Contexts::of_cell`] for a cell that is a trial: what it reached itself is no
    /// yardstick for it.
    pub fn of_trial(&self, cell: &CellResults) -> Vec<Context> {
        let (task, own) = (task(&cell.cell.settings), cell.cell.index);
        let mut contexts = self.of_cell(cell);
        for (context, run) in contexts.iter_mut().zip(&cell.runs) {
            context.best_skill = self.tasks.of_others(&task, run.run.seed, own);
        }
        contexts
    }

    /// One per run of a cell, in the order of the seeds.
    pub fn of_cell(&self, cell: &CellResults) -> Vec<Context> {
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

/// The seeds and traces of a cell's runs that were trained.
fn traces(cell: &CellResults) -> impl Iterator<Item = (u64, &Trace)> {
    let runs = cell.runs.iter();
    runs.filter_map(|run| Some((run.run.seed, run.trace()?)))
}

#[cfg(test)]
pub(super) mod tests;
