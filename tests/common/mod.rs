//! Settings, data and calls for tests of training.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use sweep::config::kind::Kind;
use sweep::config::settings::*;
use sweep::config::{Overrides, keys};
use sweep::execute::{Executor, executors};
use sweep::load::load_text;
use sweep::trace::Trace;
use sweep::train::datasets::{Dataset, Rows};
use sweep::train::{Cancellation, Job};

/// A regression with a 4 × 10 network that learns; tests change single settings.
pub fn settings() -> Settings {
    Settings {
        data: DataSettings {
            rows: 0,
            noise: 0.0,
            validation: 0.0,
            ..DataSettings::default()
        },
        model: ModelSettings::Mlp {
            hidden: vec![10; 4],
        },
        init: Init::He,
        lr: 0.05,
        budget: Budget::Epochs(20),
        ..Settings::default()
    }
}

/// A source of rows whose target is a number.
pub const NUMBERS: &str = "source = \"gaussian\"";
/// A source of rows of two classes.
pub const TWO_CLASSES: &str = "source = \"moons\"";
/// A source of rows of three classes.
pub const CLASSES: &str = "source = \"blobs\"\nclasses = 3";

/// The settings of the only cell of a sweep file with these lines in `[data]` and `[base]`: the path from word to
/// variant that users take.
pub fn of_file(data: &str, base: &str) -> Settings {
    let text = format!("[data]\n{data}\n[base]\n{base}\n");
    let loaded = load_text(Path::new("test.toml"), &text, &Overrides::default());
    let mut cells = loaded.unwrap_or_else(|e| panic!("{text}\n{e:?}")).cells;
    assert_eq!(cells.len(), 1, "{text}");
    cells.remove(0).settings
}

/// The words that the table of keys has for a key.
pub fn words_of(key: &str) -> Vec<&'static str> {
    fn of(kind: &Kind) -> Vec<&'static str> {
        match kind {
            Kind::Words(words) => words.iter().map(|word| word.name).collect(),
            Kind::Any(kinds) => kinds.iter().flat_map(of).collect(),
            Kind::List { of: item, .. } => of(item),
            Kind::Bool
            | Kind::Integer { .. }
            | Kind::Number(_)
            | Kind::Text
            | Kind::Pair
            | Kind::Record(_) => Vec::new(),
        }
    }
    let words = of(&keys::find(key).unwrap().kind);
    assert!(!words.is_empty(), "{key}");
    words
}

/// Every activation that has a word, and those with a parameter, as files give them.
pub fn every_activation() -> Vec<Activation> {
    let words = words_of("activation")
        .into_iter()
        .map(|word| format!("{word:?}"));
    let records = ["{ leaky-relu = 0.1 }", "{ elu = 0.7 }"].map(str::to_owned);
    let all = words.chain(records);
    all.map(|value| of_file(NUMBERS, &format!("activation = {value}")).activation)
        .collect()
}

/// The loss of a file, by its TOML value.
pub fn loss(value: &str) -> Loss {
    let data = match value {
        "\"bce\"" => TWO_CLASSES,
        "\"cross-entropy\"" => CLASSES,
        _ => NUMBERS,
    };
    of_file(data, &format!("loss = {value}")).loss
}

/// The σ of the output layer, by its word.
pub fn output(word: &str) -> OutputActivation {
    let data = match word {
        "softmax" => CLASSES,
        _ => NUMBERS,
    };
    of_file(data, &format!("output = {word:?}")).output
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

/// The executors of networks: stacked, wide, and autograd, which the others are compared with.
pub fn every_engine() -> [Executor<'static>; 3] {
    let [stacked, wide, _, reference] = executors();
    [stacked, wide, reference]
}

/// Trains one run with the autograd executor, without limits.
pub fn run(settings: &Settings, data: Option<&Dataset>, seed: u64) -> Trace {
    let [.., reference] = every_engine();
    run_on(&reference, settings, data, seed)
}

/// Trains one run without limits.
pub fn run_on(engine: &Executor, settings: &Settings, data: Option<&Dataset>, seed: u64) -> Trace {
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
    engine: &Executor,
    jobs: Vec<Job>,
    timeout: Option<Duration>,
    cancelled: bool,
) -> Vec<Option<Trace>> {
    let control = Cancellation {
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
    let parts = (
        &trace.curve,
        &trace.evaluations,
        &trace.layers,
        &trace.predictions,
    );
    serde_json::to_string(&parts).unwrap()
}
