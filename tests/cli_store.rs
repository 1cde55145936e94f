//! The entries of sweeps in the store, and the files that own pages.
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
