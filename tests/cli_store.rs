//! The entries of sweeps in the store, the files that own pages, and the records of data files.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Place, ROLL};

#[test]
fn a_page_is_not_overwritten_by_another_file_of_the_same_name() {
    let place = Place::with("a/lr.toml", ROLL);
    let other = ROLL.replace("0.01", "0.02");
    place.write("b/lr.toml", &other);
    assert_eq!(place.sweep(&["a/lr.toml"]).code, Some(0));
    let page = || std::fs::read(place.path("reports/lr/index.html")).unwrap();
    let first = page();
    for words in [&["b/lr.toml"][..], &["check", "b"], &["report", "b"]] {
        let ran = place.sweep(words);
        assert_eq!(ran.code, Some(2), "{words:?}: {}", ran.err);
        for part in [
            "reports/lr",
            "belongs to a/lr.toml",
            "--out",
            "folder above",
        ] {
            assert!(ran.err.contains(part), "{words:?}: {}", ran.err);
        }
    }
    assert!(page() == first && place.timings().len() == 6);

    // The file itself can, by any path and from any folder.
    let absolute = place.path("a/lr.toml");
    for name in [absolute.to_str().unwrap(), "b/../a/lr.toml", "a"] {
        assert_eq!(place.sweep(&[name]).code, Some(0), "{name}");
    }
    let from_a = place.sweep_in("a", &["lr.toml", "--out", "../reports"]);
    assert_eq!(from_a.code, Some(0), "{}", from_a.err);

    // The suggestions of the message work.
    assert_eq!(place.sweep(&["."]).code, Some(0));
    assert!(place.path("reports/a/lr/index.html").exists());
    assert_eq!(place.sweep(&["b/lr.toml", "--out", "o"]).code, Some(0));
    // After the file has moved, its page is free.
    std::fs::rename(place.path("a"), place.path("c")).unwrap();
    assert_eq!(place.sweep(&["c/lr.toml"]).code, Some(0));
    assert_eq!(place.sweep(&["b/lr.toml"]).code, Some(2));
}

