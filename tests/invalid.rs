//! One file per kind of error, each with a snapshot of its messages.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use sweep::load;
use sweep::spec::{Overrides, render};

#[test]
fn every_kind_of_error_is_reported_with_place_and_help() {
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
fn a_file_that_is_not_utf_8_is_shown_at_the_invalid_character() {
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
