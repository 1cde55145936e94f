//! `sweep export` and `--save-weights`: their output, and whether other programs can read it.
//!
//! These programs are Python packages. `SWEEP_PYTHON` names an interpreter with the packages of
//! `tests/exports/requirements.txt`. Without it, tests that need one print a message and check nothing. With
//! `SWEEP_REQUIRE=python`, as in `.ci/run`, they fail instead.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;
use support::required::skip;
use support::{Place, ROLL};
use sweep::config::Overrides;
use sweep::execute::{executors, replay_run};
use sweep::load::load;
use sweep::store::Store;
use sweep::train::Cancellation;
use sweep::train::components::Model;
use sweep::train::rows::matrix;

/// Learning rates of which one diverges, and values of mixed types in one column.
const RATES: &str = r#"
seeds = 2

[data]
source = "moons"
rows = 48
validation = 0.25

[base]
model = "mlp"
hidden = [5]
activation = "relu"
optimizer = "sgd"
epochs = 8

[grid]
lr = [1e-4, 0.1, 1e30]

[zip.start]
init = ["he", { normal = 0.5 }]
batch = [16, "full"]
"#;

/// Solvers, which record their trajectory.
const LEAST_SQUARES: &str = r#"
[data]
source = "gaussian"
features = 3
rows = 60
validation = 0.2

[base]
model = "linear"
batch = 16
epochs = 40

[grid]
solver = ["none", "normal-equations", "gd"]
"#;

/// Every activation, with each normalization and without, in both precisions.
const NETWORKS: &str = r#"
[data]
source = "moons"
rows = 60
validation = 0.25
scales = [1.0, 30.0]
standardize = true

[base]
model = "mlp"
hidden = [7, 5]
optimizer = "adam"
lr = 0.01
batch = 16
epochs = 10

[grid]
activation = ["relu", "tanh", "sigmoid", "gelu", "silu", "softplus", { elu = 0.7 }, { leaky-relu = 0.1 }]
precision = ["f32", "f64"]

[zip.norm]
batch_norm = [[], ["input", "hidden", "output"], []]
layer_norm = [[], [], ["input", "hidden"]]
"#;

/// Skip connections.
const RESIDUAL: &str = r#"
[data]
source = "sine"
rows = 60
validation = 0.25

[base]
model = "residual"
depth = 8
width = 6
activation = "relu"
init = "torch"
lr = 0.01
batch = 16
epochs = 10

[grid]
batch_norm = [[], ["hidden"]]
"#;

/// Three classes, with narrow and wide layers.
const CLASSES: &str = r#"
[data]
source = "spirals"
classes = 3
rows = 60
validation = 0.25

[base]
model = "mlp"
activation = "tanh"
lr = 0.1
batch = 16
epochs = 5

[grid]
hidden = [[6], [300, 300]]
"#;

fn python() -> Option<PathBuf> {
    let python = std::env::var_os("SWEEP_PYTHON").map(PathBuf::from);
    if python.is_none() {
        skip(
            "python",
            "SWEEP_PYTHON names no Python to read exports and weights with",
        );
    }
    python
}

/// Runs a script of `tests/exports`, which must succeed, and returns its output.
fn script(python: &Path, name: &str, args: &[&str]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/exports")
        .join(name);
    let mut command = Command::new(python);
    let ran = command.arg("-B").arg(path).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    let complained = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}\n{complained}");
    said
}

/// Trains a file and exports it to these formats.
fn exported(name: &str, text: &str, formats: &[&str]) -> Place {
    let place = Place::with(name, text);
    let ran = place.sweep(&[name]);
    assert!(place.path("reports/index.html").exists(), "{}", ran.err);
    for format in formats {
        let ran = place.sweep(&["export", name, "--to", format, "--curves"]);
        assert_eq!(ran.code, Some(0), "{format}: {}", ran.err);
    }
    place
}

/// Returns the header and the rows of a table.
fn table(place: &Place, name: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(place.path(name)).unwrap();
    let header = reader.headers().unwrap();
    let header: Vec<String> = header.iter().map(str::to_owned).collect();
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    (header, rows.collect())
}

/// Returns a column of a table.
fn column(table: &(Vec<String>, Vec<Vec<String>>), name: &str) -> Vec<String> {
    let at = table.0.iter().position(|column| column == name).unwrap();
    table.1.iter().map(|row| row[at].clone()).collect()
}

/// Returns every file below a folder, with its bytes.
fn files(folder: PathBuf) -> Vec<(PathBuf, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = walk.into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap()))
        .collect()
}

#[test]
fn other_programs_read_the_exports() {
    let Some(python) = python() else { return };
    let mut formats = vec!["csv", "jsonl", "tensorboard", "mlflow"];
    if cfg!(feature = "parquet") {
        formats.push("parquet");
    }
    for (name, text) in [
        ("rates.toml", RATES),
        ("solved.toml", LEAST_SQUARES),
        ("roll.toml", ROLL),
    ] {
        let place = exported(name, text, &formats);
        let export = place.path("reports/export");
        let page = name.trim_end_matches(".toml");
        let said = script(&python, "read.py", &[export.to_str().unwrap(), page]);
        assert_eq!(said.lines().count(), formats.len() - 1, "{said}");
    }
}

