//! What the runs of a sweep show about each other.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::settings::{
    Budget, Init, Loss, LrSchedule, OptimizerSettings, Settings, Source,
};
use crate::testkit::sound::{SyntheticRun, cell, same};
use crate::trace::Outcome;
use std::sync::Arc;

fn adam(settings: &mut Settings) {
    settings.lr = 1e-3;
    settings.optimizer = OptimizerSettings::Adam {
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
    };
}

fn trace_of(cell: &mut CellResults) -> &mut Trace {
    Arc::make_mut(&mut cell.runs[0].trained.as_mut().unwrap().0)
}

/// Returns the contexts of the first cell.
fn contexts(cells: Vec<CellResults>) -> Vec<Context> {
    let results = Results {
        cells,
        ..Results::default()
    };
    SweepSkills::of(&results, &[]).contexts(&results.cells[0])
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
fn a_seed_without_a_good_run_is_not_compared_with_another_seed() {
    let good = cell(&[0.25, 0.6], same);
    assert_eq!(
        best(vec![cell(&[0.9, 0.8], same), good]),
        [Some(0.75), None]
    );
}

#[test]
fn runs_no_better_than_the_best_linear_model_are_no_reference() {
    let cells = || vec![cell(&[0.9], same), cell(&[0.5], same)];
    assert_eq!(best(cells()), [None]);
    let mut unknown = cells();
    for cell in &mut unknown {
        trace_of(cell).data.linear_train_loss = None;
    }
    assert_eq!(best(unknown), [Some(0.5)]);
}

#[test]
fn a_fix_is_compared_with_all_cells_but_itself() {
    let numbered = |index, loss| {
        let mut cell = cell(&[loss], same);
        cell.cell.index = index;
        cell
    };
    let best = |own: &CellResults, cells: &[&CellResults]| {
        SweepSkills::of(&Results::default(), cells).contexts_of_fix(own)[0].best_skill
    };
    let (bad, good, better) = (numbered(0, 0.9), numbered(1, 0.3), numbered(2, 0.2));
    assert_eq!(best(&better, &[&bad, &better]), None);
    for cells in [[&bad, &good, &better], [&better, &good, &bad]] {
        assert_eq!(best(&better, &cells), Some(0.7));
        assert_eq!(best(&good, &cells), Some(0.8));
    }
}

#[test]
fn the_best_skill_is_that_of_the_lowest_validation_loss() {
    let mut overfits = cell(&[0.0], same);
    let run = SyntheticRun::sound().with_losses(&[1.0, 0.25, 0.0]);
    *trace_of(&mut overfits) = run.with_validation(&[1.0, 0.3, 0.6]).trace;
    assert_eq!(best(vec![overfits]), [Some(0.75)]);
    let mut lost = cell(&[0.0], same);
    *trace_of(&mut lost) = SyntheticRun::sound()
        .with_losses(&[1.0, 0.25, f64::NAN])
        .trace;
    trace_of(&mut lost).outcome = Outcome::Diverged { step: 9 };
    assert_eq!(best(vec![lost]), [Some(0.75)]);
}

#[test]
fn other_seeds_count_with_their_final_skill() {
    let mut own = cell(&[0.9, 0.25, 0.1, 0.2], same);
    let diverged = &mut own.runs[2].trained.as_mut().unwrap().0;
    Arc::make_mut(diverged).outcome = Outcome::Diverged { step: 3 };
    own.runs[3].trained = None;
    let contexts = contexts(vec![own]);
    assert_eq!(contexts[0].other_seeds, [0.75]);
    assert_eq!(contexts[1].other_seeds, [1.0 - 0.9]);
    assert_eq!(contexts.len(), 4);
}

#[test]
fn the_same_initial_network_is_compared_for_the_same_seed() {
    let same_start = |other: fn(&mut Settings)| {
        let contexts = contexts(vec![cell(&[0.9, 0.9], same), cell(&[0.2, 0.9], other)]);
        [0, 1].map(|seed| contexts[seed].same_start)
    };
    // As a fraction of the best skill, which is not known for the second seed.
    let longer = |settings: &mut Settings| {
        settings.budget = Budget::Epochs(999);
        adam(settings);
    };
    assert_eq!(same_start(longer), [Some(1.0), None]);
    let [fraction, _] = same_start(|settings| settings.init = Init::Normal(0.7));
    assert!(fraction.unwrap() < 0.2);
}

#[test]
fn momentum_and_adam_count_at_any_rate_and_for_plain_sgd_only() {
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
        settings.optimizer = OptimizerSettings::Sgd {
            momentum: 0.9,
            nesterov: true,
        };
    };
    assert_eq!(
        with_momentum(vec![cell(&[0.9], momentum), cell(&[0.25], adam)]),
        None
    );
    // An adaptive optimizer without momentum is neither plain nor does it have momentum.
    let adagrad = |settings: &mut Settings| {
        settings.schedule = LrSchedule::Cosine;
        settings.optimizer = OptimizerSettings::AdaGrad {
            epsilon: 1e-10,
            lr_decay: 0.0,
        };
    };
    assert_eq!(with_momentum(vec![plain(), cell(&[0.25], adagrad)]), None);
    assert_eq!(
        with_momentum(vec![cell(&[0.9], adagrad), cell(&[0.25], adam)]),
        None
    );
    let annealed = |settings: &mut Settings| {
        adam(settings);
        settings.schedule = LrSchedule::Cosine;
    };
    let both = vec![plain(), cell(&[0.25], annealed)];
    assert_eq!(with_momentum(both), Some(0.75));
}
