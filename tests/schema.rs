//! The generated JSON Schema and page of keys are up to date, and the schema agrees with the reader of sweep files.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use sweep::config::deprecated::DEPRECATED;
use sweep::config::keys::Registry;
use sweep::config::{page, schema};

fn json(text: &str) -> serde_json::Value {
    let table: toml::Table = toml::from_str(text).unwrap();
    serde_json::to_value(table).unwrap()
}

/// `UPDATE=1 cargo test --test schema` updates them.
#[test]
fn the_generated_schema_and_page_are_up_to_date() {
    let all = [
        (
            "sweep.schema.json",
            format!("{:#}\n", schema(Registry::default())),
        ),
        ("docs/sweep-file.md", page()),
    ];
    for (name, fresh) in all {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &fresh).unwrap();
        }
        let tracked = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            tracked == fresh,
            "{name} is stale: UPDATE=1 cargo test --test schema"
        );
    }
}

#[test]
fn the_schema_accepts_every_experiment() {
    let validator = jsonschema::validator_for(&schema(Registry::default())).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments");
    let files = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.unwrap().into_path());
    let mut seen = 0;
    for path in files.filter(|path| path.extension().is_some_and(|end| end == "toml")) {
        let file = json(&fs::read_to_string(&path).unwrap());
        let errors: Vec<String> = validator
            .iter_errors(&file)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn the_schema_accepts_deprecated_words_and_marks_them() {
    let schema = schema(Registry::default());
    let validator = jsonschema::validator_for(&schema).unwrap();
    for old in [
        "[base]\ninit = 'xavier'",
        "[grid]\nsolver = ['trainer', 'gd']",
        "[data]\nsource = { csv = 'a', target = 'y', task = 'classes' }",
        "[stop]\nmethod = 'asha'\ngrace_period = 2",
        "[[expect]]\ncured_by = \"Xavier's initialisation\"",
    ] {
        assert!(validator.is_valid(&json(old)), "{old}");
    }
    let text = schema.to_string();
    for word in &DEPRECATED {
        let message = serde_json::Value::from(word.to_string()).to_string();
        let marked = format!("\"deprecated\":true,\"description\":{message}");
        assert!(text.contains(&marked), "{marked}");
    }
}

#[test]
fn the_schema_rejects_files_that_the_reader_rejects() {
    let validator = jsonschema::validator_for(&schema(Registry::default())).unwrap();
    for wrong in [
        "[base]\nlearning_rate = 1",
        "[base]\nlr = 'fast'",
        "[base]\nlr = 0",
        "[base]\nnoise = 1",
        "[grid]\nlr = 0.1",
        "[grid]\nlr = { log = [1, 2] }",
        "[[exclude]]\nlr = 1",
        "[[expect]]\ntrain_loss = 0.1",
        "seeds = 0",
    ] {
        assert!(!validator.is_valid(&json(wrong)), "{wrong}");
    }
    assert!(validator.is_valid(&json("[grid]\ndata.noise = [1]\n'data.rows' = [9]")));
}
