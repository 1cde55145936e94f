//! Fixes of synthetic cells: which cells are trained, round by round, and how the results are judged.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::codes::Code;
use crate::config::Overrides;
use crate::config::settings::{Activation, ModelSettings};
use crate::diagnose::{CellDiagnosis, Diagnosis, Finding};
use crate::fix_kind::FixKind;
use crate::grid::{Cell, Run};
use crate::identity::RunId;
use crate::identity::canonical;
use crate::load::load_text;
use crate::results::{CellResults, Results, RunResult};
use crate::testkit::sound::SyntheticRun as Sound;
use crate::trace::{Real, Timing};
use std::path::Path;

const SATURATED: &str = "loss = \"mse\"\noutput = \"sigmoid\"\noutput_bias = -10";

/// Returns the cells of a file with the source `moons`.
fn cells(rest: &str) -> Vec<Cell> {
    let text = format!("[data]\nsource = \"moons\"\n[base]\n{rest}\n");
    let loaded = load_text(Path::new("a.toml"), &text, &Overrides::default());
    loaded.unwrap().cells
}

/// Returns a cell with three seeds that end with this loss and accuracy. The best constant has a loss of
/// 1, the best linear model 0.5.
fn ended(cell: Cell, loss: f64, accuracy: f64) -> CellResults {
    let run = |seed: u64| {
        let mut trace = Sound::sound().with_losses(&[1.0, loss]).trace;
        trace.params = canonical(&cell.settings);
        trace.data.linear_train_loss = Some(Real(0.5));
        for point in &mut trace.evaluations {
            point.train.as_mut().unwrap().accuracy = Some(Real(accuracy));
        }
        RunResult {
            run: Run {
                cell: cell.index,
                seed,
                id: RunId([cell.index as u8; 16]),
            },
            trained: Some((trace.into(), Timing::default())),
        }
    };
    CellResults {
        runs: (0..3).map(run).collect(),
        cell,
    }
}

/// Returns the same cell with this validation loss, too; that of the best constant is 1.
fn ended_with(cell: Cell, loss: f64, validation: f64) -> CellResults {
    let mut cell = ended(cell, loss, 1.0);
    for run in &mut cell.runs {
        let trace = std::sync::Arc::make_mut(&mut run.trained.as_mut().unwrap().0);
        trace.data.constant_validation_loss = Some(Real(1.0));
        for (point, loss) in trace.evaluations.iter_mut().zip([1.0, validation]) {
            point.validation = point.train;
            point.validation.as_mut().unwrap().loss = Real(loss);
        }
    }
    cell
}

fn results(cells: Vec<Cell>) -> Results {
    let cells = cells.into_iter().map(|cell| ended(cell, 0.9, 0.5));
    Results {
        cells: cells.collect(),
        ..Results::default()
    }
}

/// Returns the diagnosis of three seeds with these codes, each with a note.
fn called(codes: [Code; 3], note: Option<Code>) -> CellDiagnosis {
    let finding = |code| Finding {
        code,
        evidence: vec![],
        sentence: String::new(),
    };
    let run = |code| {
        Some(Diagnosis {
            code,
            finding: finding(code),
            rejected: vec![],
            notes: note.map(finding).into_iter().collect(),
        })
    };
    CellDiagnosis {
        runs: codes.map(run).into(),
        stopped: false,
    }
}

/// Trains all fixes; `world` gives the loss and accuracy of each. Returns the number of cells.
fn tried(rounds: &mut FixRounds, world: impl Fn(&Cell) -> (f64, f64)) -> usize {
    let mut trained = 0;
    while let Some(cells) = rounds.next_round() {
        trained += cells.len();
        let ended = cells.into_iter().map(|cell| {
            let (loss, accuracy) = world(&cell);
            ended(cell, loss, accuracy)
        });
        rounds.take(ended.collect());
    }
    trained
}

#[test]
fn a_larger_change_is_trained_only_if_the_smaller_one_does_not_work() {
    let results = results(cells("lr = 1e-4"));
    let diagnoses = [called([Code::LearningRateTooLow; 3], None)];
    let mut rounds = FixRounds::of(&results, &diagnoses, false);
    let trained = tried(&mut rounds, |cell| {
        let loss = if cell.settings.lr == 1e-2 { 0.05 } else { 0.9 };
        (loss, 1.0)
    });
    assert_eq!(trained, 2);
    let failure = fixes(&rounds).failures.remove(0);
    assert_eq!(failure.status, FixStatus::Fixed);
    assert_eq!(
        failure.verified_fixes().next().unwrap().toml,
        "[base]\nlr = 0.01\n"
    );
    assert_eq!(failure.trials.len(), 2);
}

