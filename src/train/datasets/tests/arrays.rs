//! NumPy arrays: their rows, where these are in memory, and all kinds of errors.

use super::*;
use crate::config::files::Named;
use crate::config::settings::TaskKind;
use crate::config::{Document, Faults, Place, render};
use crate::testkit::bytes::saved;
use std::fs;
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// Returns a file of 64-bit floats as `numpy.save` writes it.
fn floats(shape: &str, numbers: &[f64]) -> Vec<u8> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    saved("'<f8'", shape, &bytes)
}

/// Returns a file of 32-bit integers.
fn integers(shape: &str, numbers: &[i32]) -> Vec<u8> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    saved("'<i4'", shape, &bytes)
}

fn folder(x: Vec<u8>, y: Vec<u8>) -> TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("x.npy"), x).unwrap();
    fs::write(folder.path().join("y.npy"), y).unwrap();
    folder
}

/// Returns the two files as named in a sweep.
fn named(folder: &Path, task: TaskKind) -> Named {
    let text = "[data]\nsource = { npy = \"x.npy\", target = \"y.npy\" }\n";
    let document = Document::new("lr.toml", text);
    Named {
        source: Source::Npy {
            path: folder.join("x.npy"),
            target: folder.join("y.npy"),
            task,
        },
        place: Place {
            document: document.into(),
            span: 16..text.len() - 1,
        },
    }
}

/// Returns the files after reading, and settings without held-out rows.
fn read(x: Vec<u8>, y: Vec<u8>, task: TaskKind) -> (Files, DataSettings) {
    let folder = folder(x, y);
    let named = named(folder.path(), task);
    let (files, faults) = Files::read(std::slice::from_ref(&named));
    assert_eq!(faults, []);
    (files, settings(named.source, 0))
}

/// Returns 40 rows of 2 features with their targets.
fn forty() -> (Vec<u8>, Vec<u8>) {
    let x: Vec<f64> = (0..80).map(f64::from).collect();
    let y: Vec<f64> = (0..40).map(|i| f64::from(i) / 2.0).collect();
    (floats("(40, 2)", &x), floats("(40, 1)", &y))
}

#[test]
fn unchanged_rows_are_read_in_place_in_file_order() {
    let (x, y) = forty();
    let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex();
    let digest = format!("{} {}", hash(&x), hash(&y));
    let (files, settings) = read(x, y, TaskKind::Regression);
    let [one, two] = [1, 2].map(|seed| dataset(&settings, &files, seed).unwrap());
    assert_eq!(one.train.x.as_ptr(), two.train.x.as_ptr());
    assert!(one.train.x.iter().copied().eq((0..80).map(f64::from)));
    assert_eq!(one.train.y[39], 19.5);
    assert_eq!(one.features, ["x1", "x2"]);
    assert_eq!(one.target, "y");
    assert_eq!(files.digest(&settings), digest);
    // Only the targets take memory.
    assert_eq!(sizes(&settings, &files).unwrap().bytes(), 40.0 * 8.0);
}

#[test]
fn held_out_or_changed_rows_are_copied() {
    let (x, y) = forty();
    let (files, whole) = read(x, y, TaskKind::Regression);
    let mut split = whole.clone();
    (split.validation, split.test) = (0.25, 0.1);
    let data = dataset(&split, &files, 7).unwrap();
    let lengths = [&data.train, &data.validation, &data.test].map(Rows::len);
    assert_eq!(lengths, [26, 10, 4]);
    for rows in [&data.train, &data.validation, &data.test] {
        for (x, y) in rows.x.chunks(2).zip(&rows.y) {
            assert_eq!(x, [4.0 * y, 4.0 * y + 1.0]);
        }
    }
    assert!(!data.train.y.is_sorted());
    assert_ne!(dataset(&split, &files, 8).unwrap().train, data.train);

    let mut moved = whole.clone();
    (moved.scales, moved.offsets) = (vec![1.0, 10.0], vec![0.5, 0.0]);
    let data = dataset(&moved, &files, 0).unwrap();
    assert_eq!(data.train.x[..4], [0.5, 10.0, 2.5, 30.0]);
    let mut standard = whole.clone();
    standard.standardize = true;
    let data = dataset(&standard, &files, 0).unwrap();
    for settings in [&split, &moved, &standard] {
        assert_eq!(sizes(settings, &files).unwrap().bytes(), 40.0 * 24.0);
    }
    assert_eq!(
        (data.shift[0], data.train.x[78]),
        (39.0, 39.0 / data.scale[0])
    );
    // The file is unchanged.
    assert_eq!(dataset(&whole, &files, 0).unwrap().train.x[1], 1.0);
}

