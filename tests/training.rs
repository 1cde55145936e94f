//! The training loop: batches, recorded losses and statistics, and the losses that skill is based on.
#![allow(clippy::unwrap_used)]

mod common;

use common::{dataset, every_engine, numbers, points, run, run_on, settings, sine};
use sweep::config::settings::*;
use sweep::diagnose::{Code, Context, diagnose};
use sweep::trace::{Evaluation, Outcome, Real, Trace};
use sweep::train::components::{Mode, Model, Parameter};
use sweep::train::datasets::{Dataset, Rows};
use sweep::train::rows::tensors;

fn json(trace: &Trace) -> String {
    serde_json::to_string(trace).unwrap()
}

#[test]
fn a_small_network_learns_a_sine() {
    let mut settings = settings();
    settings.budget = Budget::Epochs(150);
    let trace = run(&settings, Some(&sine(342)), 1);
    assert_eq!(trace.outcome, Outcome::Finished);
    assert!(trace.skill().unwrap() > 0.7 && trace.validation_skill().unwrap() > 0.7);
    assert_eq!(trace.trainable, 20 + 3 * 110 + 11);
    assert_eq!((trace.steps, trace.curve.of), (150 * 9, 150));
    let layers: Vec<_> = trace.layers.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(
        layers,
        ["hidden 1", "hidden 2", "hidden 3", "hidden 4", "output"]
    );
}

/// With steps that are too small to change a weight, dropout changes batch losses, gradients and δ, but not evaluated
/// losses and activations.
#[test]
fn dropout_changes_steps_but_not_evaluations() {
    let plain = Settings {
        lr: 1e-30,
        budget: Budget::Epochs(3),
        ..settings()
    };
    let dropped = Settings {
        dropout: 0.5,
        ..plain.clone()
    };
    for engine in every_engine() {
        let [plain, dropped] = [&plain, &dropped].map(|s| run_on(&engine, s, Some(&sine(64)), 1));
        assert_eq!(plain.evaluations, dropped.evaluations);
        assert_eq!(plain.predictions, dropped.predictions);
        for (one, other) in plain.layers.iter().zip(&dropped.layers) {
            assert_eq!(one.activation_sd, other.activation_sd);
            assert_ne!(one.gradient_rms, other.gradient_rms);
            assert_ne!(one.delta_rms, other.delta_rms);
        }
        assert_ne!(plain.curve, dropped.curve);
    }
}

#[test]
fn a_repeated_run_is_bit_identical() {
    let mut settings = settings();
    settings.batch_norm.hidden = true;
    let data = points(50, 3);
    settings.loss = Loss::CrossEntropy;
    settings.output = OutputActivation::Softmax;
    assert_eq!(
        json(&run(&settings, Some(&data), 7)),
        json(&run(&settings, Some(&data), 7))
    );
    assert_ne!(
        json(&run(&settings, Some(&data), 7)),
        json(&run(&settings, Some(&data), 8))
    );
}

#[test]
fn a_pruned_run_is_the_first_part_of_the_full_run_in_every_engine() {
    for engine in every_engine() {
        let mut whole = settings();
        whole.schedule = LrSchedule::Cosine;
        whole.warmup = 7;
        for budget in [Budget::Epochs(20), Budget::Steps(60)] {
            whole.budget = budget;
            let part = Settings {
                stop_at: Some(10),
                ..whole.clone()
            };
            let data = sine(96);
            let [all, first] = [&whole, &part].map(|s| run_on(&engine, s, Some(&data), 3));
            let steps = if budget == Budget::Epochs(20) { 30 } else { 10 };
            assert_eq!(first.outcome, Outcome::Pruned { step: steps });
            // The last mean can be over a part of an epoch.
            let epochs = steps as usize / 3;
            assert_eq!(first.curve.values[..epochs], all.curve.values[..epochs]);
            let same = first
                .evaluations
                .iter()
                .filter(|at| all.evaluations.contains(at));
            let steps: Vec<u64> = same.map(|at| at.step).collect();
            let both = |at: &&Evaluation| all.evaluations.iter().any(|all| all.step == at.step);
            let expected = first.evaluations.iter().filter(both).map(|at| at.step);
            assert_eq!(steps, expected.collect::<Vec<u64>>(), "{}", engine.name);
            assert!(steps.len() >= 5, "{steps:?}");
        }
    }
}

