//! `sweep inspect`: run lookup, written files, and an unchanged store.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Place, ROLL};

/// Data with one feature, and with two.
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

/// Returns the IDs of the runs of a page, in order.
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
fn a_run_with_a_seed_of_the_command_line_stays_on_the_page() {
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
fn every_kind_of_run_is_replayed_bit_identical_without_changing_the_store() {
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
        assert!(ran.err.contains("bit-identical"), "{}", ran.err);
        let script = place.path(format!("reports/{page}/inspect/{id}.js"));
        let script = std::fs::read_to_string(script).unwrap();
        assert!(script.starts_with("sweepInspection(\""), "{page}");
        assert!(script.len() < 400_000, "{page}: {}", script.len());
    }
    assert_eq!((place.rows(), place.timings()), before);

    // The inspection survives `sweep report`, and --quiet prints nothing on stderr.
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
fn an_unknown_or_ambiguous_run_id_is_an_error_with_help() {
    let place = Place::with("roll.toml", ROLL);
    let refused = |words: &[&str], parts: &[&str]| {
        let ran = place.sweep(words);
        assert_eq!(ran.code, Some(2), "{words:?}: {}{}", ran.out, ran.err);
        for part in parts {
            assert!(ran.err.contains(part), "{words:?}: {}", ran.err);
        }
    };
    refused(&["inspect", "0123"], &["no runs in reports", "--out"]);
    assert_eq!(place.sweep(&["roll.toml"]).code, Some(0));
    refused(&["inspect", "012"], &["4 to 32 hexadecimal digits"]);
    refused(&["inspect", "wxyz"], &["4 to 32 hexadecimal digits"]);
    // One of six run IDs starts with this prefix with a probability of 10⁻⁹.
    refused(
        &["inspect", "00000000"],
        &["no run ID in reports", "page of a run"],
    );
    place.alter(
        "INSERT INTO runs (id, outcome, started, wall, trace)
         SELECT x'abcd0000000000000000000000000000', outcome, started, wall, trace FROM runs LIMIT 1;
         INSERT INTO runs (id, outcome, started, wall, trace)
         SELECT x'abcd1000000000000000000000000000', outcome, started, wall, trace FROM runs LIMIT 1",
    );
    refused(
        &["inspect", "abcd"],
        &["abcd00000000", "abcd10000000", "more digits"],
    );
}

#[test]
fn the_file_of_a_run_needs_its_cell_but_not_its_seed() {
    let place = Place::with("roll.toml", ROLL);
    assert_eq!(place.sweep(&["roll.toml", "--seeds", "7..8"]).code, Some(0));
    let id = runs(&place, "roll").swap_remove(0);
    let ran = place.sweep(&["inspect", &id]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);

    place.write("roll.toml", &ROLL.replace("steps = 50", "steps = 51"));
    let ran = place.sweep(&["inspect", &id]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("checked roll.toml"), "{}", ran.err);
    let ran = place.sweep(&["inspect", &id, "--set", "steps=50"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    std::fs::remove_file(place.path("roll.toml")).unwrap();
    let ran = place.sweep(&["inspect", &id]);
    assert!(ran.err.contains("roll.toml (not found)"), "{}", ran.err);
}
