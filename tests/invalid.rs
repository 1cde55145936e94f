//! Invalid sweep files, one per kind of error, each with a snapshot of its messages.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use sweep::config::{Fault, Overrides, draw, render};
use sweep::load;

#[test]
fn every_kind_of_error_has_a_location_and_help() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid");
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    assert!(paths.len() > 20);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("invalid");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for path in paths {
        let faults = load::load(&path, &Overrides::default()).unwrap_err();
        let text = render(&faults, false).replace(&format!("{}/", folder.display()), "");
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(stem, text));
    }
}

#[test]
fn errors_of_the_command_line_name_it() {
    let set = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let overrides = Overrides {
        set: vec![
            set("lr", "fast"),
            set("learnrate", "1"),
            set("rows", "9"),
            set("loss", "bce"),
        ],
        seeds: Some(vec![]),
    };
    let text = "[data]\nsource = \"sine\"\n";
    let faults = load::load_text(Path::new("a.toml"), text, &overrides).unwrap_err();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("invalid");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("command-line", render(&faults, false)));
}

#[test]
fn a_missing_file_is_an_error() {
    let faults = load::load(Path::new("no/such.toml"), &Overrides::default()).unwrap_err();
    assert!(render(&faults, false).contains("failed to read no/such.toml"));
}

#[test]
fn invalid_utf_8_is_reported_with_its_location() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latin.toml");
    fs::write(&path, b"seeds = 2\ntitle = \"caf\xe9\"\n").unwrap();
    let faults = load::load(&path, &Overrides::default()).unwrap_err();
    let text = render(&faults, false).replace(&format!("{}/", folder.path().display()), "");
    insta::assert_snapshot!(text, @r#"
    error: failed to read latin.toml: it is not UTF-8
     --> latin.toml:2:13
      |
    2 | title = "caf�"
      |             ^ not a UTF-8 character
      |
      = help: save the file as UTF-8
    "#);
}

/// What precedes the text of a case; the text starts on line 3.
const SINE: &str = "[data]\nsource = \"sine\"\n";
const MOONS: &str = "[data]\nsource = \"moons\"\n";

/// Returns every error and warning of a file with its line, rendered.
fn said(text: &str) -> Vec<(usize, String)> {
    let loaded = load::load_text(Path::new("a.toml"), text, &Overrides::default());
    let faults = loaded.err().map(|faults| faults.0).unwrap_or_default();
    let line = |fault: &Fault| {
        let text = fault.text.as_deref().unwrap_or_default();
        text[..fault.span.start].matches('\n').count() + fault.line
    };
    let faults = faults.iter();
    faults
        .map(|fault| (line(fault), draw(fault, false)))
        .collect()
}

/// Asserts that a file has exactly one error: on this line, with these words.
fn assert_said(text: &str, line: usize, words: &[&str]) {
    let said = said(text);
    let [(at, error)] = &said[..] else {
        panic!("{text}\n{} errors: {said:#?}", said.len());
    };
    assert_eq!(*at, line, "{text}\n{error}");
    for word in words {
        assert!(error.contains(word), "{word:?} is missing\n{text}\n{error}");
    }
}