/// The lecture, part 1, exercise: with |B| = n, sampled without replacement, SGD is gradient descent.
#[test]
fn batches_of_all_rows_are_gradient_descent() {
    let data = sine(40);
    let mut settings = settings();
    settings.batch = BatchSize::Full;
    let trained = run(&settings, Some(&data), 3);
    let last = trained.end().unwrap().loss.0;
    assert!((last / descent_by_hand(&settings, &data, 3) - 1.0).abs() < 1e-6);
    let descent = numbers(&trained);
    for sampling in [Sampling::Epochs, Sampling::Fresh] {
        for m in [30, 1000] {
            settings.sampling = sampling;
            settings.batch = BatchSize::Rows(m);
            assert!(numbers(&run(&settings, Some(&data), 3)) == descent);
        }
    }
    settings.batch = BatchSize::Rows(29);
    assert!(numbers(&run(&settings, Some(&data), 3)) != descent);
}

/// Returns the loss after 20 steps w ← w − α ∇R(w), with ∇R over all rows in reverse order.
fn descent_by_hand(settings: &Settings, data: &Dataset, seed: u64) -> f64 {
    let model = Model::new(settings, seed, 1, 1).unwrap();
    let backwards = Rows {
        x: data.train.x.iter().rev().copied().collect(),
        y: data.train.y.iter().rev().copied().collect(),
        ..Rows::default()
    };
    let rows = tensors(settings, &backwards, 1, 0).unwrap();
    for _ in 0..20 {
        let gradients = model.risk(&rows, Mode::Training).unwrap();
        let gradients = gradients.backward().unwrap();
        for Parameter { var, .. } in model.parameters() {
            let step = (gradients.get(&var).unwrap() * settings.lr).unwrap();
            var.set(&(var.as_detached_tensor() - step).unwrap())
                .unwrap();
        }
    }
    let risk = model.risk(&rows, Mode::Evaluation).unwrap();
    f64::from(risk.to_scalar::<f32>().unwrap())
}

#[test]
fn snapshots_and_evaluations_include_start_and_end_also_within_an_epoch() {
    let mut settings = settings();
    settings.batch = BatchSize::Rows(10);
    settings.lr = 0.01;
    settings.budget = Budget::Steps(1001);
    let trace = run(&settings, Some(&sine(80)), 0);
    // An epoch has six batches of 60 rows; 1001 steps end 5 steps into the 167th.
    assert_eq!(
        (trace.snapshots[0], *trace.snapshots.last().unwrap()),
        (0, 1000)
    );
    assert_eq!(
        (
            trace.evaluations[0].step,
            trace.evaluations.last().unwrap().step
        ),
        (0, 1001)
    );
    assert_eq!(
        (
            trace.snapshots.len(),
            trace.evaluations.len(),
            trace.curve.of
        ),
        (49, 50, 167)
    );
    assert!(
        trace
            .layers
            .iter()
            .all(|l| l.gradient_rms.len() == 49 && l.dead.len() == 49)
    );
    assert!(trace.snapshots.is_sorted() && trace.evaluations.is_sorted_by_key(|at| at.step));
}

#[test]
fn momentum_escapes_the_local_minimum_and_sgd_does_not() {
    let mut settings = settings();
    settings.gradient_noise = 0.3;
    settings.lr = 0.01;
    settings.budget = Budget::Epochs(2000);
    for (risk, start) in [
        (OneWeightRisk::Ripples, 4.0),
        (OneWeightRisk::DoubleWell, 2.0),
    ] {
        settings.model = ModelSettings::Risk(risk);
        settings.init = Init::Constant(start);
        settings.optimizer = OptimizerSettings::Sgd {
            momentum: 0.0,
            nesterov: false,
        };
        let stuck = run(&settings, None, 1);
        assert_eq!(
            (stuck.steps, stuck.curve.of),
            (2000, 2000),
            "an epoch is a step"
        );
        assert!(stuck.skill().unwrap().abs() < 0.05, "{:?}", stuck.skill());
        settings.optimizer = OptimizerSettings::Sgd {
            momentum: 0.9,
            nesterov: false,
        };
        let free = run(&settings, None, 1);
        assert!(free.skill().unwrap() > 0.9, "{:?}", free.skill());
        assert_eq!(free.predictions.start[0][0].0, start);
        assert!(free.predictions.end[0][0].0.abs() < 1.3);
    }
}