#[test]
fn a_larger_network_is_trained_only_if_no_fix_of_the_cause_works() {
    let results = results(cells("hidden = [12]\nactivation = \"tanh\""));
    let diagnoses = [called([Code::SaturatedHidden; 3], None)];
    let fixed_by = |good: fn(&Cell) -> bool| {
        let mut rounds = FixRounds::of(&results, &diagnoses, false);
        tried(&mut rounds, |cell| {
            (if good(cell) { 0.05 } else { 0.9 }, 1.0)
        });
        let failure = fixes(&rounds).failures.remove(0);
        let fixes: Vec<String> = failure
            .verified_fixes()
            .map(|fix| fix.toml.clone())
            .collect();
        (failure.trials.len(), fixes)
    };
    let relu = |cell: &Cell| cell.settings.activation == Activation::Relu;
    let relu_toml = "[base]\nactivation = \"relu\"\n".to_owned();
    assert_eq!(fixed_by(relu), (4, vec![relu_toml]));
    let larger = |cell: &Cell| matches!(&cell.settings.model, ModelSettings::Mlp { hidden } if *hidden == [48; 4]);
    let larger_toml = "[base]\ndepth = 4\nwidth = 48\n".to_owned();
    assert_eq!(fixed_by(larger), (6, vec![larger_toml]));
}

#[test]
fn cells_of_the_sweep_or_of_another_fix_are_not_trained_again() {
    let both = cells("depth = 50\nwidth = 10\n[grid]\ndepth = [50, 40, 4]");
    let mut results = results(both);
    results.cells[2] = ended(results.cells[2].cell.clone(), 0.05, 1.0);
    let deep = called([Code::VanishingGradients; 3], None);
    let healthy = called([Code::Healthy; 3], None);
    let diagnoses = [deep.clone(), deep, healthy];
    let mut rounds = FixRounds::of(&results, &diagnoses, false);
    // Each cell has skip connections, batch normalization and He initialization of its own.
    assert_eq!(tried(&mut rounds, |_| (0.9, 0.5)), 6);
    for failure in fixes(&rounds).failures {
        let fewer = failure.verified_fixes().next().unwrap();
        assert!(fewer.toml.starts_with("# Remove the axis `depth`:"));
        assert!(fewer.toml.ends_with("\n[base]\ndepth = 4\n"));
        assert_eq!(failure.trials.len(), 4);
    }
}

#[test]
fn a_key_that_varies_in_a_zip_is_removed_from_the_zip() {
    let zipped = cells("width = 10\n[zip.recipe]\ndepth = [50, 40]\nlr = [0.1, 0.2]");
    let results = results(zipped);
    let deep = called([Code::VanishingGradients; 3], None);
    let diagnoses = [deep.clone(), deep];
    let mut rounds = FixRounds::of(&results, &diagnoses, false);
    let shallow = |cell: &Cell| matches!(&cell.settings.model, ModelSettings::Mlp { hidden } if hidden.len() == 4);
    tried(&mut rounds, |cell| {
        (if shallow(cell) { 0.05 } else { 0.9 }, 1.0)
    });
    let failure = fixes(&rounds).failures.remove(0);
    let fewer = failure.verified_fixes().next().unwrap();
    assert_eq!(
        fewer.toml,
        "# Remove `depth` from [grid] or [zip.…]: an axis overrides these values.\n[base]\ndepth = 4\n"
    );
}

#[test]
fn losses_of_several_units_are_shown_as_shares_of_the_best_constants_loss() {
    let followed = |text: &str, code: Code| {
        let results = results(cells(text));
        let diagnoses = [called([code; 3], None)];
        let mut rounds = FixRounds::of(&results, &diagnoses, false);
        tried(&mut rounds, |_| (0.9, 0.5));
        let failure = fixes(&rounds).failures.remove(0);
        assert!(
            failure
                .trials
                .iter()
                .all(|fix| fix.courses.seeds.len() == 3)
        );
        (failure.followed.relative, failure.followed.validation)
    };
    let too_low = Code::LearningRateTooLow;
    assert_eq!(followed("lr = 1e-4", too_low), (false, false));
    assert_eq!(followed(SATURATED, Code::SaturatedOutput), (true, false));
    assert_eq!(
        followed("optimizer = \"adam\"", Code::Overfit),
        (false, true)
    );
}

