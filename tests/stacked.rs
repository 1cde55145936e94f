//! The stacked executor agrees with the autograd executor. A run in a stack has the same bits in every lane, among any
//! other runs, and on every instruction set.
#![allow(clippy::unwrap_used)]

mod common;

use common::{
    NUMBERS, dataset, every_activation, every_engine, loss, of_file, output, points, run_all,
    run_on, settings, words_of,
};
use proptest::prelude::*;
use pulp::Arch;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use sweep::config::settings::*;
use sweep::trace::{Outcome, Trace};
use sweep::train::components::layers::layers;
use sweep::train::datasets::{Dataset, Rows};
use sweep::train::simd::training;
use sweep::train::{Cancellation, Ended, Job};

fn json(trace: &Trace) -> String {
    serde_json::to_string(trace).unwrap()
}

/// A regression with a number of features.
fn regression(n: usize, features: usize) -> Dataset {
    let mut all = [Rows::default(), Rows::default()];
    for i in 0..n {
        let rows = &mut all[usize::from(i % 5 == 4)];
        let x: Vec<f64> = (0..features)
            .map(|j| (1.3 * (i + 7 * j) as f64).sin())
            .collect();
        rows.y.push(x.iter().sum::<f64>().cos());
        rows.x.extend(x);
    }
    let [train, validation] = all;
    dataset(features, &[], train, validation)
}

/// The same with several targets of different scales.
fn several(n: usize, features: usize, targets: usize) -> Dataset {
    let mut data = regression(n, features);
    for rows in [&mut data.train, &mut data.validation] {
        let of = |y: &f64| {
            (0..targets)
                .map(|k| (k + 1) as f64 * y - k as f64)
                .collect::<Vec<f64>>()
        };
        rows.y = rows.y.iter().flat_map(of).collect();
        rows.targets = targets;
    }
    data.test.targets = targets;
    data.targets = (0..targets).map(|k| format!("y{k}")).collect();
    data
}

/// The settings of a file with these lines in `[base]`, of rows whose target is a number.
fn with(lines: &str) -> Settings {
    of_file(NUMBERS, lines)
}

/// Every word of a key must be among the values that the executors are compared on.
fn covers(key: &str, values: &[&str]) {
    for word in words_of(key) {
        let quoted = format!("\"{word}\"");
        assert!(
            values.iter().any(|value| value.contains(&quoted)),
            "{key}: {word}"
        );
    }
}

/// Every update rule, by its lines in a file.
fn optimizers() -> Vec<OptimizerSettings> {
    let all = [
        "optimizer = \"sgd\"",
        "optimizer = \"sgd\"\nmomentum = 0.9",
        "optimizer = \"sgd\"\nmomentum = 0.8\nnesterov = true",
        "optimizer = \"adam\"\nbeta2 = 0.99",
        "optimizer = \"adamw\"\nbeta1 = 0.8\nbeta2 = 0.99",
        "optimizer = \"rmsprop\"\nbeta2 = 0.9\nepsilon = 1e-7",
        // With the ε that it has by default, a gradient of 1e-17 that is but rounding, and another one in each
        // executor, is blown up ten thousand times as much.
        "optimizer = \"rmsprop\"\nepsilon = 1e-4\nmomentum = 0.7",
        "optimizer = \"adagrad\"\nlr_decay = 0.1",
    ];
    covers("optimizer", &all);
    all.map(|lines| with(lines).optimizer).to_vec()
}