#[test]
fn expectations_that_cannot_hold_are_errors() {
    let cases: [(&str, &str, &[&str]); 13] = [
        (
            SINE,
            "validation_skill = { above = 1.5 }",
            &["never above 1.5", "at most 1"],
        ),
        (SINE, "skill = { above = 1 }", &["`skill` is never above 1"]),
        (
            SINE,
            "skill = { at_least = 85 }",
            &["did you mean at_least = 0.85?"],
        ),
        (
            SINE,
            "train_loss = { below = 0 }",
            &["never below 0", "at least 0"],
        ),
        (
            SINE,
            "gradient_ratio = { at_most = -1 }",
            &["never at most -1"],
        ),
        (
            SINE,
            "dead_share = { at_most = 5 }",
            &["always at most 5", "at_most = 0.05?"],
        ),
        (
            MOONS,
            "train_accuracy = { at_least = 90 }",
            &["did you mean at_least = 0.9?"],
        ),
        (
            MOONS,
            "validation_accuracy = { below = 90 }",
            &["is always below 90", "below = 0.9?"],
        ),
        (
            SINE,
            "outcome = \"pruned\"",
            &["no selected cell can be \"pruned\"", "[stop]"],
        ),
        (
            SINE,
            "outcome = [\"converged\", \"stopped-early\"]",
            &["\"converged\"", "`solver`"],
        ),
        (
            MOONS,
            "diagnosis = \"saturated-output\"",
            &["with a cross-entropy"],
        ),
        (
            SINE,
            "diagnosis = \"saturated-output\"",
            &["the output has no activation"],
        ),
        (SINE, "outcome = \"stopped-early\"", &["without `patience`"]),
    ];
    for (head, check, words) in cases {
        assert_said(&format!("{head}[[expect]]\n{check}\n"), 4, words);
    }
    let linear =
        "[data]\nsource = \"sine\"\nvalidation = 0\n[base]\nmodel = \"linear\"\n[[expect]]\n";
    for (code, why) in [
        ("dead-relu", "there is no hidden layer"),
        ("vanishing-gradients", "there is no hidden layer"),
        ("overfit", "there are no validation rows"),
    ] {
        assert_said(&format!("{linear}diagnosis = {code:?}\n"), 7, &[code, why]);
    }
    for possible in [
        "skill = { at_most = 1, above = -3 }",
        "skill_gap = { above = -3, below = 20 }",
        "train_loss = { at_least = 0, below = 1e9 }",
        "outcome = [\"pruned\", \"finished\"]",
        "diagnosis = [\"saturated-output\", \"healthy\"]",
    ] {
        let text = format!("{SINE}[[expect]]\n{possible}\n");
        assert_eq!(said(&text), [], "{possible}");
    }
}

#[test]
fn words_of_other_libraries_are_recognized() {
    let base = [
        ("learning_rate = 1", "`lr`"),
        ("batch_size = 8", "`batch`"),
        ("hidden_layers = 2", "`depth`"),
        ("num_layers = 2", "`depth`"),
        ("hidden_layer_sizes = [3]", "`hidden`"),
        ("weight_init = \"he\"", "`init`"),
        ("dropout_rate = 0.1", "`dropout`"),
        ("l2 = 0.1", "`weight_decay`"),
        ("early_stopping = 5", "`patience`"),
        ("n_samples = 5", "`rows`, in [data]"),
        ("norm = [\"hidden\"]", "`batch_norm` or `layer_norm`"),
        ("random_state = 1", "`seeds`, at the top of the file"),
        ("activation = \"swish\"", "\"silu\""),
        ("activation = \"LeakyReLU\"", "\"leaky-relu\""),
        ("init = \"Xavier\"", "\"glorot\""),
        ("init = \"kaiming\"", "\"he\""),
        ("init = \"glorot_normal\"", "\"glorot\""),
        ("init = \"gaussian\"", "\"lecun\" or { normal = … }"),
        ("init = { gaussian = 0.1 }", "{ normal = … }"),
        ("optimizer = \"sgd-momentum\"", "\"sgd\""),
        ("loss = \"l1\"", "\"mae\""),
        ("schedule = \"CosineAnnealingLR\"", "\"cosine\""),
        ("schedule = \"step\"", "{ step = … }"),
        ("precision = \"float32\"", "\"f32\""),
    ];
    for (line, meant) in base {
        let help = format!("did you mean {meant}?");
        assert_said(&format!("{SINE}[base]\n{line}\n"), 4, &[&help]);
    }
    let blocks = [
        ("val_loss = { below = 1 }", "`validation_loss`"),
        (
            "accuracy = { above = 0.5 }",
            "`train_accuracy`, `validation_accuracy` or `test_accuracy`",
        ),
        (
            "acc = { above = 0.5 }",
            "`train_accuracy`, `validation_accuracy` or `test_accuracy`",
        ),
        ("r2 = { above = 0.5 }", "`skill`"),
        ("skil = { above = 0.5 }", "`skill`"),
        ("skill = { min = 0.5 }", "`at_least`"),
        ("diagnosis = \"vanishing\"", "\"vanishing-gradients\""),
        (
            "diagnosis = \"underfitting\"",
            "\"too-shallow\" or \"undertrained\"",
        ),
        ("diagnosis = \"overfitting\"", "\"overfit\""),
        (
            "diagnosis = \"saturated\"",
            "\"saturated-output\" or \"saturated-hidden\"",
        ),
        ("outcome = \"nan\"", "\"diverged\""),
    ];
    for (line, meant) in blocks {
        let help = format!("did you mean {meant}?");
        assert_said(&format!("{MOONS}[[expect]]\n{line}\n"), 4, &[&help]);
    }
    let files = [
        (
            "source = { csv = \"a.csv\", target = \"y\", sep = \";\" }",
            "did you mean `delimiter`?",
        ),
        (
            "source = { path = \"a.csv\", target = \"y\" }",
            "did you mean { csv = … }?",
        ),
        (
            "source = \"a.csv\"",
            "write { csv = \"a.csv\", target = … }",
        ),
        ("source = \"make_moons\"", "did you mean \"moons\"?"),
        ("source = \"moons\"\ntarget = \"y\"", "write source = { csv"),
    ];
    for (line, help) in files {
        let said = said(&format!("[data]\n{line}\n"));
        assert!(said[0].1.contains(help), "{line}: {said:#?}");
    }
    assert_said(
        &format!("learning_rate = 1\n{SINE}"),
        1,
        &["did you mean `lr`, in [base]?"],
    );
    assert_said(
        &format!("{SINE}[base]\nseeds = 3\n"),
        4,
        &["to the top of the file"],
    );
}