/// For a feature that is 0 or 1, logistic regression predicts the frequencies of both groups.
#[test]
fn linear_losses_come_from_the_best_linear_model() {
    let rows = |x: &[f64], y: &[f64]| Rows {
        x: x.to_vec().into(),
        y: y.to_vec(),
        ..Rows::default()
    };
    let train = rows(
        &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0],
        &[0.0, 0.0, 0.0, 1.0, 0.0, 1.0],
    );
    let validation = rows(&[0.0, 1.0], &[1.0, 1.0]);
    let names = ["no".to_owned(), "yes".to_owned()];
    let data = dataset(1, &names, train.clone(), validation.clone());
    let mut settings = settings();
    settings.budget = Budget::Epochs(1);
    let groups = (4.0 * -(0.75 * 0.75_f64.ln() + 0.25 * 0.25_f64.ln()) + 2.0 * 2.0_f64.ln()) / 6.0;
    let brier = (4.0 * 0.1875 + 2.0 * 0.25) / 6.0;
    for (loss, output, on_train, on_validation) in [
        (
            Loss::Bce,
            OutputActivation::Sigmoid,
            groups,
            8.0_f64.ln() / 2.0,
        ),
        (
            Loss::CrossEntropy,
            OutputActivation::Softmax,
            groups,
            8.0_f64.ln() / 2.0,
        ),
        (
            Loss::Mse,
            OutputActivation::Sigmoid,
            brier,
            (0.5625 + 0.25) / 2.0,
        ),
    ] {
        (settings.loss, settings.output) = (loss, output);
        let facts = run(&settings, Some(&data), 0).data;
        let near =
            |a: Option<Real>, b: f64| assert!((a.unwrap().0 - b).abs() < 2e-3, "{a:?} is not {b}");
        near(facts.linear_train_loss, on_train);
        near(facts.linear_validation_loss, on_validation);
    }
    let numbers = dataset(
        1,
        &[],
        rows(&[0.0, 1.0, 2.0], &[0.0, 1.0, 5.0]),
        rows(&[3.0], &[7.0]),
    );
    (settings.loss, settings.output) = (Loss::Mse, OutputActivation::Linear);
    let facts = run(&settings, Some(&numbers), 0).data;
    assert_eq!(facts.linear_train_loss, Some(Real(0.5)));
    assert!(facts.linear_validation_loss.unwrap().0 < 1e-9);
    // The line through the first and the last point.
    settings.loss = Loss::Mae;
    let absolute = run(&settings, Some(&numbers), 0).data;
    assert!((absolute.linear_train_loss.unwrap().0 - 0.5).abs() < 2e-3);
    let scales = facts.scales.unwrap();
    assert_eq!(
        (scales.lowest_sd, scales.highest_mean),
        (Real(0.8165), Real(1.0))
    );
}

