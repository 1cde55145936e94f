//! Runs of other programs, and of older versions: imported, diagnosed without the evidence that they lack, and replayed.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use support::required::skip;
use support::{Place, ROLL};
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
    let id = &place.rows()[0].id;
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let inspected = place.sweep(&["inspect", &id]);
    assert_eq!(inspected.code, Some(2), "{}", inspected.err);
    let why = "was imported with losses";
    assert!(inspected.err.contains(why), "{}", inspected.err);
    // Again, with one run less.
    place.write("fewer/losses.jsonl", LOSSES.lines().nth(1).unwrap());
    let again = place.sweep(&["import", "fewer", "--name", "losses"]);
    assert_eq!(again.code, Some(0), "{}", again.err);
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

/// A short run with these parameters and this seed.
fn minimal(params: &str, seed: u64) -> String {
    format!(
        r#"{{"version":2,"params":{params},"seed":{seed},"outcome":{{"kind":"finished"}},"steps":9}}"#
    )
}

/// A sweep file that trains in no time.
const NETS: &str = "[data]\nsource = 'moons'\nrows = 32\n[base]\nsteps = 2\n";

#[test]
fn the_line_of_a_json_error_is_that_of_the_file() {
    let good = minimal("{}", 0);
    let place = Place::with(
        "a.jsonl",
        &format!("{good}\n\n{{\"version\":2\n{good}\n[]\n"),
    );
    place.write(
        "b.json",
        "\n{\n  \"version\": 2,\n  \"params\": {},\n  \"steps\": \"many\"\n}\n",
    );
    let ran = place.sweep(&["import", "a.jsonl", "b.json"]);
    assert_eq!(ran.code, Some(2));
    for part in [
        "a.jsonl:3: EOF while parsing an object",
        "a.jsonl:5: invalid length 0",
        "b.json:5: invalid type: string \"many\"",
    ] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    for absent in ["at line", "a.jsonl:1:", "a.jsonl:4:"] {
        assert!(!ran.err.contains(absent), "{absent}: {}", ran.err);
    }
}