#[test]
fn an_unused_key_names_what_ignores_it_and_one_fix() {
    let cases: [(&str, usize, &[&str]); 7] = [
        (
            "[base]\noptimizer = \"adam\"\nmomentum = 0.9\n",
            5,
            &[
                "unused key `momentum`: `adam` ignores it",
                "`beta1`",
                "help: remove it",
            ],
        ),
        (
            "[base]\nmomentum = 0.9\n[grid]\noptimizer = [\"sgd\", \"adam\"]\n",
            6,
            &[
                "(in 1 of 2 cells)",
                "help: vary `optimizer` and `momentum` together in a [zip.…]",
            ],
        ),
        (
            "[grid]\nmomentum = [0.0, 0.9]\noptimizer = [\"sgd\", \"adam\"]\n",
            4,
            &[
                "help: exclude this cell",
                "where = { momentum = 0.9, optimizer = \"adam\" }",
            ],
        ),
        (
            "[base]\nmodel = \"linear\"\nsolver = \"normal-equations\"\nlr = 0.1\n",
            6,
            &[
                "unused key `lr`",
                "`solver = \"normal-equations\"` ignores it",
            ],
        ),
        (
            "[base]\nbeta1 = 0.5\n",
            4,
            &["`optimizer = \"sgd\"` ignores it"],
        ),
        ("[base]\nblock = 3\n", 4, &["`model = \"mlp\"` ignores it"]),
        (
            "[base]\nmodel = \"linear\"\nsolver = \"gd\"\nbeta1 = 0.5\n",
            6,
            &["`solver = \"gd\"` ignores it"],
        ),
    ];
    for (text, line, words) in cases {
        assert_said(&format!("{SINE}{text}"), line, words);
    }
}

#[test]
fn budgets_batches_and_exclusions_are_checked_against_the_rows_and_cells() {
    // 512 rows, 384 of them for training: 12 updates in an epoch.
    assert_said(
        &format!("{SINE}[base]\nepochs = 3\nwarmup = 36\n"),
        5,
        &[
            "warm-up of 36 updates",
            "training of 36 updates",
            "more `epochs`",
        ],
    );
    assert_eq!(
        said(&format!("{SINE}[base]\nepochs = 3\nwarmup = 35\n")),
        []
    );
    let large = format!("{SINE}[base]\nbatch = 385\n");
    let loaded = load::load_text(Path::new("a.toml"), &large, &Overrides::default()).unwrap();
    let [warning] = &loaded.sweep.warnings[..] else {
        panic!("{:?}", loaded.sweep.warnings);
    };
    assert!(
        warning
            .message
            .contains("larger than the 384 training rows")
    );
    for quiet in ["batch = 384", "batch = \"full\"", ""] {
        let text = format!("{SINE}[base]\n{quiet}\n");
        let loaded = load::load_text(Path::new("a.toml"), &text, &Overrides::default()).unwrap();
        assert_eq!(loaded.sweep.warnings, [], "{quiet}");
    }
    let grid = "[grid]\nlr = [0.1, 0.2, 0.3]\n";
    let exclude = |lr: &str| format!("[[exclude]]\nwhere = {{ lr = {lr} }}\n");
    assert_said(
        &format!(
            "{SINE}{grid}{}{}",
            exclude("[0.1, 0.2, 0.3]"),
            exclude("0.1")
        ),
        6,
        &["this block excludes all cells"],
    );
    assert_said(
        &format!("{SINE}{grid}{}{}", exclude("0.1"), exclude("[0.2, 0.3]")),
        8,
        &[
            "this block excludes 2 of 3 cells",
            "line 6 excludes the others",
        ],
    );
}