#[test]
fn the_table_of_runs_has_settings_and_results() {
    let place = exported("roll.toml", ROLL, &["csv"]);
    let runs = table(&place, "reports/export/csv/roll/runs.csv");
    assert_eq!(
        column(&runs, "lr"),
        ["0.001", "0.001", "0.01", "0.01", "10.0", "10.0"]
    );
    assert_eq!(column(&runs, "seed"), ["0", "1", "0", "1", "0", "1"]);
    assert_eq!(column(&runs, "outcome")[3..5], ["finished", "diverged"]);
    assert_eq!(column(&runs, "init")[0], "{ constant = 2.0 }");
    // Infinite values are not left out.
    let lost: BTreeSet<String> = column(&runs, "train_loss")
        .split_off(4)
        .into_iter()
        .collect();
    let lost: Vec<f64> = lost.iter().map(|x| x.parse().unwrap()).collect();
    assert!(lost.iter().all(|x| !x.is_finite()), "{lost:?}");
    // Column names are unique for any keys of the file.
    let names: BTreeSet<&String> = runs.0.iter().collect();
    assert_eq!(names.len(), runs.0.len());
}

#[test]
fn exports_are_reproducible_and_removed_cells_disappear() {
    let formats = ["csv", "jsonl", "tensorboard", "mlflow"];
    let place = exported("rates.toml", RATES, &formats);
    let first = files(place.path("reports/export"));
    for format in formats {
        place.sweep(&[
            "export",
            "rates.toml",
            "--to",
            format,
            "--curves",
            "--into",
            "again",
        ]);
    }
    let again = ["rates/runs.csv", "rates/layers.jsonl"]
        .map(|file| fs::read(place.path("again").join(file)).unwrap());
    let at = |name: &str| {
        &first
            .iter()
            .find(|(path, _)| path.ends_with(name))
            .unwrap()
            .1
    };
    assert!(*at("csv/rates/runs.csv") == again[0] && *at("jsonl/rates/layers.jsonl") == again[1]);
    place.write("rates.toml", &RATES.replace(", 1e30]", "]"));
    for format in formats {
        place.sweep(&["export", "rates.toml", "--to", format, "--curves"]);
    }
    let fewer = files(place.path("reports/export"));
    let events = |files: &[(PathBuf, Vec<u8>)]| {
        let of_runs = |path: &Path| {
            path.to_str().unwrap().ends_with(".sweep") || path.ends_with("tags/sweep.run")
        };
        files.iter().filter(|(path, _)| of_runs(path)).count()
    };
    assert_eq!((events(&first), events(&fewer)), (24, 16));
}

