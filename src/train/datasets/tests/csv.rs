//! CSV files: their rows, and all kinds of errors.

use super::*;
use crate::config::files::Named;
use crate::config::settings::{Contents, Delimiter, Missing, Reading, TaskKind};
use crate::config::{Document, Fault, Faults, Place};
use std::fs;
use std::path::Path;
use tempfile::{TempDir, tempdir};

fn folder(content: impl AsRef<[u8]>) -> TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("data.csv"), content).unwrap();
    folder
}

fn csv(folder: &Path, target: &str, task: Option<TaskKind>) -> DataSettings {
    let source = Source::Csv {
        path: folder.join("data.csv"),
        target: target.to_owned(),
        others: Vec::new(),
        task,
        reading: Reading::default(),
    };
    settings(source, 0)
}

/// Returns the file as named in a sweep.
fn named(settings: &DataSettings) -> Named {
    let text = "[data]\nsource = { csv = \"data.csv\", target = \"price\" }\n";
    let document = Document::new("lr.toml", text);
    Named {
        source: settings.source.clone(),
        place: Place {
            document: document.into(),
            span: 16..text.len() - 1,
        },
    }
}

fn read(content: &str, target: &str, task: Option<TaskKind>) -> (Files, DataSettings) {
    let folder = folder(content);
    let settings = csv(folder.path(), target, task);
    let (files, faults) = Files::read(&[named(&settings)]);
    assert_eq!(faults, []);
    (files, settings)
}

/// Returns the errors of a file, one per line: place, text at the place, message and label. Paths are without the
/// folder.
fn faults_in(folder: &Path, settings: &DataSettings) -> String {
    let line = |fault: Fault| {
        let (path, line) = (fault.path.display(), fault.line);
        let at = match &fault.text {
            Some(text) => format!("{path}:{line} at [{}]", &text[fault.span.clone()]),
            None => path.to_string(),
        };
        format!("{at} {}; {}", fault.message, fault.label)
    };
    let (_, faults) = Files::read(&[named(settings)]);
    let faults = Faults::sorted(faults, Path::new("lr.toml"));
    let all = faults.into_iter().flat_map(|faults| faults.0);
    let all: Vec<String> = all.map(line).collect();
    all.join("\n")
        .replace(&format!("{}/", folder.display()), "")
}

fn faults(content: impl AsRef<[u8]>, target: &str, task: Option<TaskKind>) -> String {
    let folder = folder(content);
    faults_in(folder.path(), &csv(folder.path(), target, task))
}

#[test]
fn numbers_are_a_regression_with_the_other_columns_as_features() {
    let content = "\u{feff}size, price ,\"rooms, all\"\r\n1,10,2\r\n\r\n 3 ,2e1,-4.5\r\n";
    let (files, mut settings) = read(content, "price", None);
    let data = dataset(&settings, &files, 0).unwrap();
    assert_eq!(data.features, ["size", "rooms, all"]);
    assert_eq!((data.target.as_str(), data.classes.len()), ("price", 0));
    let mut rows: Vec<(&[f64], f64)> = data.train.x.chunks(2).zip(data.train.y.clone()).collect();
    rows.sort_by(|a, b| a.1.total_cmp(&b.1));
    assert_eq!(rows, [(&[1.0, 2.0][..], 10.0), (&[3.0, -4.5][..], 20.0)]);
    assert_eq!(
        files.digest(&settings),
        blake3::hash(content.as_bytes()).to_hex().as_str()
    );

    settings.scales = vec![10.0, 1.0];
    let scaled = dataset(&settings, &files, 0).unwrap();
    assert_eq!(scaled.train.x[0], data.train.x[0] * 10.0);
}

#[test]
fn classes_do_not_depend_on_the_order_of_the_rows() {
    let classes = |content, task| {
        let (files, settings) = read(content, "y", task);
        let data = dataset(&settings, &files, 0).unwrap();
        let mut rows: Vec<(f64, f64)> = data.train.x.iter().copied().zip(data.train.y).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        (
            data.classes.join(" "),
            rows.into_iter().map(|row| row.1).collect::<Vec<_>>(),
        )
    };
    let words = ("b c é".to_owned(), vec![1.0, 0.0, 2.0, 1.0]);
    assert_eq!(classes("x,y\n1,c\n2,b\n3,é\n4,c\n", None), words);
    assert_eq!(classes("x,y\n4,c\n3,é\n2,b\n1,c\n", None), words);
    let numbers = ("-1 2 10".to_owned(), vec![2.0, 1.0, 0.0, 1.0]);
    let task = Some(TaskKind::Classes);
    assert_eq!(classes("x,y\n1,10\n2,2\n3,-1\n4,2.0\n", task), numbers);
    assert_eq!(classes("x,y\n4,2.0\n3,-1\n2,2\n1,10\n", task), numbers);
}

