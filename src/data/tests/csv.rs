//! Data files: what they give, and every fault of them.

use super::*;
use crate::spec::settings::{Loss, TaskKind};
use crate::spec::{Fault, Sweep, Values};
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
        task,
    };
    settings(source, 0)
}

fn sweep() -> Sweep {
    Sweep {
        path: "lr.toml".into(),
        text: "[data]\nsource = { csv = \"data.csv\", target = \"price\" }\n".to_owned(),
        title: String::new(),
        about: String::new(),
        seeds: vec![0],
        file_seeds: 1,
        base: Values::default(),
        axes: Vec::new(),
        exclude: Vec::new(),
        expectations: Vec::new(),
        ..Sweep::default()
    }
}

fn read(content: &str, target: &str, task: Option<TaskKind>) -> (Files, DataSettings) {
    let folder = folder(content);
    let settings = csv(folder.path(), target, task);
    (
        Files::read(&sweep(), [&settings].into_iter()).unwrap(),
        settings,
    )
}

/// The faults of a file, one a line, with its help; its folder is taken out.
fn faults_in(folder: &Path, settings: &DataSettings) -> String {
    let told = |fault: Fault| {
        let help = fault
            .help
            .map_or(String::new(), |help| format!(" [{help}]"));
        let text = fault.text.map_or(String::new(), |text| {
            format!(" at {}:{}", fault.path.display(), &text[fault.span])
        });
        format!("{}{help}{text}", fault.message)
    };
    let faults = Files::read(&sweep(), [settings].into_iter()).unwrap_err();
    let all: Vec<String> = faults.into_iter().map(told).collect();
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
        let mut rows: Vec<(f64, f64)> = data.train.x.into_iter().zip(data.train.y).collect();
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
    let files = Files::read(&sweep(), both.iter()).unwrap();
    let data = both.map(|settings| dataset(&settings, &files, 0).unwrap());
    assert_eq!(data[0].features, ["b", "c"]);
    assert_eq!(data[1].features, ["a", "b"]);
}

#[test]
fn a_missing_file_or_target_is_shown_in_the_sweep_file() {
    let empty = tempdir().unwrap();
    let settings = csv(empty.path(), "price", None);
    insta::assert_snapshot!(faults_in(empty.path(), &settings), @"data.csv: there is no such data file [check the path that `csv` gives] at lr.toml:data.csv");
    insta::assert_snapshot!(faults("size,prize,rooms\n1,2,3\n", "price", None), @"data.csv: there is no column `price` to predict [did you mean `prize`?] at lr.toml:price");
    insta::assert_snapshot!(faults("size,rooms\n1,2\n", "price", None), @"data.csv: there is no column `price` to predict [its columns are `size`, `rooms`] at lr.toml:price");
}