#[test]
fn a_file_loses_its_page_when_it_gets_another_one() {
    let place = Place::with("e/deep/lr.toml", ROLL);
    place.write("e/lr.toml", &ROLL.replace("0.01", "0.02"));
    assert_eq!(place.sweep(&["e/deep/lr.toml"]).code, Some(0));
    let ran = place.sweep(&["e"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let ran = place.sweep(&["e/deep/lr.toml"]);
    assert!(ran.err.contains("belongs to e/lr.toml"), "{}", ran.err);
}

#[test]
fn runs_that_could_not_be_stored_are_not_listed_as_trained() {
    let place = Place::with("roll.toml", ROLL);
    place.sweep(&["roll.toml", "--seeds", "1"]);
    place.alter(
        "CREATE TRIGGER full BEFORE INSERT ON runs WHEN (SELECT count(*) FROM runs) >= 4
         BEGIN SELECT RAISE(FAIL, 'no room'); END",
    );
    let ran = place.sweep(&["roll.toml"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(ran.err.contains("2 not stored"), "{}", ran.err);
    let list = place.sweep(&["list"]).out;
    assert!(
        list.contains("roll       3     6        4  just now"),
        "{list}"
    );
}

#[test]
fn a_sweep_that_cannot_be_recorded_is_an_error_also_with_quiet() {
    let place = Place::with("roll.toml", ROLL);
    place.sweep(&["roll.toml"]);
    place.alter(
        "CREATE TRIGGER full BEFORE INSERT ON sweeps
         BEGIN SELECT RAISE(FAIL, 'no room'); END",
    );
    let ran = place.sweep(&["roll.toml", "--quiet"]);
    assert!(ran.err.contains("no room"), "{}", ran.err);
}

/// For root, which can write everywhere, this checks nothing.
#[cfg(unix)]
#[test]
fn plan_and_list_read_a_read_only_store() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::with("roll.toml", ROLL);
    place.sweep(&["roll.toml"]);
    let allow = |mode: u32| {
        for (name, bits) in [("reports/sweep.db", 0o666), ("reports", 0o777)] {
            let rights = std::fs::Permissions::from_mode(bits & mode);
            std::fs::set_permissions(place.path(name), rights).unwrap();
        }
    };
    allow(0o555);
    let plan = place.sweep(&["plan", "roll.toml"]);
    let list = place.sweep(&["list"]);
    allow(0o755);
    assert!(plan.out.contains("6 cached"), "{}{}", plan.out, plan.err);
    assert!(
        list.out.contains("6 runs in reports"),
        "{}{}",
        list.out,
        list.err
    );
}

/// A sweep over these data files.
fn over(sources: &[&str]) -> String {
    let sources = sources.iter();
    let sources: Vec<String> = sources
        .map(|name| format!("{{ csv = '{name}', target = 'y' }}"))
        .collect();
    // The target avoids reference runs.
    let base = "target = 1.0\n[base]\nhidden = [4]\nsteps = 20\n";
    format!("{base}[grid]\n'data.source' = [{}]\n", sources.join(", "))
}

/// Trains a sweep over two data files in the folder `e`.
fn trained_on_two_files() -> Place {
    let place = Place::with("e/tables.toml", &over(&["a.csv", "b.csv"]));
    for (name, shift) in [("e/a.csv", 1), ("e/b.csv", 3)] {
        let rows = (0..12).map(|i| format!("{i},{}\n", (i * i + shift) % 7));
        place.write(name, &format!("x,y\n{}", rows.collect::<String>()));
    }
    let ran = place.sweep(&["e/tables.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    place
}

/// Exports the stored runs in the folder `e`. Returns the table, and the messages.
fn exported(place: &Place) -> (String, String) {
    let args = [
        "export",
        "tables.toml",
        "--out",
        "../reports",
        "--to",
        "csv",
    ];
    let ran = place.sweep_in("e", &args);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let table = std::fs::read_to_string(place.path("reports/export/csv/tables/runs.csv"));
    (table.unwrap(), ran.err)
}

/// Returns the run IDs of a table, sorted.
fn ids(table: &str) -> Vec<&str> {
    let fields = table.lines().skip(1).flat_map(|line| line.split(','));
    let is_id = |field: &&str| field.len() == 32 && field.chars().all(|c| c.is_ascii_hexdigit());
    let mut ids: Vec<&str> = fields.filter(is_id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn runs_on_data_files_that_are_gone_are_found_in_any_order_and_folder() {
    let place = trained_on_two_files();
    let (before, _) = exported(&place);
    assert_eq!(ids(&before).len(), 2);
    place.write("e/tables.toml", &over(&["b.csv", "a.csv"]));
    for name in ["e/a.csv", "e/b.csv"] {
        std::fs::remove_file(place.path(name)).unwrap();
    }
    let (after, messages) = exported(&place);
    assert_eq!(ids(&after), ids(&before));
    assert!(!messages.contains("not trained"), "{messages}");
    assert!(
        messages.contains("showing its runs on the data of its last run"),
        "{messages}"
    );
}

#[test]
fn a_data_file_that_no_run_used_is_missing_and_not_taken_for_another_one() {
    let place = trained_on_two_files();
    place.write("e/tables.toml", &over(&["a.csv", "c.csv"]));
    let ran = place.sweep(&["report", "e/tables.toml"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(
        ran.err.contains("data file not found: e/c.csv"),
        "{}",
        ran.err
    );
}

#[test]
fn records_of_data_files_without_their_sources_are_still_used() {
    let place = trained_on_two_files();
    let (before, _) = exported(&place);
    let store = rusqlite::Connection::open(place.path("reports/sweep.db")).unwrap();
    let recorded: String = store
        .query_row("SELECT recorded FROM data", [], |row| row.get(0))
        .unwrap();
    let mut recorded: serde_json::Value = serde_json::from_str(&recorded).unwrap();
    for record in recorded.as_array_mut().unwrap() {
        let source = record.as_object_mut().unwrap().remove("source");
        assert_eq!(source.unwrap()["targets"][0], "y");
    }
    store
        .execute("UPDATE data SET recorded = ?1", [recorded.to_string()])
        .unwrap();
    drop(store);
    std::fs::remove_file(place.path("e/b.csv")).unwrap();
    let (after, messages) = exported(&place);
    assert_eq!(ids(&after), ids(&before));
    assert!(messages.contains("data file not found"), "{messages}");
}
