//! Runs of other programs, and of older versions: imported, diagnosed without the evidence that they lack, and replayed.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use support::Place;
use support::required::skip;
use sweep::store::Store;
use sweep::trace::Trace;

/// Three runs with losses alone: without a skill, diverged, and with the loss of the best constant.
const LOSSES: &str = r#"
{"version":2,"params":{"lr":0.1},"outcome":{"kind":"finished"},"steps":500,"curve":{"steps":[1,250,500],"values":[2.3,0.9,0.45],"of":3}}
{"version":2,"params":{"lr":10.0},"outcome":{"kind":"diverged","step":37},"steps":38,"curve":{"steps":[1,20,38],"values":[2.3,9e3,"NaN"],"of":3}}
{"version":2,"params":{"lr":0.001},"outcome":{"kind":"finished"},"steps":500,"data":{"constant_train_loss":2.3},"evaluations":[{"step":0,"train":{"loss":2.31}},{"step":250,"train":{"loss":2.27}},{"step":500,"train":{"loss":2.14}}]}
"#;

/// Returns diagnosis and causes that were not checked, of the first run of every cell.
fn diagnoses(document: &Value) -> Vec<(String, Vec<String>)> {
    let cells = document["sweeps"][0]["cells"].as_array().unwrap();
    let of = |cell: &Value| {
        let diagnosis = &cell["runs"][0]["diagnosis"];
        let ruled_out = diagnosis["ruled_out"].as_array().unwrap().iter();
        let abstaining = ruled_out.filter(|other| other["abstains"] == true);
        let codes = abstaining.map(|other| other["code"].as_str().unwrap().to_owned());
        let code = diagnosis["code"].as_str().unwrap();
        (code.to_owned(), codes.collect())
    };
    cells.iter().map(of).collect()
}