#[test]
fn files_without_header_or_rows_are_faults() {
    insta::assert_snapshot!(faults("", "y", None), @"data.csv: the file is empty [the first line gives the names of the columns]");
    insta::assert_snapshot!(faults("x,y\n", "y", None), @"data.csv: the file has a header and no rows [put at least one row below the header]");
    insta::assert_snapshot!(faults("x,,y,x\n1,2,3,4\n", "y", None), @r#"
    data.csv, line 1: column 2 has no name [name every column in the first line]
    data.csv, line 1: columns 1 and 4 are both named `x` [give every column a name of its own]
    "#);
    insta::assert_snapshot!(faults("y\n1\n2\n", "y", None), @"data.csv: `y` is its only column [a data file needs at least one more column to learn from]");
}

#[test]
fn faults_of_rows_are_told_at_once_with_line_and_column() {
    let content =
        b"x1,x2,y\n1,2,3\n1,2\n\n1,abc,3\n,2,3\n1,inf,NA\n1,\xff,3\n1,2,3,4\n1,\"2,5\",3\n";
    insta::assert_snapshot!(faults(content, "y", None), @r#"
    data.csv, line 3: it has 2 values, the header 3 [every row needs one value per column; a value with a comma in it needs quotes]
    data.csv, line 5, column `x2`: `abc` is not a number [features are numbers with a decimal point; only the target may be words]
    data.csv, line 6, column `x1`: the value is missing [fill it in or leave the row out]
    data.csv, line 7, column `x2`: `inf` is not a finite number
    data.csv, line 7, column `y`: the value is missing (`NA`) [fill it in or leave the row out]
    data.csv, line 8, column `x2`: the value is not UTF-8 [save the file as UTF-8]
    data.csv, line 9: it has 4 values, the header 3 [every row needs one value per column; a value with a comma in it needs quotes]
    data.csv, line 10, column `x2`: `2,5` is not a number [features are numbers with a decimal point; only the target may be words]
    "#);
}

#[test]
fn lines_are_those_of_an_editor_whatever_ends_them() {
    for end in ["\n", "\r\n", "\r"] {
        let lines = ["", "x,y", "", "1,2", "\"", "\",2", "", "", "oh,2", "ah,3"];
        let told = faults(lines.join(end), "y", None);
        let at = |n: usize| told.lines().nth(n).unwrap().split(',').nth(1).unwrap();
        assert_eq!(
            [at(0), at(1), at(2)],
            [" line 5", " line 9", " line 10"],
            "{end:?}"
        );
    }
}

#[test]
fn faults_beyond_ten_are_counted() {
    let told = faults(format!("x,y\n{}", "a,1\n".repeat(25)), "y", None);
    assert_eq!(told.lines().count(), 11);
    assert_eq!(told.lines().last(), Some("data.csv: and 15 more faults"));
}

#[test]
fn targets_that_do_not_fit_the_task_are_faults() {
    insta::assert_snapshot!(faults("x,y\n1,2\n1,cat\n", "y", Some(TaskKind::Regression)), @r#"data.csv, line 3, column `y`: `cat` is not a number [a regression needs numbers; mend it, or use `task = "classes"`]"#);
    insta::assert_snapshot!(faults("x,y\n1,2\n1,3\n2,3l\n", "y", None), @r#"data.csv, line 4, column `y`: `3l` is not a number [most of the column is numbers; mend it, or use `task = "classes"`]"#);
    insta::assert_snapshot!(faults("x,y\n1,cat\n2,cat\n", "y", None), @"data.csv, column `y`: every row is of the class `cat` [classes need at least two to tell apart]");
}

#[test]
fn rows_that_no_file_gave_are_an_error() {
    let settings = csv(Path::new("there"), "y", None);
    let error = dataset(&settings, &Files::default(), 0).unwrap_err();
    insta::assert_snapshot!(error, @"failed to take rows from there/data.csv: it was not read with target `y` before training");
    let error = dataset(&super::settings(Source::None, 3), &Files::default(), 0).unwrap_err();
    insta::assert_snapshot!(error, @r#"failed to make rows: `source = "none"` has none; it is for one-weight risks"#);
}

#[test]
fn what_only_the_data_can_tell_is_checked_before_training() {
    let content = "a,b,c\n1,2,x\n3,4,y\n5,6,z\n7,8,z\n";
    let (files, mut classes) = read(content, "c", None);
    (classes.scales, classes.validation) = (vec![1.0], 0.1);
    let told = |files: &Files, data: &DataSettings, loss| files.misfits(data, loss).join("\n");
    insta::assert_snapshot!(told(&files, &classes, Loss::Bce), @r#"
    `loss = "bce"` is for two classes, and column `c` has 3; use `loss = "cross-entropy"`
    failed to apply `data.scales`: it has 1 value, the data 2 features; give one per feature
    failed to split 4 rows: `validation = 0.1` of them comes to no row; raise it, have more rows, or set it to 0
    "#);
    let (files, numbers) = read("a,b\n1,0\n3,1\n", "b", None);
    insta::assert_snapshot!(told(&files, &numbers, Loss::CrossEntropy), @r#"a cross-entropy loss needs classes, and column `b` holds numbers; add `task = "classes"` beside `target`, or use `loss = "mse"`"#);
    assert_eq!(told(&files, &numbers, Loss::Mse), "");
    assert_eq!(told(&files, &settings(SINE, 10), Loss::Mse), "");
    let none = settings(Source::None, 0);
    assert_eq!(told(&files, &none, Loss::Mse), "");
}

proptest::proptest! {
    #[test]
    fn no_content_makes_the_reader_panic(
        content in proptest::collection::vec(proptest::sample::select(&b"xy,,\n\n\r\"12.-e \xff\xef\xbb\xbf"[..]), 0..60),
        head in proptest::bool::ANY,
    ) {
        let content = [if head { &b"x,y\n"[..] } else { b"" }, &content].concat();
        let folder = folder(content);
        let settings = csv(folder.path(), "y", None);
        if let Ok(files) = Files::read(&sweep(), [&settings].into_iter()) {
            let data = dataset(&settings, &files, 0).unwrap();
            assert!(data.train.x.iter().all(|x| x.is_finite()));
            assert_eq!(data.train.x.len(), data.features.len() * data.train.len());
        }
    }
}
