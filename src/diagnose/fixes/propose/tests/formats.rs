//! Fixes for every data format and task: suggestions must be legal for all rows and sources, and the
//! changed cell must be the one that results from editing the file.

use super::*;
use crate::config::keys::Registry;
use crate::config::settings::Contents;
use crate::config::{Values, draft, rivals};
use crate::grid::cells;
use crate::identity::run_id;
use proptest::prelude::*;

/// The kind of target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Number,
    Several,
    TwoClasses,
    /// More than two classes.
    Classes,
}

/// Numbers of features and rows.
#[derive(Debug, Clone, Copy)]
struct Shape {
    rows: usize,
    features: usize,
    /// The number of classes of [`Task::Classes`].
    classes: usize,
    /// The number of targets of [`Task::Several`].
    targets: usize,
}

/// A source of rows.
#[derive(Debug)]
struct Format {
    name: &'static str,
    task: Task,
    data: String,
    held: Option<Contents>,
}

/// Returns every format with every task that it can hold.
fn formats(shape: Shape) -> Vec<Format> {
    let several = (1..=shape.targets).map(|k| format!("\"y{k}\""));
    let several = several.collect::<Vec<_>>().join(", ");
    let (two, many) = (Task::TwoClasses, Task::Classes);
    let classes = "task = \"classification\"";
    let numbers = "task = \"regression\"";
    let files = [
        (
            "csv, words",
            two,
            "csv = \"d.csv\", target = \"y\"".to_owned(),
        ),
        (
            "csv, words",
            many,
            "csv = \"d.csv\", target = \"y\"".to_owned(),
        ),
        (
            "csv, 0/1",
            two,
            format!("csv = \"d.csv\", target = \"y\", {classes}"),
        ),
        (
            "csv, 0/1",
            many,
            format!("csv = \"d.csv\", target = \"y\", {classes}"),
        ),
        (
            "csv",
            Task::Number,
            "csv = \"d.csv\", target = \"y\"".to_owned(),
        ),
        (
            "csv",
            Task::Several,
            format!("csv = \"d.csv\", target = [{several}]"),
        ),
        (
            "npy",
            two,
            format!("npy = \"x.npy\", target = \"y.npy\", {classes}"),
        ),
        (
            "npy",
            many,
            format!("npy = \"x.npy\", target = \"y.npy\", {classes}"),
        ),
        (
            "npy",
            Task::Number,
            "npy = \"x.npy\", target = \"y.npy\"".to_owned(),
        ),
        (
            "npy",
            Task::Several,
            "npy = \"x.npy\", target = \"y.npy\"".to_owned(),
        ),
        (
            "npz",
            two,
            format!("npz = \"d.npz\", target = \"y\", {classes}"),
        ),
        (
            "npz",
            many,
            format!("npz = \"d.npz\", target = \"y\", {classes}"),
        ),
        (
            "npz",
            Task::Number,
            "npz = \"d.npz\", target = \"y\"".to_owned(),
        ),
        (
            "npz",
            Task::Several,
            "npz = \"d.npz\", target = \"y\"".to_owned(),
        ),
        ("idx", two, "idx = \"x.gz\", target = \"y.gz\"".to_owned()),
        ("idx", many, "idx = \"x.gz\", target = \"y.gz\"".to_owned()),
        (
            "idx",
            Task::Number,
            format!("idx = \"x.gz\", target = \"y.gz\", {numbers}"),
        ),
    ];
    let of_file = |(name, task, source): (&'static str, Task, String)| Format {
        name,
        task,
        data: format!("source = {{ {source} }}"),
        held: Some(Contents {
            rows: shape.rows,
            features: shape.features,
            targets: match task {
                Task::Several => shape.targets,
                Task::Number | Task::TwoClasses | Task::Classes => 1,
            },
            classes: match task {
                Task::Number | Task::Several => 0,
                Task::TwoClasses => 2,
                Task::Classes => shape.classes,
            },
        }),
    };
    let (d, k) = (shape.features, shape.classes);
    let generators = [
        ("sine", Task::Number, String::new()),
        ("wiggle", Task::Number, String::new()),
        ("linear", Task::Number, format!("features = {d}")),
        ("gaussian", Task::Number, format!("features = {d}")),
        ("moons", two, String::new()),
        ("circles", two, String::new()),
        ("xor", two, String::new()),
        ("spirals", two, String::new()),
        ("spirals", many, format!("classes = {k}")),
        ("blobs", two, format!("features = {d}\nclasses = 2")),
        ("blobs", many, format!("features = {d}\nclasses = {k}")),
    ];
    let of_generator = |(name, task, rest): (&'static str, Task, String)| Format {
        name,
        task,
        data: format!("source = \"{name}\"\nrows = {}\n{rest}", shape.rows),
        held: None,
    };
    let files = files.into_iter().map(of_file);
    files
        .chain(generators.into_iter().map(of_generator))
        .collect()
}