/// What a network may be, but for its data and its loss.
fn networks() -> impl Strategy<Value = Settings> {
    let models = prop_oneof![
        Just(ModelSettings::Linear),
        prop::collection::vec(1..20_usize, 1..4).prop_map(|hidden| ModelSettings::Mlp { hidden }),
        (1..4_usize, 1..3_usize, 1..9_usize).prop_map(|(blocks, layers, width)| {
            ModelSettings::Residual {
                blocks,
                layers,
                width,
            }
        }),
    ];
    let activations = prop::sample::select(every_activation());
    let optimizers = prop::sample::select(optimizers());
    let sites =
        prop::array::uniform3(prop::bool::weighted(0.3)).prop_map(|[input, hidden, output]| {
            NormSites {
                input,
                hidden,
                output,
            }
        });
    let none = NormSites::default();
    let norms = (sites, any::<bool>()).prop_map(move |(sites, by_batch)| match by_batch {
        true => (sites, none),
        false => (none, sites),
    });
    let dropout = prop::sample::select(vec![0.0, 0.0, 0.3]);
    let batches = prop_oneof![
        (1..40_usize).prop_map(BatchSize::Rows),
        Just(BatchSize::Full)
    ];
    let sampling = words_of("sampling").into_iter();
    let sampling = sampling.map(|word| with(&format!("sampling = {word:?}")).sampling);
    let sampling = prop::sample::select(sampling.collect::<Vec<_>>());
    let decay = prop::sample::select(vec![0.0, 0.1]);
    let shaping = (
        prop::option::of(0.02..2.0),
        prop::option::of(0.01..0.5),
        prop::sample::select(vec![0.0, 0.01]),
    );
    let schedules = [
        "\"constant\"",
        "\"cosine\"",
        "{ step = 3, factor = 0.5 }",
        "{ exponential = 0.8 }",
    ];
    covers("schedule", &schedules);
    let schedules = schedules.map(|value| with(&format!("schedule = {value}")).schedule);
    let schedules = prop::sample::select(schedules.to_vec());
    (
        models,
        activations,
        optimizers,
        (norms, dropout),
        batches,
        sampling,
        decay,
        (schedules, 0..4_usize),
        shaping,
    )
        .prop_map(
            |(
                model,
                activation,
                optimizer,
                ((batch_norm, layer_norm), dropout),
                batch,
                sampling,
                weight_decay,
                (schedule, warmup),
                (norm, value, l1),
            )| {
                Settings {
                    model,
                    activation,
                    optimizer,
                    batch_norm,
                    layer_norm,
                    dropout,
                    // A single row has no variance for normalization.
                    batch: match batch {
                        BatchSize::Rows(1) if batch_norm != NormSites::default() => {
                            BatchSize::Rows(2)
                        }
                        batch @ (BatchSize::Full | BatchSize::Rows(_)) => batch,
                    },
                    sampling,
                    weight_decay,
                    lr: 0.02,
                    schedule,
                    warmup,
                    clip: Clip { norm, value },
                    l1,
                    init: Init::Torch,
                    budget: Budget::Steps(9),
                    precision: Precision::F64,
                    ..settings()
                }
            },
        )
}

/// A task with its loss and output activation.
fn tasks() -> impl Strategy<Value = (Dataset, Loss, OutputActivation)> {
    let [mse, mae, huber] = ["\"mse\"", "\"mae\"", "{ huber = 0.3 }"].map(loss);
    let [bce, cross_entropy] = ["\"bce\"", "\"cross-entropy\""].map(loss);
    covers(
        "loss",
        &[
            "\"mse\"",
            "\"mae\"",
            "\"huber\"",
            "\"bce\"",
            "\"cross-entropy\"",
        ],
    );
    let [linear, sigmoid, softmax] = ["linear", "sigmoid", "softmax"].map(output);
    covers("output", &["\"linear\"", "\"sigmoid\"", "\"softmax\""]);
    prop_oneof![
        (1..6_usize).prop_map(move |d| (regression(43, d), mse, linear)),
        (1..6_usize).prop_map(move |d| (regression(43, d), mae, linear)),
        (0.05..2.0).prop_map(move |delta| (regression(43, 2), Loss::Huber { delta }, linear)),
        Just((regression(43, 2), mae, sigmoid)),
        (1..3_usize, 2..5_usize).prop_map(move |(d, k)| (several(43, d, k), mse, linear)),
        Just((several(43, 2, 3), huber, linear)),
        Just((regression(43, 2), huber, sigmoid)),
        Just((points(44, 2), bce, sigmoid)),
        Just((points(44, 2), mse, sigmoid)),
        Just((points(41, 2), cross_entropy, softmax)),
        (3..6_usize).prop_map(move |k| (points(53, k), cross_entropy, softmax)),
        (3..6_usize).prop_map(move |k| (points(53, k), mse, softmax)),
    ]
}

