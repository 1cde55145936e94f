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
use super::gate::{end_skill, linear_skill};
use crate::results::CellResults;
use crate::spec::settings::{Batch, Budget, DataSettings, Loss, Optimizer, Sampling, Settings};
use crate::trace::{RiskPoint, Trace};
use serde::Serialize;

/// What is known beside the runs of a sweep.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    /// Of all cells with the same task.
    tasks: Best,
    /// Of cells with momentum or Adam, by what they have in common with a cell without.
    momentum: Best,
    /// Of all cells that start from the same network, as shares of the best of their task.
    starts: Best,
}

impl Contexts {
    /// Of all runs of these cells that were trained.
    pub fn of(cells: &[&CellResults]) -> Contexts {
        let mut contexts = Contexts::default();
        for cell in cells {
            let (own, settings) = (cell.cell.index, &cell.cell.settings);
            let (task, rest) = (task(settings), but_for_optimizer(settings));
            for (seed, trace) in traces(cell) {
                contexts.tasks.note(&task, seed, own, best_moment(trace));
                if !is_plain(settings) {
                    contexts.momentum.note(&rest, seed, own, end_skill(trace));
                }
            }
        }
        for cell in cells {
            let (own, settings) = (cell.cell.index, &cell.cell.settings);
            let (task, start) = (task(settings), start(settings));
            for (seed, trace) in traces(cell) {
                let best = contexts.tasks.of(&task, seed);
                let share = end_skill(trace).zip(best).map(|(skill, best)| skill / best);
                contexts.starts.note(&start, seed, own, share);
            }
        }
        contexts
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
    runs.filter_map(|run| Some((run.run.seed, &run.trained.as_ref()?.0)))
}

/// The skill at the look with the lowest validation loss (training loss, where there are no
/// validation rows), whatever came of the run afterwards. None of a run that never had more than the
/// best linear model.
fn best_moment(trace: &Trace) -> Option<f64> {
    let loss = |point: &RiskPoint| point.validation.unwrap_or(point.train).loss.0;
    let looks = trace.risks.iter().filter(|point| loss(point).is_finite());
    let best = looks.min_by(|a, b| loss(a).total_cmp(&loss(b)))?;
    let skill = 1.0 - best.train.loss.0 / trace.data.constant_train_loss.0;
    let least = linear_skill(trace).unwrap_or(0.0).max(0.0);
    Some(skill).filter(|skill| skill.is_finite() && *skill > least)
}

/// What there is to learn, as a key: the rows and the loss.
fn task(settings: &Settings) -> String {
    key(&(rows(settings), settings.loss))
}

/// The rows, however they are handed to a network.
pub fn rows(settings: &Settings) -> DataSettings {
    DataSettings {
        scales: Vec::new(),
        offsets: Vec::new(),
        standardize: false,
        ..settings.data.clone()
    }
}

/// Everything but the update rule with its own keys and the rate, as a key.
fn but_for_optimizer(settings: &Settings) -> String {
    key(&Settings {
        optimizer: PLAIN,
        lr: 1.0,
        ..settings.clone()
    })
}

/// The network before training and the rows that it sees, as a key: what it is trained by may differ.
fn start(settings: &Settings) -> String {
    key(&Settings {
        loss: Loss::Mse,
        optimizer: PLAIN,
        lr: 1.0,
        weight_decay: 0.0,
        batch: Batch::Full,
        sampling: Sampling::Epochs,
        budget: Budget::Steps(0),
        patience: None,
        ..settings.clone()
    })
}

const PLAIN: Optimizer = Optimizer::Sgd {
    momentum: 0.0,
    nesterov: false,
};

/// Whether a cell has neither momentum nor Adam.
fn is_plain(settings: &Settings) -> bool {
    matches!(settings.optimizer, Optimizer::Sgd { momentum: 0.0, .. })
}

fn key(value: &impl Serialize) -> String {
    // Plain data: there is nothing in it that JSON could not hold.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::diagnose::tests::Run;
    use crate::grid::{self, RunId};
    use crate::results::RunResult;
    use crate::spec::Values;
    use crate::spec::settings::{Init, Source};
    use crate::trace::{Outcome, Real, Timing};

    /// A cell whose seeds from 0 on end with these losses, of which 1 is the best constant's and
    /// 0.5 the best linear model's.
    fn cell(losses: &[f64], edit: impl Fn(&mut Settings)) -> CellResults {
        let mut settings = Run::sound().settings;
        edit(&mut settings);
        let run = |(seed, loss): (usize, &f64)| {
            let mut trace = Run::sound().with_losses(&[1.0, *loss]).trace;
            trace.data.linear_train_loss = Some(Real(0.5));
            RunResult {
                run: grid::Run {
                    cell: 0,
                    seed: seed as u64,
                    id: RunId([0; 16]),
                },
                trained: Some((trace, Timing::default())),
            }
        };
        CellResults {
            runs: losses.iter().enumerate().map(run).collect(),
            cell: grid::Cell {
                index: 0,
                coordinates: Vec::new(),
                varied: Vec::new(),
                values: Values::default(),
                settings,
            },
        }
    }

    fn same(_: &mut Settings) {}

    fn adam(settings: &mut Settings) {
        settings.lr = 1e-3;
        settings.optimizer = Optimizer::Adam {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
        };
    }

    fn trace_of(cell: &mut CellResults) -> &mut Trace {
        &mut cell.runs[0].trained.as_mut().unwrap().0
    }

    /// The contexts of the first cell.
    fn contexts(cells: Vec<CellResults>) -> Vec<Context> {
        let all: Vec<&CellResults> = cells.iter().collect();
        Contexts::of(&all).of_cell(all[0])
    }

    fn best(cells: Vec<CellResults>) -> Vec<Option<f64>> {
        let contexts = contexts(cells).into_iter();
        contexts.map(|context| context.best_skill).collect()
    }

    #[test]
    fn the_best_skill_is_of_the_same_seed_the_same_rows_and_the_same_loss() {
        let bad = || cell(&[0.9, 0.8], same);
        assert_eq!(
            best(vec![bad(), cell(&[0.25, 0.125], same)]),
            [Some(0.75), Some(0.875)]
        );
        let scaled = |settings: &mut Settings| {
            settings.data.scales = vec![1.0, 100.0];
            settings.data.standardize = false;
        };
        assert_eq!(
            best(vec![bad(), cell(&[0.25, 0.125], scaled)]),
            [Some(0.75), Some(0.875)]
        );
        let others: [fn(&mut Settings); 3] = [
            |settings| settings.loss = Loss::Bce,
            |settings| settings.data.noise = 0.5,
            |settings| settings.data.source = Source::Circles,
        ];
        for other in others {
            assert_eq!(best(vec![bad(), cell(&[0.2, 0.1], other)]), [None, None]);
        }
    }

    #[test]
    fn a_seed_without_a_good_run_does_not_borrow_from_rows_that_it_does_not_have() {
        let good = cell(&[0.25, 0.6], same);
        assert_eq!(
            best(vec![cell(&[0.9, 0.8], same), good]),
            [Some(0.75), None]
        );
    }

    #[test]
    fn runs_no_better_than_the_best_linear_model_do_not_lower_the_bar() {
        let cells = || vec![cell(&[0.9], same), cell(&[0.5], same)];
        assert_eq!(best(cells()), [None]);
        let mut unknown = cells();
        for cell in &mut unknown {
            trace_of(cell).data.linear_train_loss = None;
        }
        assert_eq!(best(unknown), [Some(0.5)]);
    }

    #[test]
    fn a_trial_is_held_against_all_but_itself() {
        let numbered = |index, loss| {
            let mut cell = cell(&[loss], same);
            cell.cell.index = index;
            cell
        };
        let best = |own: &CellResults, cells: &[&CellResults]| {
            Contexts::of(cells).of_trial(own)[0].best_skill
        };
        let (bad, good, better) = (numbered(0, 0.9), numbered(1, 0.3), numbered(2, 0.2));
        assert_eq!(best(&better, &[&bad, &better]), None);
        for cells in [[&bad, &good, &better], [&better, &good, &bad]] {
            assert_eq!(best(&better, &cells), Some(0.7));
            assert_eq!(best(&good, &cells), Some(0.8));
        }
    }

    #[test]
    fn noise_learned_by_heart_is_no_skill_and_what_came_later_takes_none_away() {
        let mut overfits = cell(&[0.0], same);
        let run = Run::sound().with_losses(&[1.0, 0.25, 0.0]);
        *trace_of(&mut overfits) = run.with_validation(&[1.0, 0.3, 0.6]).trace;
        assert_eq!(best(vec![overfits]), [Some(0.75)]);
        let mut lost = cell(&[0.0], same);
        *trace_of(&mut lost) = Run::sound().with_losses(&[1.0, 0.25, f64::NAN]).trace;
        trace_of(&mut lost).outcome = Outcome::Diverged { step: 9 };
        assert_eq!(best(vec![lost]), [Some(0.75)]);
    }

    #[test]
    fn other_seeds_are_told_with_what_they_ended_with() {
        let mut own = cell(&[0.9, 0.25, 0.1, 0.2], same);
        own.runs[2].trained.as_mut().unwrap().0.outcome = Outcome::Diverged { step: 3 };
        own.runs[3].trained = None;
        let contexts = contexts(vec![own]);
        assert_eq!(contexts[0].other_seeds, [0.75]);
        assert_eq!(contexts[1].other_seeds, [1.0 - 0.9]);
        assert_eq!(contexts.len(), 4);
    }

    #[test]
    fn what_the_same_weights_were_trained_to_is_known_of_the_same_seed() {
        let same_start = |other: fn(&mut Settings)| {
            let contexts = contexts(vec![cell(&[0.9, 0.9], same), cell(&[0.2, 0.9], other)]);
            [0, 1].map(|seed| contexts[seed].same_start)
        };
        // As a share of the best, which for the second seed is not known.
        let longer = |settings: &mut Settings| {
            settings.budget = Budget::Epochs(999);
            adam(settings);
        };
        assert_eq!(same_start(longer), [Some(1.0), None]);
        let [share, _] = same_start(|settings| settings.init = Init::Normal(0.7));
        assert!(share.unwrap() < 0.2);
    }

    #[test]
    fn momentum_and_adam_are_known_of_the_same_cell_at_any_rate_and_to_plain_sgd_only() {
        let with_momentum = |cells| contexts(cells)[0].with_momentum;
        let plain = || cell(&[0.9], same);
        assert_eq!(
            with_momentum(vec![plain(), cell(&[0.25], adam)]),
            Some(0.75)
        );
        let longer = |settings: &mut Settings| {
            adam(settings);
            settings.patience = Some(9);
        };
        assert_eq!(with_momentum(vec![plain(), cell(&[0.25], longer)]), None);
        let momentum = |settings: &mut Settings| {
            settings.optimizer = Optimizer::Sgd {
                momentum: 0.9,
                nesterov: true,
            };
        };
        assert_eq!(
            with_momentum(vec![cell(&[0.9], momentum), cell(&[0.25], adam)]),
            None
        );
    }
}