#[test]
fn losses_alone_are_diagnosed_as_far_as_they_go() {
    let place = Place::with("losses.jsonl", LOSSES);
    let ran = place.sweep(&["import", "losses.jsonl", "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let found = diagnoses(&serde_json::from_str(&ran.out).unwrap());
    let codes: Vec<&str> = found.iter().map(|(code, _)| &**code).collect();
    assert_eq!(codes, ["unclear", "learning-rate-too-high", "undertrained"]);
    for (_, abstaining) in &found {
        assert!(abstaining.contains(&"vanishing-gradients".to_owned()));
    }
    assert!(place.path("reports/losses/index.html").exists());
    assert!(place.sweep(&["list"]).out.contains("losses"));
    // By its name, without a file.
    let page = std::fs::read(place.path("reports/losses/index.html")).unwrap();
    std::fs::remove_file(place.path("reports/losses/index.html")).unwrap();
    let report = place.sweep(&["report", "losses"]);
    assert_eq!(report.code, Some(0), "{}", report.err);
    assert!(page == std::fs::read(place.path("reports/losses/index.html")).unwrap());
    let exported = place.sweep(&["export", "losses", "--to", "trace"]);
    assert_eq!(exported.code, Some(0), "{}", exported.err);
    let again = place.sweep(&[
        "import",
        "reports/export/trace/losses.jsonl",
        "--out",
        "other",
    ]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    // Again, with one run less; and not over the page of a sweep file.
    place.write("fewer/losses.jsonl", LOSSES.lines().nth(1).unwrap());
    let again = place.sweep(&["import", "fewer", "--name", "losses"]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    place.write(
        "nets.toml",
        "[data]\nsource = 'moons'\nrows = 32\n[base]\nsteps = 2\n",
    );
    assert!(place.sweep(&["nets.toml"]).code.is_some());
    let taken = place.sweep(&["import", "losses.jsonl", "--name", "nets"]);
    assert_eq!(taken.code, Some(2));
    assert!(
        taken.err.contains("belongs to a sweep file"),
        "{}",
        taken.err
    );
}

#[test]
fn a_trace_that_is_not_whole_is_refused_with_its_line() {
    let place = Place::with("a.jsonl", "{}\n");
    let wrong = r#"{"version":2,"params":{},"outcome":{"kind":"finished"},"steps":1,"snapshots":[0],"layers":[{"dead":[0,0]}]}"#;
    place.write("b.jsonl", &format!("\n{wrong}\n"));
    let ran = place.sweep(&["import", "a.jsonl", "b.jsonl", "c.jsonl"]);
    assert_eq!(ran.code, Some(2));
    for part in [
        "a.jsonl:1: missing field `version`",
        "b.jsonl:2: layers[0].dead has length 2, expected 1 as snapshots",
        "failed to read c.jsonl",
    ] {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
    assert!(!place.path("reports").exists());
}

#[test]
fn the_record_of_a_watched_pytorch_program_is_diagnosed_from_its_layers() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
    let converted = Command::new("python3")
        .arg(fixtures.join("watch.py"))
        .arg(fixtures.join("watched.jsonl"))
        .args(["lr=0.05", "seed=3"])
        .output();
    let Ok(converted) = converted else {
        return skip("python", "python3 not found");
    };
    let place = Place::with(
        "watched.json",
        &String::from_utf8(converted.stdout).unwrap(),
    );
    let ran = place.sweep(&["import", "watched.json", "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let found = diagnoses(&serde_json::from_str(&ran.out).unwrap());
    let (code, abstaining) = &found[0];
    assert_eq!(code, "init-too-small");
    // The watcher records neither of them.
    for missing in ["symmetric-init", "ill-conditioned"] {
        assert!(abstaining.contains(&missing.to_owned()), "{abstaining:?}");
    }
}

#[test]
fn failing_runs_of_an_older_version_are_replayed_before_they_are_judged() {
    let nets = "seeds = 2\n[data]\nsource = 'moons'\nrows = 64\n[base]\nhidden = [8]\nlr = 0.3\nepochs = 60\n[grid]\ninit = ['he', 'ones']\n";
    let place = Place::with("nets.toml", nets);
    assert!(place.sweep(&["nets.toml"]).code.is_some());
    let store = || Store::open(&place.path("reports")).unwrap();
    let traces = |store: &Store| -> Vec<Trace> {
        let ids = store.starting_with("", 1000).unwrap().into_iter();
        ids.map(|id| store.get(id).unwrap().unwrap().0).collect()
    };
    let before = traces(&store());
    let old = store();
    for id in old.starting_with("", 1000).unwrap() {
        let (mut trace, timing) = old.get(id).unwrap().unwrap();
        for layer in &mut trace.layers {
            layer.neuron_spread = None;
            layer.weight_mean.clear();
        }
        old.put(id, &trace, &timing).unwrap();
    }
    drop(old);
    let codes = |words: &[&str]| {
        let ran = place.sweep(&[words, &["nets.toml", "--json"]].concat());
        let found = diagnoses(&serde_json::from_str(&ran.out).unwrap());
        let codes: Vec<String> = found.into_iter().map(|(code, _)| code).collect();
        (codes, ran.err)
    };
    let (report, _) = codes(&["report"]);
    assert_eq!(report[0], "healthy");
    assert_ne!(report[1], "symmetric-init");
    let (check, messages) = codes(&["check"]);
    assert_eq!(check, ["healthy", "symmetric-init"]);
    assert!(
        messages.contains("failing runs of an older version"),
        "{messages}"
    );
    let after = traces(&store());
    let replayed = after.iter().filter(|trace| !trace.is_of_version_1());
    assert_eq!(replayed.count(), 2);
    assert!(
        before
            .iter()
            .zip(&after)
            .all(|(before, after)| before.is_same_run(after))
    );
    // Once is enough.
    assert!(codes(&["check"]).1.contains("all cached"));
}

/// A table of two classes.
const ROWS: &str =
    "x,y,class\n0.1,2,a\n0.2,1,b\n0.3,2,a\n0.4,1,b\n0.5,2,a\n0.6,1,b\n0.7,2,a\n0.8,1,b\n";

#[test]
fn stored_runs_are_reported_and_exported_without_the_data_that_they_were_trained_on() {
    let place = Place::with("rows.csv", ROWS);
    let table = "[data]\nsource = { csv = 'rows.csv', target = 'class' }\n[base]\nhidden = [4]\nsteps = 20\n[grid]\nlr = [0.1, 0.01]\n";
    place.write("table.toml", table);
    assert!(place.sweep(&["table.toml"]).code.is_some());
    let runs = || {
        let exported = place.sweep(&["export", "table.toml", "--to", "csv"]);
        assert_eq!(exported.code, Some(0), "{}", exported.err);
        let runs = std::fs::read_to_string(place.path("reports/export/csv/table/runs.csv"));
        (runs.unwrap(), exported.err)
    };
    let (before, message) = runs();
    assert_eq!(message, "");
    let changed = ROWS.replace("0.8,1,b", "0.9,1,b\n1.0,2,a");
    for (rows, why) in [
        (Some(&*changed), "its data have changed"),
        (None, "data file not found: rows.csv"),
    ] {
        match rows {
            Some(rows) => place.write("rows.csv", rows),
            None => std::fs::remove_file(place.path("rows.csv")).unwrap(),
        }
        let (after, message) = runs();
        assert_eq!(before, after);
        for part in [why, "showing its runs on the data of its last run"] {
            assert!(message.contains(part), "{message}");
        }
        let report = place.sweep(&["report", "table.toml"]);
        assert_eq!(report.code, Some(0), "{}", report.err);
        assert!(!report.err.contains("not trained"), "{}", report.err);
    }
    // Nothing can be trained without them.
    assert_eq!(place.sweep(&["table.toml"]).code, Some(2));
}