/// Compares two traces of one run: losses to the relative tolerance `exact`, statistics to their last digit, or to the
/// rounding of their terms.
fn alike(one: &Trace, other: &Trace, exact: f64, about: &Settings) {
    let near = |a: f64, b: f64, relative: f64, least: f64| {
        (a - b).abs() <= relative * a.abs().max(b.abs()) + least || a.is_nan() && b.is_nan()
    };
    assert_eq!((one.steps, one.trainable), (other.steps, other.trainable));
    assert_eq!(
        (&one.snapshots, &one.outcome),
        (&other.snapshots, &other.outcome)
    );
    for (a, b) in one.evaluations.iter().zip(&other.evaluations) {
        assert_eq!(a.step, b.step);
        let train = a.train.zip(b.train).into_iter();
        let losses = train.chain(a.validation.zip(b.validation));
        for (a, b) in losses {
            assert!(
                near(a.loss.0, b.loss.0, exact, exact),
                "{} {} {about:?}",
                a.loss.0,
                b.loss.0
            );
            assert_eq!(a.accuracy, b.accuracy, "{about:?}");
        }
    }
    for (a, b) in one.layers.iter().zip(&other.layers) {
        assert_eq!(a.name, b.name);
        let scale = a.gradient_max[0].0;
        let (mut a, mut b) = (a.clone(), b.clone());
        for ((name, a), (_, b)) in a.columns_mut().into_iter().zip(b.columns_mut()) {
            for (a, b) in a.iter().zip(b.iter()) {
                // Cancellation leaves half of the digits of a standard deviation near 0.
                let digits = if name.ends_with("_sd") {
                    exact.sqrt()
                } else {
                    exact
                };
                // A penalty over a gradient that is only rounding.
                if name == "penalty_ratio" && a.0.min(b.0) > 1e5 {
                    continue;
                }
                let least = digits * (1.0 + scale);
                assert!(
                    near(a.0, b.0, 0.011, least),
                    "{name}: {} {} {about:?}",
                    a.0,
                    b.0
                );
            }
        }
    }
}

/// Removes layer normalization over a single feature, which sweep files reject: it removes the feature, and the gradient
/// is only rounding.
fn without_norms_of_one(settings: Settings, data: &Dataset) -> Settings {
    let features = data.features.len();
    let outputs =
        sweep::train::components::outputs(&settings, data.classes.len(), data.train.targets);
    let layers = layers(&settings, features, outputs);
    let (_, hidden) = layers.split_last().unwrap();
    let asked = settings.layer_norm;
    Settings {
        layer_norm: NormSites {
            input: asked.input && features > 1,
            hidden: asked.hidden && hidden.iter().all(|layer| layer.outputs > 1),
            output: asked.output && outputs > 1,
        },
        ..settings
    }
}

/// Returns whether a gradient is only rounding: of a bias before batch normalization, and of a layer with normalization
/// over two features, which turns any values into 1 and −1.
fn leaves_rounding(settings: &Settings, data: &Dataset) -> bool {
    let features = data.features.len();
    let outputs =
        sweep::train::components::outputs(settings, data.classes.len(), data.train.targets);
    let layers = layers(settings, features, outputs);
    let normed = layers.iter().filter(|layer| layer.norm.is_some());
    let mut widths: Vec<usize> = normed.map(|layer| layer.outputs).collect();
    widths.extend(settings.layer_norm.input.then_some(features));
    settings.batch_norm != NormSites::default() || widths.contains(&2)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Every step agrees up to rounding, which normalization can amplify.
    #[test]
    fn the_stacked_engine_agrees_with_the_autograd_executor(
        network in networks(), (data, loss, output) in tasks(), seed in 0..1000_u64,
        smoothing in prop::sample::select(vec![0.0, 0.1, 0.7]), weighted in 0..3_usize,
    ) {
        let settings = Settings { loss, output, ..network };
        let mut settings = without_norms_of_one(settings, &data);
        if loss == Loss::CrossEntropy {
            settings.labels.smoothing = smoothing;
        }
        if loss.is_cross_entropy() {
            let each = (0..data.classes.len()).map(|k| 0.3 + 1.1 * k as f64);
            settings.labels.weights = match weighted {
                0 => ClassWeights::Equal,
                1 => ClassWeights::Balanced,
                _ => ClassWeights::Each(each.collect()),
            };
        }
        let [stacked, wide, reference] = every_engine();
        prop_assert!((stacked.takes)(&settings).is_ok());
        let normed = leaves_rounding(&settings, &data);
        if normed && !matches!(settings.optimizer, OptimizerSettings::Sgd { .. }) {
            // Optimizers other than SGD turn the rounding in the gradient of a bias before a normalization into full
            // steps.
            settings.optimizer = OptimizerSettings::Sgd { momentum: 0.5, nesterov: false };
        }
        if normed {
            // A shift before a normalization starts at 0, and only rounding determines its sign.
            settings.l1 = 0.0;
        }
        let in_64 = if normed { 1e-6 } else { 1e-10 };
        let all = |settings: &Settings| {
            [&stacked, &wide, &reference].map(|e| run_on(e, settings, Some(&data), seed))
        };
        let [one, alone, other] = all(&settings);
        alike(&one, &other, in_64, &settings);
        alike(&alone, &other, in_64, &settings);
        if !normed {
            // In 32 bits only the first step: rounding decides on which side of 0 the input of a ReLU is.
            settings.precision = Precision::F32;
            settings.budget = Budget::Steps(1);
            let [one, alone, other] = all(&settings).map(|trace| trace.evaluations[1].train_loss());
            for one in [one, alone] {
                prop_assert!((one - other).abs() <= 1e-4 * (1.0 + other.abs()), "{one} {other}");
            }
        }
    }
}

