//! Settings, data and calls for tests of training.
#![allow(dead_code, clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use sweep::data::{Dataset, Rows};
use sweep::run::{Engine, engines};
use sweep::spec::settings::*;
use sweep::trace::Trace;
use sweep::train::{Control, Job};

/// A regression with a 4 × 10 network that learns; tests change single settings.
pub fn settings() -> Settings {
    Settings {
        data: DataSettings {
            source: Source::None,
            rows: 0,
            noise: 0.0,
            scales: Vec::new(),
            offsets: Vec::new(),
            validation: 0.0,
            test: 0.0,
            standardize: false,
            max_rows: None,
            folds: None,
        },
        model: Model::Mlp {
            hidden: vec![10; 4],
        },
        activation: Activation::Relu,
        output: OutputActivation::Linear,
        init: Init::He,
        output_bias: None,
        batch_norm: NormSites::default(),
        layer_norm: NormSites::default(),
        dropout: 0.0,
        loss: Loss::Mse,
        labels: Labels::default(),
        solving: None,
        optimizer: Optimizer::Sgd {
            momentum: 0.0,
            nesterov: false,
        },
        lr: 0.05,
        schedule: Schedule::Constant,
        warmup: 0,
        clip: Clip::default(),
        l1: 0.0,
        weight_decay: 0.0,
        batch: Batch::Rows(32),
        sampling: Sampling::Epochs,
        budget: Budget::Epochs(20),
        stop_at: None,
        patience: None,
        precision: Precision::F32,
        gradient_noise: 0.0,
    }
}

/// sin 2x on an even grid over [−3, 3], with every fourth row for validation.
pub fn sine(n: usize) -> Dataset {
    let (mut train, mut validation) = (Rows::default(), Rows::default());
    for i in 0..n {
        let x = -3.0 + 6.0 * i as f64 / n as f64;
        let rows = if i % 4 == 3 {
            &mut validation
        } else {
            &mut train
        };
        rows.x.extend([x]);
        rows.y.push((2.0 * x).sin());
    }
    dataset(1, &[], train, validation)
}

/// Two features, and a number of classes by the angle of a point on a spiral.
pub fn points(n: usize, classes: usize) -> Dataset {
    let mut train = Rows::default();
    for i in 0..n {
        let angle = 2.4 * i as f64;
        let radius = 0.2 + (i as f64 / n as f64).sqrt();
        train.x.extend([radius * angle.cos(), radius * angle.sin()]);
        let turn = angle.rem_euclid(std::f64::consts::TAU) / std::f64::consts::TAU;
        train.y.push((turn * classes as f64).floor());
    }
    let names: Vec<_> = (0..classes).map(|k| format!("class {k}")).collect();
    dataset(2, &names, train, Rows::default())
}

pub fn dataset(features: usize, classes: &[String], train: Rows, validation: Rows) -> Dataset {
    Dataset {
        features: (1..=features).map(|j| format!("x{j}")).collect(),
        target: "y".to_owned(),
        classes: classes.to_vec(),
        train,
        validation,
        test: Rows::default(),
        shift: vec![0.0; features],
        scale: vec![1.0; features],
        ..Dataset::default()
    }
}

/// The engines of networks: stacked, wide, and autograd, which the others are compared with.
pub fn every_engine() -> [Engine<'static>; 3] {
    let [stacked, wide, _, reference] = engines();
    [stacked, wide, reference]
}

/// Trains one run with the autograd executor, without limits.
pub fn run(settings: &Settings, data: Option<&Dataset>, seed: u64) -> Trace {
    let [.., reference] = every_engine();
    run_on(&reference, settings, data, seed)
}

/// Trains one run without limits.
pub fn run_on(engine: &Engine, settings: &Settings, data: Option<&Dataset>, seed: u64) -> Trace {
    let job = Job {
        settings,
        seed,
        data: data.cloned().map(Arc::new),
        keep: None,
    };
    let mut traces = run_all(engine, vec![job], None, false);
    traces.remove(0).unwrap()
}

/// Trains runs together, and returns their traces in order; `None` for cancelled runs.
pub fn run_all(
    engine: &Engine,
    jobs: Vec<Job>,
    timeout: Option<Duration>,
    cancelled: bool,
) -> Vec<Option<Trace>> {
    let control = Control {
        timeout,
        cancelled: &AtomicBool::new(cancelled),
    };
    let mut traces: Vec<Option<Trace>> = vec![None; jobs.len()];
    (engine.train)(&mut jobs.into_iter(), &control, &mut |place, run| {
        assert!(
            traces[place].replace(run.trace).is_none(),
            "a run ends once"
        );
    });
    traces
}

/// Returns the numbers of a run: its trace without settings and names.
pub fn numbers(trace: &Trace) -> String {
    let parts = (&trace.curve, &trace.risks, &trace.layers, &trace.outputs);
    serde_json::to_string(&parts).unwrap()
}