#[test]
fn whole_numbers_are_classes_if_the_sweep_says_so() {
    let x = || saved("'|u1'", "(4,)", &[7, 0, 255, 3]);
    let y = || integers("(4,)", &[2, 0, 1, 2]);
    let (files, settings) = read(x(), y(), TaskKind::Classes);
    let data = dataset(&settings, &files, 0).unwrap();
    assert_eq!(data.train.x[..], [7.0, 0.0, 255.0, 3.0]);
    assert_eq!(data.train.y, [2.0, 0.0, 1.0, 2.0]);
    assert_eq!(data.classes, ["0", "1", "2"]);
    assert_eq!(
        (data.features[0].as_str(), data.target.as_str()),
        ("x", "class")
    );
    let (files, settings) = read(x(), y(), TaskKind::Regression);
    assert_eq!(files.contents(&settings.source).unwrap().classes, 0);
}

#[test]
fn a_matrix_of_targets_is_kept_row_by_row() {
    let x: Vec<f64> = (0..12).map(f64::from).collect();
    let y: Vec<f64> = x.iter().flat_map(|x| [*x, -x, 10.0 * x]).collect();
    let (files, whole) = read(
        floats("(12, 1)", &x),
        floats("(12, 3)", &y),
        TaskKind::Regression,
    );
    let mut split = whole.clone();
    (split.validation, split.test) = (0.25, 0.25);
    for (settings, train) in [(whole, 12), (split, 6)] {
        let data = dataset(&settings, &files, 3).unwrap();
        assert_eq!(
            (data.target.as_str(), data.targets.len()),
            ("y1, y2, y3", 3)
        );
        let rows = data.train.x.iter().zip(data.train.y.chunks(3));
        assert_eq!((data.train.len(), rows.len()), (train, train));
        for (x, y) in rows {
            assert_eq!(y, [*x, -x, 10.0 * x]);
        }
        assert_eq!(data.validation.len() + data.test.len(), 12 - train);
        assert_eq!(sizes(&settings, &files).unwrap().targets, 3);
    }
}

#[test]
fn errors_are_reported_at_the_file_name_in_the_sweep_with_help() {
    let good = || (floats("(2, 2)", &[1.0; 4]), floats("(2,)", &[0.0, 1.0]));
    let errors = |x: Vec<u8>, y: Vec<u8>, task| {
        let folder = folder(x, y);
        let (_, faults) = Files::read(&[named(folder.path(), task)]);
        let faults = Faults::sorted(faults, Path::new("lr.toml")).unwrap();
        render(&faults, false).replace(&format!("{}/", folder.path().display()), "")
    };
    let number = |x, y| errors(x, y, TaskKind::Regression);
    let class = |y| errors(good().0, y, TaskKind::Classes);
    let fortran = String::from_utf8_lossy(&good().0[10..128]).replace("False", "True ");
    let fortran = [&good().0[..10], fortran.as_bytes(), &[0; 32]].concat();
    let holes = floats("(2, 2)", &[1.0, f64::NAN, f64::INFINITY, 0.0]);
    let mut cut = good().1;
    cut.pop();
    let faults = [
        number(fortran, cut),
        number(holes, floats("(2,)", &[f64::NEG_INFINITY, 1.0])),
        number(good().0, floats("(3,)", &[0.0; 3])),
        class(good().0),
        class(floats("(2,)", &[0.0, 0.5])),
        class(integers("(2,)", &[1, 1])),
    ];
    insta::assert_snapshot!(faults.join("\n"));

    let folder = tempdir().unwrap();
    let (_, faults) = Files::read(&[named(folder.path(), TaskKind::Classes)]);
    assert_eq!(faults.len(), 2);
    assert!(
        faults
            .iter()
            .all(|fault| fault.message.contains("data file not found"))
    );
}

#[test]
fn targets_are_copied_only_if_they_fit_into_memory() {
    let numbers: Vec<f64> = (0..1000).map(f64::from).collect();
    let folder = folder(floats("(1000, 1)", &numbers), floats("(1000,)", &numbers));
    let named = [named(folder.path(), TaskKind::Regression)];
    let faults = |free: f64| Files::read_within(&named, &|| free).1;
    assert_eq!(faults(20e3), []);
    let errors = &faults(10e3)[0].message;
    for part in [
        "y.npy has 1000 rows",
        "19 kB of memory needed",
        "10 kB free",
    ] {
        assert!(errors.contains(part), "{errors}");
    }
}
