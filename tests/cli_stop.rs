//! Successive halving: the same survivors for any jobs and interruptions, and the same runs as without `[stop]`.
#![allow(clippy::unwrap_used)]

mod support;

use insta::assert_snapshot;
use support::{Place, masked};

const STOP: &str = r#"
title = "Halving"
seeds = 2

[data]
source = "moons"
rows = 64
validation = 0.25

[base]
model = "mlp"
hidden = [8]
optimizer = "adam"
schedule = "cosine"
warmup = 4
batch = 16
epochs = 27

[grid]
lr = { log = [1e-4, 3.0], n = 9 }

[stop]
method = "successive-halving"
grace_period = 1
"#;

/// The file without successive halving.
fn whole() -> String {
    STOP.split("[stop]").next().unwrap().to_owned()
}

/// The record of pruned cells.
fn record(place: &Place) -> String {
    std::fs::read_to_string(place.path("reports/halving/halving.json")).unwrap()
}

#[test]
fn survivors_are_the_same_for_any_jobs_and_are_runs_of_the_full_sweep() {
    let one = Place::with("halving.toml", STOP);
    let ran = one.sweep(&["halving.toml", "--jobs", "1"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_snapshot!("stop_out", ran.out);
    assert_snapshot!("stop_err", masked(&ran.err));
    let two = Place::with("halving.toml", STOP);
    assert_eq!(two.sweep(&["halving.toml", "--jobs", "2"]).code, Some(0));
    assert!(one.rows() == two.rows());
    assert_eq!(record(&one), record(&two));

    // 9 cells to epoch 1, 3 to 3, 1 to 27.
    let rows = one.rows();
    one.write("halving.toml", &whole());
    let all = one.sweep(&["halving.toml"]);
    assert_eq!(all.code, Some(0), "{}", all.err);
    assert!(all.err.contains("18 runs, 16 to train"), "{}", all.err);
    assert!(rows.iter().all(|row| one.rows().contains(row)));
}

#[cfg(unix)]
#[test]
fn after_kill_9_the_same_cells_survive() {
    let long = STOP
        .replace("epochs = 27", "epochs = 2700")
        .replace("grace_period = 1", "grace_period = 300");
    let undisturbed = Place::with("halving.toml", &long);
    assert_eq!(undisturbed.sweep(&["halving.toml"]).code, Some(0));

    let place = Place::with("halving.toml", &long);
    let mut child = place.start(&["halving.toml", "--jobs", "1"]);
    place.wait_for_runs(5);
    child.kill().unwrap();
    child.wait().unwrap();
    let before = place.timings();
    let ran = place.sweep(&["halving.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        before.iter().all(|run| place.timings().contains(run)),
        "trained twice"
    );
    assert!(place.rows() == undisturbed.rows());
    assert_eq!(record(&place), record(&undisturbed));
    let again = place.sweep(&["halving.toml"]);
    assert!(again.err.contains("all cached"), "{}", again.err);
}

#[test]
fn plan_export_inspect_and_check_handle_pruned_cells() {
    let expect = "\n[[expect]]\nwhere = { lr = { below = 1e-3 } }\nskill = { above = 0.0 }\n\n[[expect]]\nskill = { above = -10.0 }\n";
    let place = Place::with("halving.toml", &format!("{STOP}{expect}"));
    let plan = place.sweep(&["plan", "halving.toml", "-j", "1"]);
    assert!(
        plan.out.contains(
            "9 cells to epoch 1, 3 cells to epoch 3, 1 cell to epoch 27; 45 epochs per seed instead of 243"
        ),
        "{}",
        plan.out
    );
    let check = place.sweep(&["check", "halving.toml"]);
    assert_eq!(check.code, Some(3), "{}{}", check.out, check.err);
    assert!(check.out.contains("pruned by `[stop]`"), "{}", check.out);
    assert!(
        check.out.contains("1 passed, 1 inconclusive"),
        "{}",
        check.out
    );

    let exported = place.sweep(&["export", "halving.toml", "--to", "csv"]);
    assert_eq!(exported.code, Some(0), "{}", exported.err);
    let runs = std::fs::read_to_string(place.path("reports/export/csv/halving/runs.csv")).unwrap();
    let mut rows = runs.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let place_of = |name: &str| header.iter().position(|column| *column == name).unwrap();
    // One pruned run is diagnosed as overfit.
    for (column, pruned) in [("outcome", 16), ("diagnosis", 15)] {
        let place = place_of(column);
        let of = rows.clone().filter(|row| row[place] == "pruned");
        assert_eq!(of.count(), pruned, "{column}: {runs}");
    }
    // The last rung of each cell, with its rank.
    let (rung, rank) = (place_of("rung"), place_of("rank"));
    let mut ranked: Vec<(&str, &str)> = rows.map(|row| (row[rung], row[rank])).collect();
    ranked.sort_unstable();
    ranked.dedup();
    let of_first = (4..=9).map(|rank| ("1", rank.to_string()));
    let of_second = (1..=3).map(|rank| ("3", rank.to_string()));
    let expected: Vec<(&str, String)> = of_first.chain(of_second).collect();
    let expected: Vec<(&str, &str)> = expected.iter().map(|(end, rank)| (*end, &**rank)).collect();
    assert_eq!(ranked, expected, "{runs}");

    let record: serde_json::Value = serde_json::from_str(&record(&place)).unwrap();
    assert_eq!(record["rungs"].as_array().unwrap().len(), 2);
    let page = std::fs::read_to_string(place.path("reports/halving/index.html")).unwrap();
    assert!(page.contains("id=\"rungs\""), "{page}");
    // Pruned cells are no failures.
    assert!(!page.contains("did not learn") && !page.contains("What is wrong:"));
    assert!(!page.contains("undertrained"));
    let runs = std::fs::read_dir(place.path("reports/halving/runs")).unwrap();
    let names = runs.map(|run| run.unwrap().file_name().into_string().unwrap());
    for name in names {
        let run = name.trim_end_matches(".js");
        let inspected = place.sweep(&["inspect", run]);
        assert_eq!(inspected.code, Some(0), "{}", inspected.err);
        assert!(inspected.err.contains("bit-identical"), "{}", inspected.err);
    }
}

#[test]
fn sampled_cells_are_pruned_like_those_of_a_grid() {
    let sampled = format!("{STOP}\n[sample]\nmethod = \"sobol\"\nn = 6\n");
    let place = Place::with("halving.toml", &sampled);
    let ran = place.sweep(&["halving.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.out.matches("2 pruned").count(), 5, "{}", ran.out);
    // 6 cells to epoch 1, 2 to 3; only the last is finished.
    assert_eq!(ran.out.matches("2 finished").count(), 1, "{}", ran.out);
}
