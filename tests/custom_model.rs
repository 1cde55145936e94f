//! Custom models and data sources: a custom network equals the built-in one, and the example is a working `sweep`
//! binary with one more model and one more data source.
#![allow(clippy::unwrap_used)]

mod common;

use common::run;
use std::path::{Path, PathBuf};
use std::process::Command;
use sweep::config::Overrides;
use sweep::config::keys::Registry;
use sweep::custom::{Build, Builder, Custom, CustomModel, Forward};
use sweep::execute::Options;
use sweep::load::{Loaded, load_text, load_with};
use sweep::store::Store;
use sweep::study::{Test, study};
use sweep::trace::Trace;
use sweep::train::datasets::dataset;

/// The same network twice.
const TWICE: &str = r#"
seeds = 1

[data]
source = "blobs"
rows = 60

[base]
hidden = [6, 5]
activation = "tanh"
init = "he"
output_bias = 0.5
optimizer = "adam"
epochs = 4

[grid]
model = ["mlp", "by-hand"]
"#;

/// `model = "mlp"` with layers of 6 and 5 neurons.
fn by_hand(build: &mut Builder) -> Result<Forward, Box<dyn std::error::Error + Send + Sync>> {
    let first = build.hidden("hidden 1", build.features(), 6)?;
    let second = build.hidden("hidden 2", 6, 5)?;
    let output = build.output(5)?;
    Ok(Box::new(move |x, layers| {
        let a = layers.activate(&first.forward(x)?)?;
        let a = layers.activate(&second.forward(&a)?)?;
        output.forward(&a)
    }))
}

/// The output layer alone.
fn linear(build: &mut Builder) -> Result<Forward, Box<dyn std::error::Error + Send + Sync>> {
    let output = build.output(build.features())?;
    Ok(Box::new(move |x, _| output.forward(x)))
}

/// A registry in which `model = "by-hand"` is this function.
fn registry(build: Build) -> Registry {
    let model = CustomModel {
        name: "by-hand",
        doc: "layers written by hand",
        version: 1,
        keys: &[],
    };
    Custom::default().model(model, build).registry().unwrap()
}

fn load_twice(registry: Registry) -> Loaded {
    let (path, none) = (Path::new("twice.toml"), Overrides::default());
    load_with(path, TWICE, &none, registry).unwrap()
}

/// Trains the first run of a cell.
fn trained(loaded: &Loaded, cell: usize) -> Trace {
    let settings = &loaded.cells[cell].settings;
    let data = dataset(&settings.data, &loaded.files, 0).unwrap();
    run(settings, Some(&data), 0)
}

#[test]
fn a_custom_network_trains_bit_identical_to_the_built_in_one() {
    let loaded = load_twice(registry(by_hand));
    let [built_in, custom] = [0, 1].map(|cell| trained(&loaded, cell));
    assert_ne!(built_in.params, custom.params);
    assert!(built_in.snapshots.len() > 2 && built_in.layers.len() == 3);
    let numbers = |trace: &Trace| {
        let params = built_in.params.clone();
        format!(
            "{:?}",
            Trace {
                params,
                ..trace.clone()
            }
        )
    };
    assert_eq!(numbers(&built_in), numbers(&custom));
}

#[test]
fn two_studies_with_different_registries_run_in_one_process_at_the_same_time() {
    let layers = |build: Build| {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let loaded = load_twice(registry(build));
        let (_, studied) = study(loaded, &store, &Options::default(), Test::Expected).unwrap();
        let layers = studied.results.traces().map(|trace| trace.layers.len());
        layers.collect::<Vec<_>>()
    };
    let [deep, flat] = std::thread::scope(|scope| {
        let studies = [by_hand as Build, linear as Build];
        let threads = studies.map(|build| scope.spawn(move || layers(build)));
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!((deep, flat), (vec![3, 3], vec![3, 1]));
    let path = Path::new("twice.toml");
    let built_in = load_text(path, TWICE, &Overrides::default()).unwrap_err();
    assert!(format!("{built_in:?}").contains("by-hand"), "{built_in:?}");
}

/// Returns a command for the binary of the example, which `cargo test` builds.
fn example() -> Command {
    let tests = std::env::current_exe().unwrap();
    let folder: PathBuf = tests.ancestors().nth(2).unwrap().join("examples");
    let name = format!("custom_model{}", std::env::consts::EXE_SUFFIX);
    Command::new(folder.join(name))
}

/// Runs the example on a sweep file, and returns the exit code and the output.
fn example_run(arguments: &[&str], file: &Path, out: &Path) -> (i32, String) {
    let mut command = example();
    command.args(arguments).arg(file).arg("--out").arg(out);
    let output = command.output().unwrap();
    let all = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(all).unwrap(),
    )
}

#[test]
fn the_example_trains_checks_and_saves_weights() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/custom_model.toml");
    let (code, said) = example_run(&["run", "--save-weights"], &file, &out);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("weights of 6 runs to"), "{said}");
    let (code, said) = example_run(&["check"], &file, &out);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("all cached"), "{said}");
    assert!(out.join("custom_model/index.html").exists());
    // As computed by version 0.1.0.
    let ids: Vec<String> =
        serde_json::from_str(include_str!("fixtures/identity/custom-model.json")).unwrap();
    let store = Store::open_existing(&out).unwrap().unwrap();
    let mut stored = store.starting_with("", 100).unwrap();
    stored.sort();
    let stored: Vec<String> = stored.iter().map(ToString::to_string).collect();
    assert_eq!(stored, ids);
}

#[test]
fn errors_about_custom_models_and_sources_have_a_location() {
    let place = tempfile::tempdir().unwrap();
    let of = |name: &str, text: &str| {
        let file = place.path().join(name);
        std::fs::write(&file, text).unwrap();
        example_run(&["plan"], &file, place.path())
    };
    let (code, said) = of(
        "key.toml",
        "[data]\nsource = { bars = 8 }\n[base]\nmodel = 'conv'\nchanels = 2\n",
    );
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("did you mean `channels`?"), "{said}");
    let (code, said) = of(
        "word.toml",
        "[data]\nsource = { bars = 8 }\n[base]\nmodel = 'cnv'\n",
    );
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("did you mean \"conv\"?"), "{said}");
    let (code, said) = of(
        "idle.toml",
        "[data]\nsource = { bars = 8 }\n[base]\nmodel = 'mlp'\n[grid]\nchannels = [2, 4]\n",
    );
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("channels"), "{said}");
    let (code, said) = of("few.toml", "[data]\nsource = { bars = 1 }\n");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("an integer from 2"), "{said}");
}