/// The best constant prediction is the mean, or the class frequencies, also for validation rows.
#[test]
fn constant_losses_are_variance_and_entropy() {
    let rows = |y: &[f64]| Rows {
        x: vec![0.5; y.len()].into(),
        y: y.to_vec(),
        ..Rows::default()
    };
    let names = ["no".to_owned(), "yes".to_owned()];
    let data = dataset(1, &names, rows(&[0.0, 0.0, 0.0, 1.0]), rows(&[1.0, 1.0]));
    let mut settings = settings();
    settings.budget = Budget::Epochs(1);
    let entropy = -(0.75 * 0.75_f64.ln() + 0.25 * 0.25_f64.ln());
    for (loss, output, train, validation) in [
        (Loss::Mse, OutputActivation::Sigmoid, 0.1875, 0.5625),
        (Loss::Mse, OutputActivation::Softmax, 0.1875, 0.5625),
        (
            Loss::Bce,
            OutputActivation::Sigmoid,
            entropy,
            -0.25_f64.ln(),
        ),
        (
            Loss::CrossEntropy,
            OutputActivation::Softmax,
            entropy,
            -0.25_f64.ln(),
        ),
    ] {
        (settings.loss, settings.output) = (loss, output);
        let facts = run(&settings, Some(&data), 0).data;
        assert!(
            (facts.constant_train_loss.0 - train).abs() < 1e-12,
            "{loss:?} {output:?}"
        );
        let got = facts.constant_validation_loss.unwrap().0;
        assert!((got - validation).abs() < 1e-12, "{loss:?} {output:?}");
    }
}

/// Each target has its own best constant and best linear model, and the loss is the mean of theirs.
#[test]
fn several_targets_are_compared_with_the_mean_of_their_best_models() {
    let of = |y: &[f64], targets| Rows {
        x: vec![0.0, 1.0, 2.0].into(),
        y: y.to_vec(),
        targets,
    };
    let (a, b) = ([0.0, 1.0, 5.0], [30.0, 0.0, 0.0]);
    let both = [0.0, 30.0, 1.0, 0.0, 5.0, 0.0];
    for loss in [Loss::Mse, Loss::Mae, Loss::Huber { delta: 2.0 }] {
        let settings = Settings {
            loss,
            budget: Budget::Epochs(1),
            ..settings()
        };
        let facts = |y: &[f64], targets| {
            let mut data = dataset(1, &[], of(y, targets), of(y, targets));
            data.targets = (0..targets).map(|k| format!("y{k}")).collect();
            run(&settings, Some(&data), 0)
        };
        let [a, b] = [&a, &b].map(|y| facts(y, 1).data);
        let both = facts(&both, 2);
        let near = |x: Real, a: Real, b: Real| {
            let mean = 0.5 * (a.0 + b.0);
            assert!((x.0 - mean).abs() < 1e-4 * mean, "{x:?} {a:?} {b:?}");
        };
        let facts = &both.data;
        let losses = [facts, &a, &b].map(|facts| facts.constant_train_loss);
        near(losses[0], losses[1], losses[2]);
        let losses = [facts, &a, &b].map(|facts| facts.linear_validation_loss.unwrap());
        near(losses[0], losses[1], losses[2]);
        // Predictions are recorded for the first target.
        assert_eq!(
            (facts.first_target(), both.predictions.end.len()),
            ("y0", 1)
        );
        assert_eq!(both.predictions.target, [0.0, 1.0, 5.0].map(Real));
    }
}

/// 10 rows with triple weight balance 30 rows, so that 0.5 is the best constant.
#[test]
fn balanced_class_weights_give_the_best_constant_and_linear_model_of_balanced_classes() {
    let of = |y: &dyn Fn(i32) -> i32, n: i32| Rows {
        x: (0..n).map(|i| f64::from(y(i))).collect(),
        y: (0..n).map(|i| f64::from(y(i))).collect(),
        ..Rows::default()
    };
    let mut rows = of(&|i| i32::from(i < 10), 40);
    // A feature without information.
    rows.x.to_mut().fill(0.0);
    let validation = Rows {
        x: vec![0.0].into(),
        ..of(&|_| 1, 1)
    };
    let names = ["no".to_owned(), "yes".to_owned()];
    let data = dataset(1, &names, rows, validation);
    let mut settings = settings();
    settings.labels.weights = ClassWeights::Balanced;
    settings.budget = Budget::Epochs(30);
    for (loss, output) in [
        (Loss::Bce, OutputActivation::Sigmoid),
        (Loss::CrossEntropy, OutputActivation::Softmax),
    ] {
        (settings.loss, settings.output) = (loss, output);
        for engine in every_engine() {
            let trace = run_on(&engine, &settings, Some(&data), 0);
            let facts = &trace.data;
            let near = |a: Real, b: f64| assert!((a.0 - b).abs() < 2e-3, "{a:?} is not {b}");
            near(facts.constant_train_loss, 2.0_f64.ln());
            near(facts.constant_validation_loss.unwrap(), 2.0_f64.ln());
            near(facts.linear_train_loss.unwrap(), 2.0_f64.ln());
            assert!(facts.lowest_train_loss.is_none());
            assert!(trace.skill().unwrap().abs() < 0.05);
            let last = trace.evaluations.last().unwrap();
            assert!((last.train_loss() - 2.0_f64.ln()).abs() < 0.05);
            assert!(last.validation.unwrap().accuracy.is_some());
        }
    }
}