#[test]
fn one_file_serves_several_targets() {
    let folder = folder("a,b,c\n1,2,3\n4,5,6\n");
    let both = ["a", "c"].map(|target| csv(folder.path(), target, None));
    let (files, faults) = Files::read(&both.each_ref().map(named));
    assert_eq!(faults, []);
    let data = both.map(|settings| dataset(&settings, &files, 0).unwrap());
    assert_eq!(data[0].features, ["b", "c"]);
    assert_eq!(data[1].features, ["a", "b"]);
}

#[test]
fn several_targets_are_kept_row_by_row_and_are_not_features() {
    let folder = folder("a,b,c,d\n1,2,3,4\n5,6,7,8\n9,10,11,12\n");
    let mut settings = csv(folder.path(), "d", None);
    let Source::Csv { others, task, .. } = &mut settings.source else {
        unreachable!()
    };
    (*others, *task) = (vec!["b".to_owned()], Some(TaskKind::Regression));
    let (files, faults) = Files::read(&[named(&settings)]);
    assert_eq!(faults, []);
    let data = dataset(&settings, &files, 0).unwrap();
    assert_eq!(
        (data.features.join(" "), data.target),
        ("a c".to_owned(), "d, b".to_owned())
    );
    assert_eq!(
        (data.targets, data.train.len()),
        (vec!["d".to_owned(), "b".to_owned()], 3)
    );
    let rows = data.train.x.chunks(2).zip(data.train.y.chunks(2));
    for (x, y) in rows {
        assert_eq!([x[0] + 3.0, x[0] + 1.0], y);
    }
}

#[test]
fn a_missing_file_or_target_is_shown_in_the_sweep_file() {
    let empty = tempdir().unwrap();
    let settings = csv(empty.path(), "price", None);
    insta::assert_snapshot!(faults_in(empty.path(), &settings), @"lr.toml:1 at [data.csv] data file not found: data.csv; named here");
    insta::assert_snapshot!(faults("size,prize,rooms\n1,2,3\n", "price", None), @"lr.toml:1 at [price] data.csv has no column `price`; no such column");
}

