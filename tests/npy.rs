//! NumPy arrays in sweeps: memory-mapped, cached by content, and rejected with a reason.
#![allow(clippy::unwrap_used)]

mod common;
mod support;

use common::{run_on, settings};
use std::path::Path;
use support::Place;
use sweep::config::Overrides;
use sweep::config::settings::*;
use sweep::execute::executors;
use sweep::load::load;
use sweep::trace::Trace;
use sweep::train::datasets::{Dataset, dataset};

const SWEEP: &str = r#"
title = "Two arrays"
seeds = 2

[data]
source = { npy = "x.npy", target = "y.npy" }
validation = 0.0

[base]
model = "linear"
solver = "normal-equations"
"#;

/// Writes an array of float64 as `numpy.save` does.
fn save(path: &Path, shape: &str, numbers: impl Iterator<Item = f64>) {
    let dict = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    bytes.extend(format!("{dict:<117}\n").bytes());
    bytes.extend(numbers.flat_map(f64::to_le_bytes));
    std::fs::write(path, bytes).unwrap();
}

/// Returns a folder with 300 rows of 3 features, and an almost linear nearly linear target.
fn place() -> Place {
    let place = Place::with("arrays.toml", SWEEP);
    let x = |i: usize| (1.7 * i as f64).sin();
    save(&place.path("x.npy"), "(300, 3)", (0..900).map(x));
    let y = |row: usize| x(3 * row) - 2.0 * x(3 * row + 1) + 0.1 * x(7 * row) + 1.0;
    save(&place.path("y.npy"), "(300, 1)", (0..300).map(y));
    place
}

#[test]
fn solvers_are_bit_identical_on_mapped_rows_and_on_a_copy() {
    let place = place();
    let loaded = load(&place.path("arrays.toml"), &Overrides::default()).unwrap();
    let of_data = &loaded.cells[0].settings.data;
    let mapped = dataset(of_data, &loaded.files, 0).unwrap();
    let mut copied = mapped.clone();
    copied.train.x.to_mut();
    assert_ne!(copied.train.x.as_ptr(), mapped.train.x.as_ptr());

    let [.., solver, _] = executors();
    let fields = |trace: Trace| {
        let parts = (
            trace.outcome,
            trace.data,
            trace.evaluations,
            trace.predictions,
            trace.trajectory,
        );
        serde_json::to_string(&parts).unwrap()
    };
    let of_classes = |data: &Dataset| {
        let mut data = data.clone();
        data.classes = vec!["low".to_owned(), "high".to_owned()];
        data.train
            .y
            .iter_mut()
            .for_each(|y| *y = f64::from(*y > 1.0));
        data
    };
    for by in [
        Solver::NormalEquations,
        Solver::Gd,
        Solver::Sgd,
        Solver::Newton,
    ] {
        let newton = by == Solver::Newton;
        let settings = Settings {
            loss: if newton { Loss::Bce } else { Loss::Mse },
            output: if newton {
                OutputActivation::Sigmoid
            } else {
                OutputActivation::Linear
            },
            model: ModelSettings::Linear,
            precision: Precision::F64,
            lr: 0.0,
            solving: Some(Solving {
                solver: by,
                gradient_tolerance: Some(1e-9),
                excess_tolerance: None,
            }),
            ..settings()
        };
        let run = |data: &Dataset| {
            let data = if newton {
                of_classes(data)
            } else {
                data.clone()
            };
            fields(run_on(&solver, &settings, Some(&data), 1))
        };
        assert_eq!(run(&mapped), run(&copied), "{by:?}");
    }
}

#[test]
fn runs_on_arrays_are_cached_until_an_array_changes() {
    let place = place();
    let first = place.sweep(&["arrays.toml"]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    let again = place.sweep(&["arrays.toml"]);
    assert!(again.err.contains("all cached"), "{}", again.err);
    save(&place.path("y.npy"), "(300,)", (0..300).map(f64::from));
    let plan = place.sweep(&["plan", "arrays.toml"]);
    assert!(plan.out.contains("2 to train"), "{}", plan.out);
}

#[test]
fn an_array_with_nan_is_rejected_with_exit_code_2() {
    let place = place();
    save(&place.path("y.npy"), "(2,)", [1.0, f64::NAN].into_iter());
    let ran = place.sweep(&["arrays.toml"]);
    assert_eq!(ran.code, Some(2), "{}", ran.out);
    insta::assert_snapshot!(ran.err);
}

#[test]
fn rows_that_exceed_memory_are_rejected_before_they_are_created() {
    let text = "[data]\nsource = \"gaussian\"\nrows = 100_000_000\nfeatures = 10_000\n[base]\nmodel = \"linear\"\nsolver = \"gd\"\n";
    let place = Place::with("large.toml", text);
    let ran = place.sweep(&["large.toml", "--seeds", "1"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(ran.out.contains("1 too-large"), "{}", ran.out);
    // 8 TB of rows, with a margin of a fifth.
    let part = "GB of memory needed";
    assert!(
        ran.err.contains("too large: ") && ran.err.contains(part),
        "{}",
        ran.err
    );
    let plan = place.sweep(&["plan", "large.toml"]);
    assert_eq!(plan.code, Some(0), "{}", plan.err);
    assert!(
        plan.out.contains("too large: ") && plan.out.contains(part),
        "{}",
        plan.out
    );
}
