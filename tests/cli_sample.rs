//! Sweeps whose cells are drawn: more of them keep the first, and twins are trained once.
#![allow(clippy::unwrap_used)]

mod support;

use insta::assert_snapshot;
use support::Place;

const SAMPLE: &str = r#"
title = "Drawn"

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
fn a_sample_extended_from_20_to_40_keeps_the_first_20_and_trains_the_others() {
    for method in ["random", "sobol"] {
        let text = SAMPLE.replace("METHOD", method);
        let place = Place::with("drawn.toml", &text);
        let first = place.sweep(&["drawn.toml"]);
        assert_eq!(first.code, Some(0), "{}", first.err);
        assert!(first.err.contains("20 runs, 20 to train"), "{}", first.err);
        let kept = place.timings();

        place.write("drawn.toml", &text.replace("n = 20", "n = 40"));
        let more = place.sweep(&["drawn.toml"]);
        assert_eq!(more.code, Some(0), "{}", more.err);
        assert!(more.err.contains("40 runs, 20 to train"), "{}", more.err);
        let all = place.timings();
        assert!(kept.iter().all(|run| all.contains(run)), "trained twice");
        let cells = |out: &str| out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        let keys = |line: &String| line.split("  ").take(5).collect::<String>();
        let (few, many) = (cells(&first.out), cells(&more.out));
        assert!(few[..20].iter().map(keys).eq(many[..20].iter().map(keys)));

        let again = place.sweep(&["drawn.toml"]);
        assert!(again.err.contains("all in the store"), "{}", again.err);
    }
}

#[test]
fn a_plan_tells_how_cells_are_drawn() {
    let place = Place::with("drawn.toml", &SAMPLE.replace("METHOD", "sobol"));
    let plan = place.sweep(&["plan", "drawn.toml", "-j", "2"]);
    assert_eq!(plan.code, Some(0), "{}", plan.err);
    assert_snapshot!("plan_of_a_sample", plan.out);
}

#[test]
fn cells_that_come_out_the_same_are_trained_once() {
    let lists = SAMPLE
        .replace("METHOD", "random")
        .replace("{ log = [1e-3, 1.0] }", "[0.01, 0.1]")
        .replace("{ linear = [2, 8] }", "[4]");
    let place = Place::with("few.toml", &lists);
    let plan = place.sweep(&["plan", "few.toml"]);
    assert_eq!(plan.code, Some(0), "{}", plan.err);
    let told = "20 cells drawn, of which 16 are excluded or the same as an earlier one";
    assert!(plan.out.contains(told), "{}", plan.out);
    assert!(
        plan.out.contains("4 cells × 1 seed = 4 runs"),
        "{}",
        plan.out
    );
}

#[test]
fn other_seeds_of_the_sample_draw_other_cells() {
    let values = |seed: &str| {
        let text = SAMPLE.replace("METHOD", "sobol").replace("n = 20", seed);
        let place = Place::with("drawn.toml", &text);
        place.sweep(&["plan", "drawn.toml"]);
        let ran = place.sweep(&["drawn.toml"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out
    };
    assert_ne!(values("n = 3"), values("n = 3\nseed = 1"));
    assert_eq!(values("n = 3"), values("n = 3\nseed = 0"));
}
