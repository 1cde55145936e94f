//! Sampled sweeps: increasing `n` keeps existing cells, and duplicates are trained once.
#![allow(clippy::unwrap_used)]

mod support;

use insta::assert_snapshot;
use support::Place;

const SAMPLE: &str = r#"
title = "Sampled"

[data]
source = "moons"
rows = 64
validation = 0.25

[base]
model = "mlp"
depth = 1
optimizer = "sgd"
batch = 16
epochs = 2

[grid]
lr = { log = [1e-3, 1.0] }
width = { linear = [2, 8] }
activation = ["relu", "tanh"]

[sample]
method = "METHOD"
n = 20
"#;

#[test]
fn a_sample_extended_from_20_to_40_trains_only_the_new_cells() {
    for method in ["random", "sobol"] {
        let text = SAMPLE.replace("METHOD", method);
        let place = Place::with("sampled.toml", &text);
        let first = place.sweep(&["sampled.toml"]);
        assert_eq!(first.code, Some(0), "{}", first.err);
        assert!(first.err.contains("20 runs, 20 to train"), "{}", first.err);
        let kept = place.timings();

        place.write("sampled.toml", &text.replace("n = 20", "n = 40"));
        let more = place.sweep(&["sampled.toml"]);
        assert_eq!(more.code, Some(0), "{}", more.err);
        assert!(more.err.contains("40 runs, 20 to train"), "{}", more.err);
        let all = place.timings();
        assert!(kept.iter().all(|run| all.contains(run)), "trained twice");
        let cells = |out: &str| out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        let keys = |line: &String| line.split("  ").take(5).collect::<String>();
        let (few, many) = (cells(&first.out), cells(&more.out));
        assert!(few[..20].iter().map(keys).eq(many[..20].iter().map(keys)));

        let again = place.sweep(&["sampled.toml"]);
        assert!(again.err.contains("all cached"), "{}", again.err);
    }
}

#[test]
fn plan_shows_how_cells_are_sampled() {
    let place = Place::with("sampled.toml", &SAMPLE.replace("METHOD", "sobol"));
    let plan = place.sweep(&["plan", "sampled.toml", "-j", "2"]);
    assert_eq!(plan.code, Some(0), "{}", plan.err);
    assert_snapshot!("plan_of_a_sample", support::masked(&plan.out));
}

#[test]
fn duplicate_cells_are_trained_once() {
    let lists = SAMPLE
        .replace("METHOD", "random")
        .replace("{ log = [1e-3, 1.0] }", "[0.01, 0.1]")
        .replace("{ linear = [2, 8] }", "[4]");
    let place = Place::with("few.toml", &lists);
    let plan = place.sweep(&["plan", "few.toml"]);
    assert_eq!(plan.code, Some(0), "{}", plan.err);
    let sampled = "20 cells sampled, 16 of them excluded or duplicate";
    assert!(plan.out.contains(sampled), "{}", plan.out);
    assert!(
        plan.out.contains("4 cells × 1 seed = 4 runs"),
        "{}",
        plan.out
    );
}

#[test]
fn another_seed_of_the_sample_gives_other_cells() {
    let values = |seed: &str| {
        let text = SAMPLE.replace("METHOD", "sobol").replace("n = 20", seed);
        let place = Place::with("sampled.toml", &text);
        place.sweep(&["plan", "sampled.toml"]);
        let ran = place.sweep(&["sampled.toml"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out
    };
    assert_ne!(values("n = 3"), values("n = 3\nseed = 1"));
    assert_eq!(values("n = 3"), values("n = 3\nseed = 0"));
}