#[test]
fn a_fix_with_a_new_loss_is_not_its_own_reference() {
    let results = results(cells(SATURATED));
    let diagnoses = [called([Code::SaturatedOutput; 3], None)];
    let expected = [ExpectedFix {
        cell: 0,
        kind: FixKind::CrossEntropy,
        needed: most(3),
    }];
    let fixed = |loss, accuracy| {
        let mut rounds = FixRounds::named(&results, &diagnoses, &expected);
        tried(&mut rounds, |_| (loss, accuracy));
        rounds.results_of(&expected)[0]
            .best
            .clone()
            .unwrap()
            .1
            .fixed
    };
    // Better than the best linear model, but below 0.85 of a perfect skill.
    assert_eq!(fixed(0.3, 1.0), 0);
    assert_eq!(fixed(0.1, 1.0), 3);
    // The accuracy is no better than that of the failing cell.
    assert_eq!(fixed(0.1, 0.4), 0);
}

#[test]
fn accuracy_is_compared_with_the_best_for_these_rows_under_any_loss() {
    let both = format!("{SATURATED}\n[grid]\nwidth = [8, 16]");
    let mut results = results(cells(&both));
    results.cells[1] = ended(results.cells[1].cell.clone(), 0.05, 1.0);
    let diagnoses = [
        called([Code::SaturatedOutput; 3], None),
        called([Code::Healthy; 3], None),
    ];
    let expected = [ExpectedFix {
        cell: 0,
        kind: FixKind::CrossEntropy,
        needed: most(3),
    }];
    for (accuracy, fixed) in [(0.8, 0), (0.9, 3)] {
        let mut rounds = FixRounds::named(&results, &diagnoses, &expected);
        tried(&mut rounds, |_| (0.1, accuracy));
        let result = rounds.results_of(&expected).remove(0);
        assert_eq!(result.best.unwrap().1.fixed, fixed, "{accuracy}");
    }
}

#[test]
fn of_two_causes_the_one_with_working_fixes_is_chosen() {
    let results = results(cells("depth = 8\nlr = 1e-4"));
    let vanishing = called(
        [Code::VanishingGradients; 3],
        Some(Code::LearningRateTooLow),
    );
    let decided = |good: fn(&Cell) -> bool| {
        let diagnoses = [vanishing.clone()];
        let mut rounds = FixRounds::of(&results, &diagnoses, false);
        tried(&mut rounds, |cell| {
            (if good(cell) { 0.05 } else { 0.9 }, 1.0)
        });
        fixes(&rounds).failures.remove(0).decided.unwrap()
    };
    let rate = decided(|cell| cell.settings.lr > 1e-4);
    assert!(
        rate.starts_with("the cause is learning-rate-too-low, not vanishing"),
        "{rate}"
    );
    let depth = decided(|cell| cell.settings.lr == 1e-4);
    assert!(
        depth.starts_with("the cause is vanishing-gradients:"),
        "{depth}"
    );
    assert!(decided(|_| true).contains("either can be"));
    assert!(decided(|_| false).starts_with("neither"));
}

#[test]
fn a_cell_fails_unless_most_of_its_seeds_are_healthy() {
    let results = results(cells("lr = 1e-4"));
    let failures = |codes| {
        let diagnoses = [called(codes, None)];
        let mut rounds = FixRounds::of(&results, &diagnoses, false);
        tried(&mut rounds, |_| (0.9, 0.5));
        fixes(&rounds).failures
    };
    assert_eq!(
        failures([Code::Healthy, Code::Healthy, Code::DeadRelu]).len(),
        0
    );
    let split = failures([Code::Healthy, Code::DeadRelu, Code::TooShallow]);
    assert_eq!(split[0].status, FixStatus::NotFixed);
    // A cause without a fix of its own: only a larger network is trained.
    let unclear = failures([Code::Unclear; 3]);
    assert_eq!(unclear[0].status, FixStatus::NotFixed);
    assert_eq!(unclear[0].trials.len(), 2);
}