/// With label smoothing of 0.2, a perfect prediction is 0.9 and 0.1, and its loss is their entropy.
#[test]
fn a_perfect_prediction_of_smoothed_labels_has_a_skill_of_one_and_is_healthy() {
    let rows = Rows {
        x: (0..40).map(|i| f64::from(i / 20)).collect(),
        y: (0..40).map(|i| f64::from(i / 20)).collect(),
        ..Rows::default()
    };
    let names = ["no".to_owned(), "yes".to_owned()];
    let data = dataset(1, &names, rows.clone(), rows);
    let mut settings = settings();
    settings.model = ModelSettings::Mlp { hidden: vec![8] };
    settings.budget = Budget::Epochs(400);
    settings.batch = BatchSize::Rows(10);
    (settings.loss, settings.output) = (Loss::CrossEntropy, OutputActivation::Softmax);
    settings.labels.smoothing = 0.2;
    let trace = run(&settings, Some(&data), 0);
    let entropy = -(0.9 * 0.9_f64.ln() + 0.1 * 0.1_f64.ln());
    let near = |a: Real, b: f64| assert!((a.0 - b).abs() < 1e-3, "{a:?} is not {b}");
    near(trace.data.constant_train_loss, 2.0_f64.ln());
    near(trace.data.lowest_train_loss.unwrap(), entropy);
    near(trace.data.lowest_validation_loss.unwrap(), entropy);
    near(trace.data.linear_train_loss.unwrap(), entropy);
    let last = trace.end().unwrap();
    near(last.loss, entropy);
    assert_eq!(last.accuracy, Some(Real(1.0)));
    assert!(trace.skill().unwrap() > 0.99 && trace.validation_skill().unwrap() > 0.99);
    let diagnosis = diagnose(&trace, &Context::default());
    assert_eq!(diagnosis.code, Code::Healthy);
}

/// The median 0.5 for the absolute loss; the root 2/3 of 2c + (c − 1) − 1 for the Huber loss with δ = 1.
#[test]
fn the_best_constant_depends_on_the_loss() {
    let rows = |y: &[f64]| Rows {
        x: vec![0.5; y.len()].into(),
        y: y.to_vec(),
        ..Rows::default()
    };
    let data = dataset(1, &[], rows(&[0.0, 5.0, 0.0, 1.0]), rows(&[1.0, 1.0]));
    let mut settings = settings();
    settings.budget = Budget::Epochs(1);
    for (loss, train, validation) in [
        (Loss::Mae, 1.5, 0.5),
        (Loss::Huber { delta: 1.0 }, 13.0 / 12.0, 1.0 / 18.0),
    ] {
        settings.loss = loss;
        let facts = run(&settings, Some(&data), 0).data;
        assert!((facts.constant_train_loss.0 - train).abs() < 1e-12);
        let got = facts.constant_validation_loss.unwrap().0;
        assert!((got - validation).abs() < 1e-12, "{loss:?}");
    }
}