/// Runs of one shape that differ in learning rate, seed, initialization and length; some diverge.
fn neighbours(shape: &Settings) -> Vec<(Settings, u64)> {
    let one = |i: usize| {
        let settings = Settings {
            lr: if i % 5 == 3 {
                1e300
            } else {
                0.01 * (i + 1) as f64
            },
            init: if i.is_multiple_of(3) {
                Init::He
            } else {
                Init::Normal(0.3)
            },
            budget: Budget::Steps(7 + 5 * (i % 4)),
            schedule: [LrSchedule::Constant, LrSchedule::Cosine][i % 2],
            warmup: i % 3,
            output_bias: (i % 4 == 1).then_some(0.5),
            dropout: shape.dropout * [0.5, 1.0][i % 2],
            patience: (i % 7 == 2).then_some(1),
            clip: Clip {
                norm: shape.clip.norm.map(|norm| norm * (i + 1) as f64),
                value: shape.clip.value,
            },
            labels: Labels {
                smoothing: match shape.loss {
                    Loss::CrossEntropy => 0.2 * (i % 3) as f64,
                    Loss::Mse | Loss::Mae | Loss::Huber { .. } | Loss::Bce => 0.0,
                },
                weights: match &shape.labels.weights {
                    ClassWeights::Each(weights) if i.is_multiple_of(2) => {
                        let each = weights.iter().map(|weight| weight + i as f64);
                        ClassWeights::Each(each.collect())
                    }
                    weights @ (ClassWeights::Equal
                    | ClassWeights::Balanced
                    | ClassWeights::Each(_)) => weights.clone(),
                },
            },
            ..shape.clone()
        };
        (settings, (i / 3) as u64)
    };
    (0..40).map(one).collect()
}

fn shapes() -> Vec<(Settings, Dataset)> {
    let plain = Settings {
        batch: BatchSize::Rows(8),
        ..settings()
    };
    let normed = Settings {
        model: ModelSettings::Residual {
            blocks: 2,
            layers: 2,
            width: 5,
        },
        activation: Activation::Tanh,
        batch_norm: NormSites {
            input: true,
            hidden: true,
            output: false,
        },
        optimizer: OptimizerSettings::Adam {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
        },
        precision: Precision::F64,
        ..plain.clone()
    };
    let classes = Settings {
        model: ModelSettings::Mlp {
            hidden: vec![33, 7],
        },
        activation: Activation::Sigmoid,
        loss: Loss::CrossEntropy,
        output: OutputActivation::Softmax,
        batch: BatchSize::Rows(1),
        ..plain.clone()
    };
    let weighted = Settings {
        labels: Labels {
            smoothing: 0.0,
            weights: ClassWeights::Each(vec![0.5, 1.0, 2.0, 4.0]),
        },
        batch: BatchSize::Rows(7),
        ..classes.clone()
    };
    let two = Settings {
        loss: Loss::Bce,
        output: OutputActivation::Sigmoid,
        labels: Labels {
            smoothing: 0.0,
            weights: ClassWeights::Each(vec![0.2, 3.0]),
        },
        ..plain.clone()
    };
    let clipped = Settings {
        clip: Clip {
            norm: Some(0.02),
            value: Some(0.1),
        },
        l1: 1e-3,
        optimizer: OptimizerSettings::RmsProp {
            beta2: 0.9,
            epsilon: 1e-8,
            momentum: 0.5,
        },
        ..plain.clone()
    };
    let robust = Settings {
        loss: Loss::Huber { delta: 0.2 },
        ..plain.clone()
    };
    let dropped = Settings {
        model: ModelSettings::Residual {
            blocks: 2,
            layers: 1,
            width: 6,
        },
        activation: Activation::Silu,
        layer_norm: NormSites {
            hidden: true,
            ..NormSites::default()
        },
        dropout: 0.6,
        ..plain.clone()
    };
    vec![
        (robust, several(30, 2, 3)),
        (dropped, regression(30, 3)),
        (clipped, regression(30, 2)),
        (plain, regression(30, 2)),
        (normed, regression(40, 3)),
        (weighted, points(25, 4)),
        (two, points(31, 2)),
        (classes, points(25, 4)),
    ]
}

