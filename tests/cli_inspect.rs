//! `sweep inspect` as a person meets it: which run is meant, what is written, and what is left alone.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Place, ROLL};

/// One feature, and two.
const CURVE: &str = r#"
seeds = 2
[data]
source = "sine"
rows = 64
[base]
model = "mlp"
hidden = [8, 8]
batch = 16
epochs = 20
[grid]
lr = [0.01, 0.1]
"#;
const MOONS: &str = r#"
[data]
source = "moons"
rows = 64
[base]
model = "mlp"
hidden = [8]
output = "sigmoid"
loss = "bce"
batch = 16
epochs = 20
"#;

/// Names of the runs of a sweep's pages, in order.
fn runs(place: &Place, page: &str) -> Vec<String> {
    let folder = place.path(format!("reports/{page}/runs"));
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut ids: Vec<String> = names
        .map(|name| name.trim_end_matches(".js").to_owned())
        .collect();
    ids.sort();
    ids
}

#[test]
fn a_run_of_a_seed_that_the_file_does_not_have_stays_on_the_page() {
    let place = Place::with("moons.toml", MOONS);
    assert_eq!(
        place.sweep(&["moons.toml", "--seeds", "3..4"]).code,
        Some(0)
    );
    let added = runs(&place, "moons").swap_remove(0);
    assert_eq!(place.sweep(&["inspect", &added]).code, Some(0));
    assert!(runs(&place, "moons").contains(&added));
}

#[test]
fn runs_of_every_kind_are_trained_again_to_the_same_bits_and_the_store_is_left_alone() {
    let place = Place::with("e/roll.toml", ROLL);
    place.write("e/deep/curve.toml", CURVE);
    place.write("e/moons.toml", MOONS);
    assert_eq!(place.sweep(&["e"]).code, Some(0));
    let before = (place.rows(), place.timings());
    for page in ["roll", "deep/curve", "moons"] {
        let id = runs(&place, page).swap_remove(0);
        let ran = place.sweep(&["inspect", &id[..12]]);
        assert_eq!(ran.code, Some(0), "{page}: {}", ran.err);
        assert_eq!(ran.out, format!("reports/{page}/inspect.html?run={id}\n"));
        assert!(ran.err.contains("the same bits"), "{}", ran.err);
        let script = place.path(format!("reports/{page}/inspect/{id}.js"));
        let script = std::fs::read_to_string(script).unwrap();
        assert!(script.starts_with("sweepInspection(\""), "{page}");
        assert!(script.len() < 400_000, "{page}: {}", script.len());
    }
    assert_eq!((place.rows(), place.timings()), before);

    // It is there still when the pages are written again, and quiet means quiet.
    let script = place.path(format!(
        "reports/moons/inspect/{}.js",
        runs(&place, "moons")[0]
    ));
    assert_eq!(place.sweep(&["report", "e"]).code, Some(0));
    assert!(script.exists());
    let id = &runs(&place, "moons")[0];
    let ran = place.sweep(&["inspect", "-q", &id.to_uppercase()]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
}

#[test]
fn a_run_that_is_not_meant_is_told_with_what_to_do() {
    let place = Place::with("roll.toml", ROLL);
    let told = |words: &[&str], parts: &[&str]| {
        let ran = place.sweep(words);
        assert_eq!(ran.code, Some(2), "{words:?}: {}{}", ran.out, ran.err);
        for part in parts {
            assert!(ran.err.contains(part), "{words:?}: {}", ran.err);
        }
    };
    told(&["inspect", "0123"], &["nothing has been trained", "--out"]);
    assert_eq!(place.sweep(&["roll.toml"]).code, Some(0));
    told(&["inspect", "012"], &["4 to 32 hexadecimal digits"]);
    told(&["inspect", "wxyz"], &["4 to 32 hexadecimal digits"]);
    // Of six runs none starts so, but for once in ten billion.
    told(
        &["inspect", "00000000"],
        &["no run in reports", "page of a run"],
    );
    place.alter(
        "INSERT INTO runs (id, outcome, started, wall, trace)
         SELECT x'abcd0000000000000000000000000000', outcome, started, wall, trace FROM runs LIMIT 1;
         INSERT INTO runs (id, outcome, started, wall, trace)
         SELECT x'abcd1000000000000000000000000000', outcome, started, wall, trace FROM runs LIMIT 1",
    );
    told(
        &["inspect", "abcd"],
        &["abcd00000000", "abcd10000000", "more digits"],
    );
}

#[test]
fn the_file_of_a_run_may_have_other_seeds_now_but_must_have_its_cell() {
    let place = Place::with("roll.toml", ROLL);
    assert_eq!(place.sweep(&["roll.toml", "--seeds", "7..8"]).code, Some(0));
    let id = runs(&place, "roll").swap_remove(0);
    let ran = place.sweep(&["inspect", &id]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);

    place.write("roll.toml", &ROLL.replace("steps = 50", "steps = 51"));
    let ran = place.sweep(&["inspect", &id]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("looked in roll.toml"), "{}", ran.err);
    let ran = place.sweep(&["inspect", &id, "--set", "steps=50"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    std::fs::remove_file(place.path("roll.toml")).unwrap();
    let ran = place.sweep(&["inspect", &id]);
    assert!(ran.err.contains("roll.toml (gone)"), "{}", ran.err);
}