#[test]
fn random_changes_do_not_affect_the_results_of_fixes() {
    let results = results(cells("depth = 50\nwidth = 10\nlr = 0.01"));
    let diagnoses = [called([Code::VanishingGradients; 3], None)];
    let world = |cell: &Cell| match cell.settings.batch_norm.hidden {
        true => (0.3, 1.0),
        // A random change can reach a skill that no fix reaches.
        false if cell.settings.lr != 0.01 => (0.0, 1.0),
        false => (0.35, 1.0),
    };
    let all = |control| {
        let mut rounds = FixRounds::of(&results, &diagnoses, control);
        tried(&mut rounds, world);
        fixes(&rounds)
    };
    let (without, with) = (all(false), all(true));
    assert_eq!(without.control, None);
    assert_eq!(with.control.unwrap().of, 1);
    let fixed = |fixes: &Fixes| -> Vec<usize> {
        let trained = fixes.failures[0].trials.iter();
        trained.map(|fix| fix.cured).collect()
    };
    assert_eq!(fixed(&without), fixed(&with));
    let json = serde_json::to_string(&with).unwrap();
    assert_eq!(serde_json::from_str::<Fixes>(&json).unwrap(), with);
}

#[test]
fn a_change_that_does_not_raise_the_validation_skill_is_no_fix() {
    let results = Results {
        cells: vec![ended_with(cells("lr = 1e-4").remove(0), 0.9, 0.8)],
        ..Results::default()
    };
    let fixed = |codes: [Code; 3], validation: f64| {
        let diagnoses = [called(codes, None)];
        let mut rounds = FixRounds::of(&results, &diagnoses, false);
        while let Some(cells) = rounds.next_round() {
            let ended = cells.into_iter();
            rounds.take(
                ended
                    .map(|cell| ended_with(cell, 0.05, validation))
                    .collect(),
            );
        }
        let failure = fixes(&rounds).failures.remove(0);
        let first = &failure.trials[0];
        let expected = [ExpectedFix {
            cell: 0,
            kind: FixKind::HigherRate,
            needed: most(3),
        }];
        let mut named = FixRounds::named(&results, &diagnoses, &expected);
        while let Some(cells) = named.next_round() {
            let ended = cells.into_iter();
            named.take(
                ended
                    .map(|cell| ended_with(cell, 0.05, validation))
                    .collect(),
            );
        }
        let effect = named.results_of(&expected)[0].best.clone().unwrap().1;
        assert_eq!(effect.fixed, first.cured);
        assert_eq!(first.verified, first.cured >= most(3));
        (
            first.cured,
            first
                .held_out
                .unwrap()
                .map(|skill| (skill.0 * 100.0).round()),
        )
    };
    let too_low = [Code::LearningRateTooLow; 3];
    assert_eq!(fixed(too_low, 0.1), (3, [20.0, 90.0]));
    // The training skill rises, and the validation skill does not.
    assert_eq!(fixed(too_low, 0.81), (0, [20.0, 19.0]));
    // Worse than a constant.
    assert_eq!(fixed(too_low, 1.01), (0, [20.0, -1.0]));
    // A seed that was healthy need not improve.
    let one = [
        Code::Healthy,
        Code::LearningRateTooLow,
        Code::LearningRateTooLow,
    ];
    assert_eq!(fixed(one, 0.81).0, 1);
}

#[test]
fn changes_that_are_not_legal_are_listed_with_their_reasons() {
    let rejected = |base: &str, code| {
        let results = results(cells(base));
        let diagnoses = [called([code; 3], None)];
        let rounds = FixRounds::of(&results, &diagnoses, false);
        fixes(&rounds).failures.remove(0).rejected
    };
    let batches = rejected("lr = 0.3\nbatch = \"full\"", Code::LearningRateTooHigh);
    assert_eq!(batches.len(), 1);
    assert_eq!(batches[0].remedy, FixKind::LargerBatches.name());
    assert_eq!(batches[0].reason, "not-applicable");
    assert_eq!(batches[0].causes, ["learning-rate-too-high"]);
    // The reason has the values, which are not repeated.
    let tanh = "activation = \"tanh\"\ninit = \"lecun\"";
    let init = rejected(tanh, Code::SymmetricInit);
    assert_eq!(init[0].reason, "unchanged");
    assert_eq!(init[0].message, "the cell already has init = \"lecun\"");
    assert_eq!(rejected_pairs(&init[0]), "");
}

#[test]
fn a_fix_of_one_section_is_shown_without_its_header() {
    let one = "# A comment.\n[base]\nlr = 0.01\n";
    let shown = ("[base]".to_owned(), "# A comment.\nlr = 0.01\n".to_owned());
    assert_eq!(to_set(one), shown);
    let both = "[data]\nstandardize = true\n[base]\nhidden = [8, 8]\n";
    let shown = ("[data] and [base]".to_owned(), both.to_owned());
    assert_eq!(to_set(both), shown);
}