#[test]
fn traces_of_one_setting_are_one_cell_however_they_are_written() {
    let lines = [
        minimal(r#"{"lr":1,"net":{"width":8,"norm":null}}"#, 0),
        minimal(r#"{"net":{"width":8.0},"lr":1.0}"#, 1),
        minimal(r#"{"dropout":null,"lr":1e0,"net":{"width":8}}"#, 2),
    ];
    let place = Place::with("runs.jsonl", &lines.join("\n"));
    let ran = place.sweep(&["import", "runs.jsonl", "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let imported: Value = serde_json::from_str(&ran.out).unwrap();
    let cells = imported["sweeps"][0]["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 1, "{imported:#}");
    let runs = cells[0]["runs"].as_array().unwrap();
    let outcomes: Vec<&str> = runs
        .iter()
        .map(|run| run["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["finished"; 3]);
    // The store has the same IDs.
    let stored: Vec<String> = place
        .rows()
        .iter()
        .map(|row| hexadecimal(&row.id))
        .collect();
    let mut shown: Vec<&str> = runs
        .iter()
        .map(|run| run["run"].as_str().unwrap())
        .collect();
    shown.sort_unstable();
    assert_eq!(stored, shown);
    let report = place.sweep(&["report", "runs", "--json"]);
    let report: Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!(report["sweeps"][0]["cells"], imported["sweeps"][0]["cells"]);
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn two_parameters_with_one_name_are_refused_with_both_places() {
    let wrong = minimal(r#"{"a":{"b":1},"a.b":2}"#, 0);
    let place = Place::with("runs.jsonl", &format!("{}\n{wrong}\n", minimal("{}", 0)));
    let ran = place.sweep(&["import", "runs.jsonl"]);
    assert_eq!(ran.code, Some(2));
    let error = r#"runs.jsonl:2: params["a"]["b"] and params["a.b"] have the same name `a.b`; rename one of them"#;
    assert!(ran.err.contains(error), "{}", ran.err);
    assert!(!place.path("reports").exists());
}

#[test]
fn an_import_does_not_take_the_name_of_a_sweep_file() {
    let place = Place::with("losses.jsonl", LOSSES);
    place.write("nets.toml", NETS);
    assert!(place.sweep(&["nets.toml"]).code.is_some());
    let before = std::fs::read(place.path("reports/nets/index.html")).unwrap();
    let taken = || place.sweep(&["import", "losses.jsonl", "--name", "nets"]);
    for (file, why) in [
        (
            "nets.toml",
            "the name nets belongs to the sweep file nets.toml",
        ),
        (
            "moved.toml",
            "the name nets belongs to the sweep file reports/../nets.toml",
        ),
    ] {
        if file != "nets.toml" {
            std::fs::rename(place.path("nets.toml"), place.path(file)).unwrap();
        }
        let taken = taken();
        assert_eq!(taken.code, Some(2));
        for part in [why, "with --name", "--out"] {
            assert!(taken.err.contains(part), "{}", taken.err);
        }
    }
    assert!(before == std::fs::read(place.path("reports/nets/index.html")).unwrap());
    // A sweep file has taken the name of an import.
    let imported = place.sweep(&["import", "losses.jsonl"]);
    assert_eq!(imported.code, Some(0), "{}", imported.err);
    place.alter("UPDATE sweeps SET path = '../deep/losses.toml' WHERE name = 'losses'");
    let again = place.sweep(&["import", "losses.jsonl"]);
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("deep/losses.toml"), "{}", again.err);
}

#[test]
fn a_sweep_file_does_not_take_the_page_of_an_import() {
    let place = Place::with("losses.jsonl", LOSSES);
    assert_eq!(place.sweep(&["import", "losses.jsonl"]).code, Some(0));
    let page = || std::fs::read(place.path("reports/losses/index.html")).unwrap();
    let before = page();
    place.write("losses.toml", NETS);
    let taken = place.sweep(&["losses.toml"]);
    assert_eq!(taken.code, Some(2), "{}", taken.err);
    for part in ["losses.toml", "reports/losses", "--out"] {
        assert!(taken.err.contains(part), "{}", taken.err);
    }
    assert!(before == page());
    let report = place.sweep(&["report", "losses"]);
    assert_eq!(report.code, Some(0), "{}", report.err);
}

#[test]
fn a_folder_without_traces_is_refused_with_what_traces_are() {
    let place = Place::with("notes.txt", "");
    place.write("empty/none.jsonl", "\n");
    let ran = place.sweep_in("empty", &["import", "."]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("the files have no traces"), "{}", ran.err);
    std::fs::remove_file(place.path("empty/none.jsonl")).unwrap();
    let ran = place.sweep(&["import", "."]);
    assert_eq!(ran.code, Some(2));
    for part in [
        "no *.json or *.jsonl files in .;",
        "*.json files with one each",
        "docs/import.md",
    ] {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
    assert!(!ran.err.contains("would write the page"), "{}", ran.err);
    assert!(!place.path("reports").exists());
}

#[test]
fn the_current_folder_gives_its_name_and_its_reports_are_no_traces() {
    let place = Place::with("losses/deep/a.jsonl", LOSSES);
    place.write("losses/.cache/b.json", "{}");
    for _ in 0..2 {
        let ran = place.sweep_in("losses", &["import", "."]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(place.path("losses/reports/losses/index.html").exists());
    }
    // A name in use by the report.
    let reserved = place.sweep(&["import", "losses/deep/a.jsonl", "--name", "assets"]);
    assert_eq!(reserved.code, Some(2));
    let remedy = "choose another name with --name";
    assert!(reserved.err.contains(remedy), "{}", reserved.err);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_in_a_folder_is_an_error() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::with("runs/a.jsonl", LOSSES);
    symlink("nowhere", place.path("runs/lost.jsonl")).unwrap();
    let ran = place.sweep(&["import", "runs"]);
    assert_eq!(ran.code, Some(2));
    for part in ["failed to read runs/lost.jsonl", "check the path"] {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
    std::fs::remove_file(place.path("runs/lost.jsonl")).unwrap();
    place.write("runs/locked/b.jsonl", LOSSES);
    let locked = place.path("runs/locked");
    let allow = |mode: u32| {
        let rights = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&locked, rights).unwrap();
    };
    allow(0o000);
    // Root can read it nevertheless.
    let is_unreadable = std::fs::read_dir(&locked).is_err();
    let ran = place.sweep(&["import", "runs"]);
    allow(0o755);
    if is_unreadable {
        assert_eq!(ran.code, Some(2));
        let error = "failed to read runs/locked";
        assert!(ran.err.contains(error), "{}", ran.err);
    }
}

#[test]
fn overrides_of_imported_runs_are_refused_because_they_have_no_effect() {
    let place = Place::with("losses/a.jsonl", LOSSES);
    assert_eq!(place.sweep(&["import", "losses"]).code, Some(0));
    for (words, why) in [
        (
            &["report", "losses", "--seeds", "2"][..],
            "--seeds has no effect on imported runs (losses); leave it out",
        ),
        (
            &["export", "losses", "--to", "csv", "--set", "lr=1"][..],
            "--set has no effect on imported runs (losses); leave it out",
        ),
        (
            &["report", "losses", "--set", "lr=1", "--seeds", "2"][..],
            "--set and --seeds have no effect on imported runs (losses); leave them out",
        ),
    ] {
        let ran = place.sweep(words);
        assert_eq!(ran.code, Some(2), "{words:?}");
        assert!(ran.err.contains(why), "{}", ran.err);
    }
    // The folder of the traces has the name of the sweep, and no sweep files.
    for name in ["losses", "losses/"] {
        let report = place.sweep(&["report", name]);
        assert_eq!(report.code, Some(0), "{}", report.err);
    }
}

/// A weight and a bias, by solvers, with their trajectories.
const LINE: &str = "[data]\nsource = 'gaussian'\nfeatures = 1\nrows = 64\nnoise = 0.5\n[base]\nmodel = 'linear'\n\
                    gradient_tolerance = 1e-12\nsteps = 50\n[zip.method]\nsolver = ['gd', 'sgd']\n\
                    batch = ['full', 16]\nlr = [0.04, 0.02]\n";

#[test]
fn exported_traces_of_every_kind_can_be_imported() {
    let place = Place::with("roll.toml", ROLL);
    place.write("line.toml", LINE);
    place.write("nets.toml", NETS);
    for name in ["roll", "line", "nets"] {
        let file = format!("{name}.toml");
        assert!(place.sweep(&[file.as_str()]).code.is_some());
        let exported = place.sweep(&["export", &file, "--to", "trace"]);
        assert_eq!(exported.code, Some(0), "{}", exported.err);
        let traces = format!("reports/export/trace/{name}.jsonl");
        let text = std::fs::read_to_string(place.path(&traces)).unwrap();
        assert!(text.contains("\"lattice\""), "{name}");
        let imported = place.sweep(&["import", &traces, "--out", "other"]);
        assert_eq!(imported.code, Some(0), "{}", imported.err);
        let again = place.sweep(&[
            "export", name, "--to", "trace", "--out", "other", "--into", "again",
        ]);
        assert_eq!(again.code, Some(0), "{}", again.err);
        let again = std::fs::read_to_string(place.path(format!("again/{name}.jsonl"))).unwrap();
        assert_eq!(again.lines().count(), text.lines().count());
    }
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