#[test]
fn untrained_runs_are_rows_without_results() {
    let place = exported("roll.toml", ROLL, &[]);
    let ran = place.sweep(&[
        "export",
        "roll.toml",
        "--to",
        "csv",
        "--seeds",
        "3",
        "--into",
        "out",
    ]);
    assert_eq!(
        (ran.code, ran.out.trim_end()),
        (Some(0), "out/roll/runs.csv")
    );
    assert!(
        ran.err.contains("3 of 9 runs not trained yet"),
        "{}",
        ran.err
    );
    let runs = table(&place, "out/roll/runs.csv");
    assert_eq!(
        column(&runs, "outcome")[..3],
        ["finished", "finished", "missing"]
    );
    assert_eq!(column(&runs, "train_loss")[2], "");
    let ran = place.sweep(&["export", "roll.toml", "--to", "csv", "--out", "elsewhere"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("no runs in elsewhere yet"), "{}", ran.err);
    if !cfg!(feature = "parquet") {
        let ran = place.sweep(&["export", "roll.toml", "--to", "parquet"]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains("--features parquet"), "{}", ran.err);
    }
}

/// Returns the predictions of sweep on the validation rows of every run of a file, with the files of its weights, for
/// `weights.py`.
fn predictions(place: &Place, name: &str) -> Vec<serde_json::Value> {
    let loaded = load(&place.path(name), &Overrides::default()).unwrap();
    let store = Store::open_existing(&place.path("reports"))
        .unwrap()
        .unwrap();
    let control = Cancellation {
        timeout: None,
        cancelled: &AtomicBool::new(false),
    };
    let page = name.trim_end_matches(".toml");
    let mut all = Vec::new();
    for (file, _) in files(place.path(format!("reports/{page}/weights"))) {
        let id = file.file_stem().unwrap().to_str().unwrap();
        let [id] = store.starting_with(id, 2).unwrap()[..] else {
            panic!("{id} is no run")
        };
        let (trace, _) = store.get(id).unwrap().unwrap();
        let settings = loaded.cells.iter().map(|cell| &cell.settings);
        let mut settings = settings.filter(|own| sweep::identity::canonical(own) == trace.params);
        let settings = settings.next().unwrap();
        let (files, executors) = (&loaded.files, executors());
        let trained = replay_run(
            settings,
            &trace,
            files,
            &executors,
            |_, _| Vec::new(),
            &control,
        );
        let trained = trained.unwrap().unwrap();
        let data = trained.data.unwrap();
        let d = data.features.len();
        let columns =
            sweep::train::components::outputs(settings, data.classes.len(), data.train.targets);
        let model = Model::new(settings, trace.seed, d, columns).unwrap();
        model
            .load(&trained.snapshots.last().unwrap().numbers)
            .unwrap();
        let Model::Network(network) = &model else {
            panic!("not a network")
        };
        let x = data.validation.x.to_vec();
        let outputs = network
            .outputs(&matrix(settings, (x.clone(), d)).unwrap())
            .unwrap();
        let outputs = outputs
            .to_dtype(candle_core::DType::F64)
            .unwrap()
            .to_vec2::<f64>()
            .unwrap();
        let own = |row: &[f64]| -> Vec<f64> {
            let prepared = row.iter().zip(&data.scale).zip(&data.shift);
            prepared
                .map(|((x, scale), shift)| x * scale + shift)
                .collect()
        };
        let rows: Vec<_> = x.chunks_exact(d).map(own).collect();
        all.push(serde_json::json!({ "file": file, "x": rows, "outputs": outputs }));
    }
    all
}

#[test]
fn pytorch_makes_the_same_predictions_with_the_saved_weights() {
    let Some(python) = python() else { return };
    let mut all = Vec::new();
    let sweeps = [
        ("networks.toml", NETWORKS, 48),
        ("residual.toml", RESIDUAL, 2),
        ("classes.toml", CLASSES, 2),
        ("solved.toml", LEAST_SQUARES, 3),
    ];
    let place = Place::new();
    for (name, text, runs) in sweeps {
        place.write(name, text);
        let ran = place.sweep(&[name, "--save-weights"]);
        assert_eq!(ran.code, Some(0), "{name}: {}", ran.err);
        let predictions = predictions(&place, name);
        assert_eq!(predictions.len(), runs, "{name}");
        all.extend(predictions);
    }
    place.write("expected.json", &serde_json::to_string(&all).unwrap());
    let expected = place.path("expected.json");
    let said = script(&python, "weights.py", &[expected.to_str().unwrap()]);
    assert!(said.starts_with("55 networks"), "{said}");
}

#[test]
fn weights_are_saved_and_cached_runs_without_them_are_trained_again_to_the_same_bits() {
    let place = Place::with("rates.toml", RATES);
    assert_eq!(place.sweep(&["rates.toml"]).code, Some(0));
    let (rows, timings) = (place.rows(), place.timings());
    let ran = place.sweep(&["rates.toml", "--save-weights"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.err
            .contains("weights of 12 runs to reports/rates/weights"),
        "{}",
        ran.err
    );
    assert!(place.rows() == rows && place.timings() != timings);
    let weights = files(place.path("reports/rates/weights"));
    assert_eq!(weights.len(), 12);

    // Only the run of a removed file is trained again.
    fs::remove_file(&weights[3].0).unwrap();
    let ran = place.sweep(&["rates.toml", "--save-weights"]);
    assert!(ran.err.contains("weights of 1 run to"), "{}", ran.err);
    assert!(files(place.path("reports/rates/weights")) == weights);
    let ran = place.sweep(&["check", "rates.toml", "--save-weights=elsewhere", "--quiet"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let elsewhere = files(place.path("elsewhere/rates"));
    assert!(
        elsewhere
            .iter()
            .map(|file| &file.1)
            .eq(weights.iter().map(|file| &file.1))
    );
}

#[test]
fn a_file_of_weights_has_the_names_of_pytorch_and_the_metadata_of_its_run() {
    let place = Place::with("residual.toml", RESIDUAL);
    place.write("roll.toml", ROLL);
    let ran = place.sweep(&["residual.toml", "roll.toml", "--save-weights"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let normed = files(place.path("reports/residual/weights"))
        .into_iter()
        .find_map(|(_, bytes)| {
            let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
            let of = metadata.metadata().as_ref().unwrap()["sweep"].clone();
            let of: serde_json::Value = serde_json::from_str(&of).unwrap();
            (of["layers"][1]["batch_norm"] == true).then_some((bytes, of))
        });
    let (bytes, of) = normed.unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let shape = |name: &str| tensors.tensor(name).unwrap().shape().to_vec();
    assert_eq!(shape("layers.0.weight"), [6, 1]);
    assert_eq!(
        (shape("layers.1.weight"), shape("layers.9.weight")),
        (vec![6, 6], vec![1, 6])
    );
    assert_eq!(
        (
            shape("norms.3.running_var"),
            shape("norms.3.num_batches_tracked")
        ),
        (vec![6], vec![])
    );
    assert_eq!(
        (&of["layers"][2]["adds"], &of["layers"][1]["adds"]),
        (&0.into(), &serde_json::Value::Null)
    );
    assert_eq!(
        (&of["engine"], &of["updates"]),
        (&"stacked".into(), &30.into())
    );

    let (_, weight) = files(place.path("reports/roll/weights")).remove(0);
    let weight = safetensors::SafeTensors::deserialize(&weight).unwrap();
    assert_eq!(weight.names(), ["weight"]);
}
