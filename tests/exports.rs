//! The way out: `sweep export`, by what it says, and by the tools that are to read it.
//!
//! The tools are Python's. `SWEEP_PYTHON` names an interpreter that has what
//! `tests/exports/requirements.txt` lists; without it the tests that need one say so, and check nothing.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Place, ROLL};

/// Rates of which one blows up, and kinds of values that share a column.
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

/// Solvers, whose way is taken down.
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
solver = ["trainer", "normal-equations", "gd"]
"#;

fn python() -> Option<PathBuf> {
    let python = std::env::var_os("SWEEP_PYTHON").map(PathBuf::from);
    if python.is_none() {
        // Not by eprintln!, which the harness keeps to itself where a test passes.
        let told = "SWEEP_PYTHON names no Python: the exports were not read by the tools that they are for\n";
        std::io::stderr().write_all(told.as_bytes()).unwrap();
    }
    python
}

/// Runs a script of tests/exports, which must succeed.
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

/// Trains a file, and exports it to these formats.
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

/// The header and the rows of a table.
fn table(place: &Place, name: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(place.path(name)).unwrap();
    let header = reader.headers().unwrap();
    let header: Vec<String> = header.iter().map(str::to_owned).collect();
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    (header, rows.collect())
}

/// A column of it.
fn column(table: &(Vec<String>, Vec<Vec<String>>), name: &str) -> Vec<String> {
    let at = table.0.iter().position(|column| column == name).unwrap();
    table.1.iter().map(|row| row[at].clone()).collect()
}

/// Every file below a folder, with its bytes.
fn files(folder: PathBuf) -> Vec<(PathBuf, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = walk.into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap()))
        .collect()
}

#[test]
fn the_exports_open_in_the_tools_that_they_are_for() {
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
fn a_row_of_the_table_of_runs_says_what_was_asked_and_what_came_of_it() {
    let place = exported("roll.toml", ROLL, &["csv"]);
    let runs = table(&place, "reports/export/csv/roll/runs.csv");
    assert_eq!(
        column(&runs, "lr"),
        ["0.001", "0.001", "0.01", "0.01", "10.0", "10.0"]
    );
    assert_eq!(column(&runs, "seed"), ["0", "1", "0", "1", "0", "1"]);
    assert_eq!(column(&runs, "outcome")[3..5], ["finished", "diverged"]);
    assert_eq!(column(&runs, "init")[0], "{ constant = 2.0 }");
    // What is not finite is there, and not left out.
    let lost: BTreeSet<String> = column(&runs, "train_loss")
        .split_off(4)
        .into_iter()
        .collect();
    let lost: Vec<f64> = lost.iter().map(|x| x.parse().unwrap()).collect();
    assert!(lost.iter().all(|x| !x.is_finite()), "{lost:?}");
    // A name is one column's, whatever keys a file sets.
    let names: BTreeSet<&String> = runs.0.iter().collect();
    assert_eq!(names.len(), runs.0.len());
}

#[test]
fn the_same_store_gives_the_same_bytes_and_cells_that_are_gone_leave_nothing() {
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
fn runs_that_are_not_trained_are_rows_without_results() {
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
    assert!(
        ran.err
            .contains("nothing has been trained in elsewhere yet"),
        "{}",
        ran.err
    );
    if !cfg!(feature = "parquet") {
        let ran = place.sweep(&["export", "roll.toml", "--to", "parquet"]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains("--features parquet"), "{}", ran.err);
    }
}