/// Returns typical cells of this diagnosis, and the default cell.
fn bases(code: Code, task: Task) -> Vec<&'static str> {
    let typical: &[&str] = match code {
        Code::Healthy | Code::Unclear => return vec![],
        Code::TooShallow => &[
            "depth = 1\nwidth = 3",
            "activation = \"linear\"",
            "model = \"linear\"",
        ],
        Code::VanishingGradients => &[
            "depth = 50\nwidth = 10",
            "hidden = [8, 8, 8]\nactivation = \"sigmoid\"",
        ],
        Code::ExplodingGradients => &["depth = 20\ninit = { normal = 1.0 }"],
        Code::Undertrained => &["epochs = 3", "steps = 50"],
        Code::LearningRateTooLow => &["lr = 1e-5"],
        Code::LearningRateTooHigh => &["lr = 3.0\nmomentum = 0.9"],
        Code::SymmetricInit => &["init = \"zeros\"", "init = \"ones\"\nactivation = \"tanh\""],
        Code::InitTooSmall => &["init = { normal = 1e-4 }"],
        Code::InitTooLarge => &["init = { normal = 5.0 }"],
        Code::IllConditioned => &["optimizer = \"sgd\"\nlr = 0.01"],
        // With more classes, the squared loss is not legal.
        Code::SaturatedOutput if task == Task::Classes => &["output_bias = -10.0"],
        Code::SaturatedOutput => &["loss = \"mse\"\noutput = \"sigmoid\"\noutput_bias = -10.0"],
        Code::SaturatedHidden => &["activation = \"sigmoid\"\ninit = { normal = 5.0 }"],
        Code::DeadRelu => &["lr = 1.0"],
        Code::LocalMinimum => &["lr = 0.1"],
        Code::Overfit => &["optimizer = \"adam\"\nepochs = 1000"],
    };
    [typical, &["", ADAM]].concat()
}

const ADAM: &str = "optimizer = \"adam\"";

/// Pairs without any legal suggestion, with the reason.
const NOTHING_LEGAL: &[(Code, &str, &str)] = &[(
    Code::LocalMinimum,
    ADAM,
    "the fixes are momentum and Adam, and it has Adam",
)];

/// Returns the only cell of a file.
fn load(text: &str, held: Option<Contents>) -> Cell {
    let loaded = cells(
        draft(
            Path::new("a/b.toml"),
            text,
            &Overrides::default(),
            Registry::default(),
        ),
        &|_| held,
    );
    loaded
        .unwrap_or_else(|faults| panic!("{text}{}", crate::config::render(&faults, false)))
        .1
        .remove(0)
}

/// Returns the file after editing it by hand.
fn by_hand(text: &str, edits: &Edits) -> String {
    let mut given: Values = draft(
        Path::new("a/b.toml"),
        text,
        &Overrides::default(),
        Registry::default(),
    )
    .sweep
    .given;
    for (key, value) in edits {
        let is_edited = |key: &str| edits.iter().any(|(edited, _)| edited == key);
        let rivals = rivals(key);
        given
            .0
            .retain(|(other, _)| !rivals.contains(&other.as_str()) || is_edited(other));
        given.set(key, value.clone());
    }
    toml(&given.0)
}

/// Checks every suggestion of every code for rows of this format.
fn check(format: &Format) {
    for code in Code::ALL {
        for base in bases(code, format.task) {
            let text = format!("[data]\n{}\n[base]\n{base}\n", format.data);
            let cell = load(&text, format.held);
            let Suggestions { legal, rejected } = suggested_fixes(&cell, code);
            let excepted = NOTHING_LEGAL
                .iter()
                .any(|(of, with, _)| (*of, *with) == (code, base));
            let of = format!("{code}, {} ({:?}), {base:?}", format.name, format.task);
            assert_eq!(legal.is_empty(), excepted, "{of}: {rejected:?}");
            assert!(!legal.is_empty() || !rejected.is_empty(), "{of}");
            for fix in legal {
                let file = by_hand(&text, &fix.edits);
                let written = load(&file, format.held);
                let id = |cell: &Cell| run_id(&cell.settings, 3, "digest", "stacked");
                assert_eq!(written.settings, fix.cell.settings, "{of}\n{file}");
                assert_eq!(id(&written), id(&fix.cell), "{of}\n{file}");
            }
        }
    }
}

#[test]
fn every_code_has_a_legal_fix_in_every_format_if_data_values_equal_defaults() {
    let shape = Shape {
        rows: 512,
        features: 2,
        classes: 3,
        targets: 2,
    };
    formats(shape).iter().for_each(check);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_code_has_a_legal_fix_in_every_format(
        rows in prop_oneof![Just(512_usize), 64_usize..3000],
        features in prop_oneof![Just(2_usize), 1_usize..60],
        classes in prop_oneof![Just(3_usize), 4_usize..12],
        targets in 2_usize..6,
        which in any::<prop::sample::Index>(),
    ) {
        let formats = formats(Shape { rows, features, classes, targets });
        check(&formats[which.index(formats.len())]);
    }
}

#[test]
fn a_one_weight_model_has_a_legal_fix_for_every_code_that_it_can_have() {
    let cell = cell_of("", "model = \"ripples\"\nlr = 0.01\nsteps = 500");
    for code in [
        Code::LearningRateTooHigh,
        Code::LearningRateTooLow,
        Code::Undertrained,
        Code::LocalMinimum,
    ] {
        assert!(!suggested_fixes(&cell, code).legal.is_empty(), "{code}");
    }
}