#[test]
fn ranges_and_seeds_name_the_right_values() {
    let cases: [(&str, usize, &[&str]); 10] = [
        (
            "seeds = [1, 1]\n",
            1,
            &["`seeds` lists 1 twice", "duplicate seed"],
        ),
        (
            "seeds = \"5\"\n",
            1,
            &["wrong type", "expected an integer from 1", "found a string"],
        ),
        (
            "seeds = 0\n",
            1,
            &["out of range", "expected an integer from 1 to 100000"],
        ),
        ("seeds = []\n", 1, &["`seeds` is empty"]),
        (
            "max_cells = \"9\"\n",
            1,
            &["`max_cells` has the wrong type", "found a string"],
        ),
        (
            "grid.lr = { log = [1, 10, 100] }\n",
            1,
            &["needs two ends", "write lr = [1, 10, 100]"],
        ),
        (
            "grid.lr = { log = [0, 1.0], n = 3 }\n",
            1,
            &["starts at 0", "must start above 0"],
        ),
        (
            "grid.lr = { log = [1, 1], n = 3 }\n",
            1,
            &["two equal ends"],
        ),
        (
            "grid.lr = { log = [0.1, 1] }\n",
            1,
            &["needs `n`", "add n = 5"],
        ),
        (
            "grid.width = { log = [4, 100], n = 4 }\n",
            1,
            &[
                "contains 11.69",
                "an integer from 1",
                "width = [4, 12, 34, 100]",
            ],
        ),
    ];
    for (text, line, words) in cases {
        let said = said(&format!("{text}{SINE}"));
        let all: String = said.iter().map(|(_, error)| error.as_str()).collect();
        assert!(said.iter().all(|(at, _)| *at == line), "{said:#?}");
        assert!(words.iter().all(|word| all.contains(word)), "{text}{all}");
    }
}

#[test]
fn a_file_with_errors_has_its_warnings_too() {
    let text = format!("{SINE}[base]\ninit = \"xavier\"\nbatch = 999\nlearnrate = 1\n");
    let loaded = load::load_text(Path::new("a.toml"), &text, &Overrides::default());
    let faults = loaded.unwrap_err();
    let all = render(&faults, false);
    assert_eq!(faults.count(), 1, "{all}");
    for (line, message) in [
        (
            4,
            "warning: `init = \"xavier\"` is deprecated: use \"lecun\"",
        ),
        (5, "warning: `batch` is larger than the 384 training rows"),
        (6, "error: unknown key `learnrate`"),
    ] {
        let found = said(&text).into_iter().find(|(at, _)| *at == line).unwrap();
        assert!(found.1.contains(message), "{all}");
    }
}

#[test]
fn empty_files_are_called_empty() {
    for text in ["", "# only a comment\n"] {
        assert_said(text, 1, &["the sweep file is empty", "`sweep init FILE`"]);
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    for source in [
        "{ csv = \"empty\", target = \"y\" }",
        "{ npy = \"empty\", target = \"empty\" }",
        "{ npz = \"empty\", target = \"y\" }",
        "{ idx = \"empty\", target = \"empty\" }",
    ] {
        let path = folder.path().join("a.toml");
        fs::write(&path, format!("[data]\nsource = {source}\n")).unwrap();
        let faults = load::load(&path, &Overrides::default()).unwrap_err();
        let text = render(&faults, false);
        assert!(
            text.contains("the data file") && text.contains(" empty\n"),
            "{text}"
        );
    }
}