#[test]
fn files_without_header_or_rows_are_errors() {
    insta::assert_snapshot!(faults("", "y", None), @"data.csv the data file is empty;");
    insta::assert_snapshot!(faults("x,y\n", "y", None), @"data.csv the data file has a header but no rows;");
    insta::assert_snapshot!(faults("\u{feff}x,,y,x\n1,2,3,4\n", "y", None), @r#"
    data.csv:1 at [] column 2 has no name; expected a name
    data.csv:1 at [x] columns 1 and 4 are both named `x`; the second one
    "#);
    insta::assert_snapshot!(faults("price\n1\n2\n", "price", None), @"lr.toml:1 at [price] `price` is the only column; no feature columns are left");
}

#[test]
fn errors_of_header_rows_and_target_are_reported_at_once() {
    let content = b"x1,x2,x2,y\n1,2,3,4\n1,2\n\n1, abc ,3,4\n,2,3,4\n1,inf,3,NA\n1,2,3,oh\n1,\xff,3,4\n1,2,3,4,5\n1,2,\"2,5\",3\n";
    insta::assert_snapshot!(faults(content, "y", None), @r#"
    data.csv:1 at [x2] columns 2 and 3 are both named `x2`; the second one
    data.csv:3 at [1,2] this row has 2 values, but the header has 4; expected 4 values
    data.csv:5 at [abc] `abc` in column `x2` is not a number; expected a number
    data.csv:6 at [] missing value in column `x1`; expected a value
    data.csv:7 at [inf] `inf` in column `x2` is not finite; expected a finite number
    data.csv:7 at [NA] missing value in column `y`; expected a value
    data.csv:8 at [oh] `oh` in column `y` is not a number; expected a number
    data.csv:9 at [�] a value in column `x2` is not UTF-8; not a UTF-8 character
    data.csv:10 at [5] this row has 5 values, but the header has 4; beyond the last column
    data.csv:11 at ["2,5"] `2,5` in column `x2` is not a number; expected a number
    "#);
    // If the target is unknown, any column may be meant, and hold words.
    insta::assert_snapshot!(faults("x1,x2,z\n1,2,a\n1,2\n", "y", None), @r#"
    lr.toml:1 at [{ csv = "data.csv", target = "price" }] data.csv has no column `y`; no such column
    data.csv:3 at [1,2] this row has 2 values, but the header has 3; expected 3 values
    "#);
}

#[test]
fn line_numbers_match_an_editor_with_any_line_endings() {
    for end in ["\n", "\r\n", "\r"] {
        let lines = ["", "x,y", "", "1,2", "\"", "\",2", "", "", "oh,2", "ah,3"];
        let errors = faults(lines.join(end), "y", None);
        let at = [
            "data.csv:5 at [\"",
            "data.csv:9 at [oh]",
            "data.csv:10 at [ah]",
        ];
        assert!(at.iter().all(|at| errors.contains(at)), "{end:?}: {errors}");
    }
}

#[test]
fn a_quote_that_is_not_closed_is_named_with_its_line() {
    let open = |content: &str, line: usize| {
        let errors = faults(content, "y", None);
        let expected = format!("the quote that opens on line {line} is never closed; opens here");
        assert!(errors.ends_with(&expected), "{content:?}: {errors}");
        assert!(errors.contains("at [\"]"), "{errors}");
    };
    open("x,y\n1,2\n\"3,4\n5,6\n7,8\n", 3);
    open("x,y\n1,\"2\n3,4\n", 2);
    // The value is quoted, has a quote of its own, and is not closed.
    open("x,y\n1,2\n3,\"4\"\"\n5,6", 3);
    open("\u{feff}\"x,y\n1,2\n", 1);
    // It may also be closed by the quote of a later row.
    let merged = "x,y,z\n1,\"2,3\n4,5\"\n7,8,9\n";
    insta::assert_snapshot!(faults(merged, "y", None), @r#"data.csv:2 at ["] this row has 2 values, but the header has 3; the value that opens here spans several lines"#);
    let errors = faults("x,y\n1,2\n\"3\n4\",5\n", "y", None);
    assert!(errors.starts_with("data.csv:3 at [\"] `3"), "{errors}");
    // A quote within a value is part of it.
    assert_eq!(faults("x,y\n1,5\" pipe\n2,3\" pipe\n", "y", None), "");
}

#[test]
fn an_empty_file_is_called_empty() {
    for content in ["", "\n\n", "\u{feff}", "\r\n", ",,\n"] {
        let errors = faults(content, "y", None);
        assert_eq!(errors, "data.csv the data file is empty; ", "{content:?}");
    }
}

#[test]
fn errors_beyond_ten_are_counted() {
    let errors = faults(format!("x,y\n{}", "a,1\n".repeat(25)), "y", None);
    assert_eq!(errors.lines().count(), 11);
    assert_eq!(
        errors.lines().last(),
        Some("data.csv and 15 more errors in data.csv; ")
    );
    let errors = faults(
        format!("x,y\n1,a\n{}{}", "1,2\n".repeat(40), "1,a\n".repeat(24)),
        "y",
        None,
    );
    assert_eq!(
        errors.lines().last(),
        Some("data.csv and 15 more errors in data.csv; ")
    );
}

#[test]
fn targets_that_do_not_fit_the_task_are_errors() {
    insta::assert_snapshot!(faults("x,y\n1,2\n1,cat\n1,dog\n", "y", Some(TaskKind::Regression)), @r#"
    data.csv:3 at [cat] `cat` in column `y` is not a number; expected a number
    data.csv:4 at [dog] `dog` in column `y` is not a number; expected a number
    "#);
    insta::assert_snapshot!(faults("x,y\n1,2\n1,3\n2,3l\n", "y", None), @"data.csv:4 at [3l] `3l` in column `y` is not a number; expected a number");
    insta::assert_snapshot!(faults("x,y\n1,cat\n2,cat\n", "y", None), @r#"lr.toml:1 at [{ csv = "data.csv", target = "price" }] all rows have the class `cat`; a column with one class"#);
}

#[test]
fn a_constant_target_is_an_error() {
    insta::assert_snapshot!(faults("x,y\n1,5\n2,5\n", "y", None), @r#"lr.toml:1 at [{ csv = "data.csv", target = "price" }] every target is 5; a column with one value"#);
    let rows = "x,y\n1,0.5\n2,0.5\n";
    insta::assert_snapshot!(faults(rows, "y", Some(TaskKind::Regression)), @r#"lr.toml:1 at [{ csv = "data.csv", target = "price" }] every target is 0.5; a column with one value"#);
}

#[test]
fn a_training_split_with_one_target_is_an_error() {
    for (rows, task, message) in [
        ("1,5\n2,5\n3,5\n4,6\n", None, "of 2 rows: every target is 5"),
        (
            "1,a\n2,a\n3,a\n4,b\n",
            None,
            "of 2 rows: all rows have the class `a`",
        ),
    ] {
        let (files, mut settings) = read(&format!("x,y\n{rows}"), "y", task);
        settings.validation = 0.5;
        let splits: Vec<_> = (0..8)
            .map(|seed| dataset(&settings, &files, seed))
            .collect();
        let errors: Vec<String> = splits
            .iter()
            .filter_map(|split| Some(split.as_ref().err()?.to_string()))
            .collect();
        // Some seeds hold out the row that differs, others train on it.
        assert!((1..8).contains(&errors.len()), "{errors:?}");
        assert!(errors[0].contains(message), "{}", errors[0]);
    }
}

#[test]
fn rows_of_an_unread_file_are_an_error() {
    let settings = csv(Path::new("there"), "y", None);
    let error = dataset(&settings, &Files::default(), 0).unwrap_err();
    insta::assert_snapshot!(error, @"failed to use rows of there/data.csv: it was not read with target `y` before training");
    let error = dataset(&super::settings(Source::None, 3), &Files::default(), 0).unwrap_err();
    insta::assert_snapshot!(error, @r#"failed to make rows: `source = "none"` has none; it is for one-weight models"#);
}

#[test]
fn the_contents_of_a_file_depend_on_its_use() {
    let held = |content, task| {
        let (files, settings) = read(content, "y", task);
        files.contents(&settings.source)
    };
    let contents = |rows, features, classes| {
        Some(Contents {
            rows,
            features,
            targets: 1,
            classes,
        })
    };
    assert_eq!(
        held("a,b,y\n1,2,x\n3,4,z\n5,6,x\n", None),
        contents(3, 2, 2)
    );
    assert_eq!(held("a,y\n1,2\n3,4\n", None), contents(2, 1, 0));
    let classes = Some(TaskKind::Classes);
    assert_eq!(held("a,y\n1,2\n3,4\n5,6\n", classes), contents(3, 1, 3));
    assert_eq!(Files::default().contents(&Source::Moons), None);
}

proptest::proptest! {
    #[test]
    fn no_content_panics(
        content in proptest::collection::vec(proptest::sample::select(&b"xy,,\n\n\r\"12.-e \xff\xef\xbb\xbf"[..]), 0..60),
        head in proptest::bool::ANY,
    ) {
        let content = [if head { &b"x,y\n"[..] } else { b"" }, &content].concat();
        let folder = folder(content);
        let settings = csv(folder.path(), "y", None);
        let (files, faults) = Files::read(&[named(&settings)]);
        let drawable = |fault: &Fault| {
            let text = fault.text.as_ref();
            text.is_none_or(|text| text.get(fault.span.clone()).is_some())
        };
        assert!(faults.iter().all(drawable));
        if faults.is_empty() {
            let data = dataset(&settings, &files, 0).unwrap();
            assert!(data.train.x.iter().all(|x| x.is_finite()));
            assert_eq!(data.train.x.len(), data.features.len() * data.train.len());
        }
    }
}

/// Reads a file with these options.
fn reading(content: &str, target: &str, reading: Reading) -> (Files, DataSettings, String) {
    let folder = folder(content);
    let mut settings = csv(folder.path(), target, None);
    if let Source::Csv { reading: of, .. } = &mut settings.source {
        *of = reading;
    }
    let errors = faults_in(folder.path(), &settings);
    let (files, _) = Files::read(&[named(&settings)]);
    (files, settings, errors)
}

fn categories(names: &[&str]) -> Reading {
    Reading {
        categories: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Reading::default()
    }
}

#[test]
fn categories_are_one_hot_encoded() {
    let content = "size,colour,floor,price\n1,red,10,5\n2,blue,9,6\n3,red,9,7\n";
    let (files, settings, errors) = reading(content, "price", categories(&["colour", "floor"]));
    assert_eq!(errors, "");
    let data = dataset(&settings, &files, 0).unwrap();
    let names = ["size", "colour=blue", "colour=red", "floor=9", "floor=10"];
    assert_eq!(data.features, names);
    let mut rows: Vec<&[f64]> = data.train.x.chunks(5).collect();
    rows.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let expected = [
        [1.0, 0.0, 1.0, 0.0, 1.0],
        [2.0, 1.0, 0.0, 1.0, 0.0],
        [3.0, 0.0, 1.0, 1.0, 0.0],
    ];
    assert_eq!(rows, expected);
}

#[test]
fn missing_values_are_imputed_from_the_training_rows_or_their_rows_left_out() {
    let rows: String = (0..40).map(|i| format!("{i},{}\n", 2 * i)).collect();
    let content = format!("x,y\n{rows}NA,7\n,7\n");
    let made = |missing| {
        let how = Reading {
            missing: Some(missing),
            ..Reading::default()
        };
        let (files, mut settings, errors) = reading(&content, "y", how);
        assert_eq!(errors, "");
        settings.validation = 0.25;
        dataset(&settings, &files, 3).unwrap()
    };
    for missing in [Missing::Mean, Missing::Median] {
        let data = made(missing);
        assert_eq!(data.train.len() + data.validation.len(), 42);
        // Rows without x have the target 7.
        let known = |rows: &Rows| -> Vec<f64> {
            let pairs = rows.x.iter().zip(&rows.y);
            pairs.filter(|(_, y)| **y != 7.0).map(|(x, _)| *x).collect()
        };
        let mut known = known(&data.train);
        known.sort_by(f64::total_cmp);
        let n = known.len();
        let value = match missing {
            Missing::Median => (known[(n - 1) / 2] + known[n / 2]) / 2.0,
            Missing::Mean | Missing::Drop => known.iter().sum::<f64>() / n as f64,
        };
        for rows in [&data.train, &data.validation] {
            let pairs = rows.x.iter().zip(&rows.y);
            let made_up = pairs
                .filter(|(_, y)| **y == 7.0)
                .all(|(x, _)| (x - value).abs() < 1e-12);
            assert!(made_up, "{missing:?}");
        }
    }
    let data = made(Missing::Drop);
    assert_eq!(data.train.len() + data.validation.len(), 40);
}

#[test]
fn the_seed_selects_rows_if_a_file_has_more_than_max_rows() {
    let rows: String = (0..40).map(|i| format!("{i},{i}\n")).collect();
    let (files, mut settings) = read(&format!("x,y\n{rows}"), "y", None);
    settings.max_rows = Some(10);
    let of = |seed| dataset(&settings, &files, seed).unwrap().train.y;
    assert_eq!(
        (of(1).len(), of(1) == of(1), of(1) == of(2)),
        (10, true, false)
    );
}

/// Files that are not a table, and their errors.
#[test]
fn broken_files_have_errors_with_place_and_help() {
    let fault = |content: &[u8]| {
        let folder = folder(content);
        let settings = csv(folder.path(), "price", None);
        let (_, faults) = Files::read(&[named(&settings)]);
        let faults = Faults::sorted(faults, Path::new("lr.toml")).unwrap();
        let text = crate::config::render(&faults, false);
        text.replace(&format!("{}/", folder.path().display()), "")
    };
    let long = [
        b"size,price\n1,2\n\"".as_slice(),
        &b"3,4\n".repeat(5_000_000),
    ]
    .concat();
    let utf16: Vec<u8> = "\u{feff}size,price\n1,2\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let errors = [
        fault(b"size;price\n1;2\n"),
        fault(b"size\tprice\n1\t2\n"),
        fault(&long),
        fault(&utf16),
        fault(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"),
        fault(b"size,price\n1,2\nNaN,4\n"),
        fault(b"size,size,price\n1,2,3\n"),
        fault("size,price\n1,2\nlarge,4\n".as_bytes()),
    ];
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn options_must_fit_the_file() {
    let errors = |content: &str, how: Reading| reading(content, "price", how).2;
    let missing = |missing| Reading {
        missing: Some(missing),
        ..Reading::default()
    };
    let bars = Reading {
        delimiter: Delimiter::Bar,
        ..Reading::default()
    };
    let errors = [
        errors("size,price\n1,2\n3,4\n", categories(&["colour"])),
        errors("size,price\n1,\n,4\n", missing(Missing::Drop)),
        errors("size,price\n,1\n,2\n", missing(Missing::Mean)),
        errors("size,price\n1,1\n2,\n", missing(Missing::Mean)),
        errors("size|price\n1|2\n3|oh, no\n5|6\n7|8\n", bars),
    ];
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn a_table_that_does_not_fit_into_memory_is_rejected_before_it_is_read() {
    // 2000 values of 4 bytes with their commas: 32 kB in memory, with a margin.
    let text = format!("a,price\n{}", "1.5,2.5\n1.5,3.5\n".repeat(500));
    let folder = folder(text);
    let named = [named(&csv(folder.path(), "price", None))];
    let faults = |free: f64| Files::read_within(&named, &|| free).1;
    assert_eq!(faults(50e3), []);
    let errors = &faults(20e3)[0];
    for part in ["data.csv", "38 kB of memory needed", "20 kB free"] {
        assert!(errors.message.contains(part), "{}", errors.message);
    }
}