/// Returns the traces of runs in one stack, computed with an instruction set.
fn train_with(arch: Arch, runs: &[(Settings, u64)], data: &Arc<Dataset>) -> Vec<String> {
    let job =
        |(settings, seed): &'_ (Settings, u64)| -> (Settings, u64) { (settings.clone(), *seed) };
    let runs: Vec<_> = runs.iter().map(job).collect();
    let jobs = runs.iter().map(|(settings, seed)| Job {
        settings,
        seed: *seed,
        data: Some(data.clone()),
        keep: None,
    });
    let control = Cancellation {
        timeout: None,
        cancelled: &AtomicBool::new(false),
    };
    let mut traces = vec![String::new(); runs.len()];
    let mut ended = |place: usize, run: Ended| traces[place] = json(&run.trace);
    let mut jobs = jobs.enumerate();
    match runs[0].0.precision {
        Precision::F32 => training::run::<f32>(&mut jobs, arch, &control, &mut ended).unwrap(),
        Precision::F64 => training::run::<f64>(&mut jobs, arch, &control, &mut ended).unwrap(),
    }
    traces
}

#[test]
fn a_run_is_bit_identical_by_itself_and_in_a_changing_stack() {
    let [stacked, ..] = every_engine();
    for (shape, data) in shapes() {
        let data = Arc::new(data);
        let mut runs = neighbours(&shape);
        let alone: Vec<Trace> = runs
            .iter()
            .map(|(settings, seed)| run_on(&stacked, settings, Some(&data), *seed))
            .collect();
        let blown = |trace: &&Trace| matches!(trace.outcome, Outcome::Diverged { .. });
        assert!((1..40).contains(&alone.iter().filter(blown).count()));
        let mut alone: Vec<String> = alone.iter().map(json).collect();
        for _ in 0..2 {
            let jobs = runs.iter().map(|(settings, seed)| Job {
                settings,
                seed: *seed,
                data: Some(data.clone()),
                keep: None,
            });
            let mut jobs: Vec<Job> = jobs.collect();
            let mut together = Vec::new();
            while !jobs.is_empty() {
                let rest = jobs.split_off(jobs.len().min((stacked.together)(&shape)));
                let traces = run_all(&stacked, jobs, None, false);
                together.extend(traces.into_iter().flatten().map(|trace| json(&trace)));
                jobs = rest;
            }
            assert!(together == alone);
            runs.reverse();
            alone.reverse();
        }
    }
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    let mut sets = vec![Arch::Scalar];
    #[cfg(target_arch = "x86_64")]
    {
        sets.extend(pulp::x86::V3::try_new().map(Arch::V3));
        sets.extend(pulp::x86::V4::try_new().map(Arch::V4));
    }
    sets.push(Arch::new());
    for (shape, data) in shapes() {
        let (runs, data) = (neighbours(&shape), Arc::new(data));
        let runs = &runs[..runs.len().min(8)];
        let expected = train_with(sets[0], runs, &data);
        assert!(expected.iter().all(|trace| !trace.is_empty()));
        for set in &sets[1..] {
            assert!(train_with(*set, runs, &data) == expected, "{set:?}");
        }
    }
}

#[test]
fn a_free_lane_is_filled_and_all_runs_keep_their_bits() {
    let [stacked, ..] = every_engine();
    let shape = Settings {
        batch: BatchSize::Rows(8),
        ..settings()
    };
    let data = Arc::new(regression(30, 2));
    // Half of the runs end long before the others.
    let runs: Vec<Settings> = (0..24)
        .map(|i| Settings {
            budget: Budget::Epochs(if i % 2 == 0 { 40 } else { 900 }),
            lr: 0.001 * f64::from(i + 1),
            ..shape.clone()
        })
        .collect();
    let jobs = runs.iter().map(|settings| Job {
        settings,
        seed: 3,
        data: Some(data.clone()),
        keep: None,
    });
    let together = run_all(&stacked, jobs.collect(), None, false);
    assert!(
        together.iter().filter(|trace| trace.is_some()).count() > 16,
        "no lane was filled"
    );
    for (settings, trace) in runs.iter().zip(together) {
        let Some(trace) = trace else { continue };
        assert!(json(&trace) == json(&run_on(&stacked, settings, Some(&data), 3)));
    }
}
