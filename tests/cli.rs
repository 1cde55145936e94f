//! The commands: their output on stdout and stderr, and their exit codes.
#![allow(clippy::unwrap_used)]

mod support;

use insta::assert_snapshot;
use support::{Place, ROLL, masked};

const EXPECT: &str = r#"
[[expect]]
name = "a moderate learning rate makes progress"
where = { lr = 0.01 }
train_loss = { below = 2.0 }
better_than = { lr = 0.001 }

[[expect]]
name = "a high learning rate diverges"
where = { lr = 10.0 }
outcome = "diverged"
"#;

const WRONG: &str = r#"
[[expect]]
name = "a low learning rate has converged"
where = { lr = { below = 0.1 } }
train_loss = { below = 1e-9 }
"#;

#[test]
fn run_prints_cells_and_a_second_run_trains_nothing() {
    let place = Place::with("roll.toml", ROLL);
    let first = place.sweep(&["roll.toml"]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert_snapshot!("run_out", first.out);
    assert_snapshot!("run_err", masked(&first.err));
    let timings = place.timings();
    assert_eq!(timings.len(), 6);

    let second = place.sweep(&["run", "roll.toml"]);
    assert_eq!(second.out, first.out);
    assert_snapshot!("run_again_err", masked(&second.err));
    assert_eq!(place.timings(), timings);

    let all = place.sweep(&["roll.toml", "--rerun", "all", "--quiet"]);
    assert_eq!((all.code, all.err.as_str()), (Some(0), ""));
    assert_ne!(place.timings(), timings);
    assert!(place.path("reports/roll/index.html").exists());
    assert!(place.path("reports/index.html").exists());
}

#[test]
fn plan_trains_nothing_and_creates_no_store() {
    let place = Place::with("roll.toml", ROLL);
    let plan = place.sweep(&["plan", "roll.toml", "-j", "2"]);
    assert_eq!(plan.code, Some(0), "{}", plan.err);
    assert_snapshot!("plan", masked(&plan.out));
    assert!(!place.path("reports").exists());

    place.sweep(&["roll.toml", "--set", "lr=0.01", "--seeds", "1"]);
    let plan = place.sweep(&["plan", "roll.toml", "-j", "1"]);
    assert_snapshot!("plan_half_cached", masked(&plan.out));
}

#[test]
fn a_run_measures_the_processor_for_the_next_plan_of_any_sweep() {
    let place = Place::with("roll.toml", ROLL);
    place.write("other.toml", &ROLL.replace("0.001", "0.002"));
    let cache = place.path("cache");
    let plan = |file: &str, out: &str| {
        let mut command = place.command(&["plan", file, "--out", out]);
        let output = command.env("XDG_CACHE_HOME", &cache).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let rough = plan("roll.toml", "reports");
    assert!(
        rough.contains("rough: no run on this processor yet"),
        "{rough}"
    );
    assert!(!cache.exists());
    let mut run = place.command(&["roll.toml"]);
    let run = run.env("XDG_CACHE_HOME", &cache).output().unwrap();
    assert!(run.status.success());
    let other = plan("other.toml", "elsewhere");
    assert!(other.contains("from runs on this processor"), "{other}");
    let own = plan("other.toml", "reports");
    assert!(own.contains("from cached runs of this sweep"), "{own}");
    // A damaged file counts as none.
    std::fs::write(cache.join("sweep/speed.json"), "{").unwrap();
    assert_eq!(plan("roll.toml", "elsewhere"), rough);
}

#[test]
fn check_exits_with_0_1_or_3_and_writes_junit() {
    let place = Place::with("roll.toml", &format!("{ROLL}{EXPECT}"));
    let good = place.sweep(&["check", "roll.toml"]);
    assert_eq!(good.code, Some(0), "{}{}", good.out, good.err);
    assert_snapshot!("check_passes", good.out);

    place.write("wrong.toml", &format!("{ROLL}{EXPECT}{WRONG}"));
    let bad = place.sweep(&[
        "check",
        "wrong.toml",
        "roll.toml",
        "--junit",
        "ci/junit.xml",
    ]);
    assert_eq!(bad.code, Some(1), "{}{}", bad.out, bad.err);
    assert_snapshot!("check_fails", bad.out);
    let junit = std::fs::read_to_string(place.path("ci/junit.xml")).unwrap();
    assert!(
        junit.contains(r#"<testsuite name="wrong.toml" tests="3""#),
        "{junit}"
    );
    assert!(junit.contains(r#"failures="1""#), "{junit}");
    assert!(junit.contains("train_loss is"), "{junit}");

    // Runs that time out cannot decide whether the loss is low enough: 3.
    let slow = [
        "--set",
        "steps=1000000000",
        "--timeout",
        "100ms",
        "--set",
        "lr=0.01",
    ];
    place.write(
        "slow.toml",
        &format!("{ROLL}{}", WRONG.replace("1e-9", "9.0")),
    );
    let open = place.sweep(&[&["check", "slow.toml"][..], &slow].concat());
    assert_eq!(open.code, Some(3), "{}{}", open.out, open.err);
    assert!(
        open.out.contains("1 expectation: 1 inconclusive"),
        "{}",
        open.out
    );
}

#[test]
fn errors_of_all_files_are_reported_together_before_training() {
    let place = Place::with("good.toml", ROLL);
    place.write("bad.toml", &ROLL.replace("steps", "stepz"));
    place.write("worse.toml", &ROLL.replace("sgd", "sdg"));
    let ran = place.sweep(&["good.toml", "nowhere.toml", "bad.toml", "worse.toml"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(
        ran.err.contains("stepz") && ran.err.contains("sdg"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("bad.toml") && ran.err.contains("worse.toml"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("failed to read nowhere.toml"),
        "{}",
        ran.err
    );
    assert!(!place.path("reports").exists());
}

#[test]
fn a_wrong_command_line_exits_with_2_and_suggests_a_correction() {
    let place = Place::with("roll.toml", ROLL);
    place.write("sub/roll.toml", ROLL);
    let refused = |args: &[&str], why: &str| {
        let ran = place.sweep(args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(why), "{args:?}: {}", ran.err);
    };
    refused(&["chekc", "roll.toml"], "did you mean `check`");
    refused(&["-j", "2", "check", "roll.toml"], "sweep check");
    refused(&["nowhere.toml"], "nowhere.toml");
    refused(&["roll.toml", "sub/roll.toml"], "page roll");
    refused(&["roll.toml", "--seeds", "x"], "100..120");
    refused(&["roll.toml", "--timeout", "soon"], "30s");
    refused(&["roll.toml", "--jobs", "0"], "at least one");
    refused(&["roll.toml", "--rerun", "some"], "crashed");
    refused(&["plan", "roll.toml", "--timeout", "1s"], "--timeout");
    refused(&["roll.toml", "--set", "lr"], "key=value");
    refused(&[], "Usage");
    assert!(!place.path("reports").exists());
}

#[test]
fn the_command_line_overrides_seeds_and_settings_of_files() {
    let place = Place::with("roll.toml", ROLL);
    let ran = place.sweep(&[
        "roll.toml",
        "--seeds",
        "5,7",
        "--set",
        "lr=0.02",
        "--out",
        "o",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("2 runs trained"), "{}", ran.err);
    assert!(place.path("o/roll/index.html").exists());
    let list = place.sweep(&["list", "--out", "o"]);
    assert_eq!(list.code, Some(0), "{}", list.err);
    assert_snapshot!("list", list.out);
}

#[test]
fn init_writes_a_starter_file_once_and_its_expectations_pass() {
    let place = Place::new();
    let first = place.sweep(&["init", "mine.toml"]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    let again = place.sweep(&["init", "mine.toml"]);
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("already exists"), "{}", again.err);
    let check = place.sweep(&["check", "mine.toml"]);
    assert_eq!(check.code, Some(0), "{}{}", check.out, check.err);
}

#[test]
fn report_writes_pages_and_trains_nothing() {
    let place = Place::with("e/deep/roll.toml", ROLL);
    place.write("e/roll.toml", &ROLL.replace("10.0", "20.0"));
    assert_eq!(place.sweep(&["e", "--quiet"]).code, Some(0));
    let page = place.path("reports/deep/roll/index.html");
    std::fs::remove_file(&page).unwrap();
    let timings = place.timings();
    let report = place.sweep(&["report", "e"]);
    assert_eq!(report.code, Some(0), "{}", report.err);
    assert!(page.exists());
    assert_eq!(place.timings(), timings);
}

#[test]
fn colors_need_a_terminal_or_color_always() {
    let place = Place::with("roll.toml", ROLL);
    assert!(!place.sweep(&["plan", "roll.toml"]).out.contains('\x1b'));
    let always = place.sweep(&["plan", "roll.toml", "--color", "always"]);
    assert!(always.out.contains('\x1b'));
}

#[test]
fn explain_prints_a_diagnosis_and_suggests_similar_ones() {
    let place = Place::new();
    let story = place.sweep(&["explain", "init-too-large"]);
    assert_eq!(story.code, Some(0), "{}", story.err);
    assert_snapshot!("explain", story.out);
    let all = place.sweep(&["explain"]);
    assert_eq!(all.out.lines().count(), 17);
    assert!(all.out.starts_with("healthy "), "{}", all.out);
    for name in ["vanishing", "vanishing-gradient", "vanishing gradients"] {
        let mistyped = place.sweep(&["explain", name]);
        assert_eq!(mistyped.code, Some(2));
        let help = "did you mean `vanishing-gradients`?";
        assert!(mistyped.err.contains(help), "{}", mistyped.err);
    }
}

#[test]
fn schema_prints_json() {
    let ran = Place::new().sweep(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(schema["properties"]["grid"].is_object());
}