/// The statistics of activations distinguish differences between neurons from differences between rows.
#[test]
fn neurons_with_equal_weights_have_equal_activations() {
    let data = points(60, 2);
    let mut settings = settings();
    settings.activation = Activation::Tanh;
    settings.output = OutputActivation::Sigmoid;
    for engine in every_engine() {
        settings.init = Init::Constant(0.5);
        let alike = run_on(&engine, &settings, Some(&data), 0);
        settings.init = Init::Xavier;
        let random = run_on(&engine, &settings, Some(&data), 0);
        for (alike, random) in alike.layers[..4].iter().zip(&random.layers) {
            assert!(
                alike
                    .neuron_sd
                    .iter()
                    .all(|sd| sd.0 < 1e-6 * alike.activation_sd[0].0)
            );
            let (neuron, all) = (random.neuron_sd[0].0, random.activation_sd[0].0);
            assert!(
                neuron > 0.5 * all && neuron < 1.01 * all,
                "{neuron} of {all}"
            );
        }
    }
}

#[test]
fn dead_and_saturated_neurons_are_counted() {
    let data = points(60, 2);
    let mut settings = settings();
    settings.budget = Budget::Steps(1);
    settings.init = Init::Constant(0.0);
    settings.output = OutputActivation::Sigmoid;
    settings.output_bias = Some(-10.0);
    let trace = run(&settings, Some(&data), 0);
    assert!(
        trace.layers[..4]
            .iter()
            .all(|l| l.dead[0].0 == 1.0 && l.saturated[0].0 == 0.0)
    );
    let output = &trace.layers[4];
    assert_eq!((output.dead[0].0, output.saturated[0].0), (0.0, 1.0));
    settings.init = Init::Normal(100.0);
    settings.activation = Activation::Tanh;
    let trace = run(&settings, Some(&data), 0);
    assert!(trace.layers[1].saturated[0].0 > 0.9 && trace.layers[1].dead[0].0 == 0.0);
}

#[test]
fn predictions_are_recorded_on_probe_rows_and_a_lattice_in_original_units() {
    let mut data = sine(400);
    (data.shift[0], data.scale[0]) = (100.0, 2.0);
    let trace = run(&settings(), Some(&data), 0);
    let outputs = &trace.predictions;
    assert_eq!(
        (outputs.features[0].len(), outputs.target.len()),
        (200, 200)
    );
    assert_eq!((outputs.start[0].len(), outputs.end[0].len()), (200, 200));
    assert_eq!(outputs.features[0][0].0, 100.0 - 6.0);
    let lattice = outputs.lattice.as_ref().unwrap();
    assert_eq!(
        (
            lattice.axes.len(),
            lattice.axes[0].len(),
            lattice.end[0].len()
        ),
        (1, 200, 200)
    );
    assert!(lattice.axes[0][0].0 < 94.0 && lattice.axes[0][199].0 > 105.9);

    let mut settings = settings();
    settings.loss = Loss::CrossEntropy;
    settings.output = OutputActivation::Softmax;
    let trace = run(&settings, Some(&points(60, 3)), 0);
    let lattice = trace.predictions.lattice.as_ref().unwrap();
    assert_eq!(
        (lattice.axes.len(), lattice.axes[1].len(), lattice.end.len()),
        (2, 32, 3)
    );
    assert_eq!(lattice.end[0].len(), 32 * 32);
    let sum: f64 = lattice.end.iter().map(|class| class[500].0).sum();
    assert!((sum - 1.0).abs() < 1e-3);
    assert!(trace.end().unwrap().accuracy.unwrap().0 > 0.5);
}

/// A stored trace, which is compressed JSON, must have at most 20 kB.
#[test]
fn the_trace_of_a_long_run_of_a_small_network_is_small() {
    let mut settings = settings();
    settings.loss = Loss::Bce;
    settings.output = OutputActivation::Sigmoid;
    settings.batch = BatchSize::Full;
    settings.budget = Budget::Epochs(2000);
    let trace = run(&settings, Some(&points(300, 2)), 0);
    assert_eq!(
        (trace.outcome.name(), trace.curve.at.len()),
        ("finished", 512)
    );
    let json = json(&trace);
    let mut packed = flate2::read::ZlibEncoder::new(json.as_bytes(), flate2::Compression::new(6));
    let stored = std::io::copy(&mut packed, &mut std::io::sink()).unwrap();
    assert!(stored < 18_000, "{stored} bytes, without its settings");
}
