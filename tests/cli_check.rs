//! `sweep check` in CI: exit codes, tally, JUnit and JSON files, annotations.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Place, ROLL};

const PASSES: &str = r#"
[[expect]]
where = { lr = 0.01 }
train_loss = { below = 2.0 }
"#;

const FAILS: &str = r#"
[[expect]]
where = { lr = 0.01 }
train_loss = { below = 1e-9 }
"#;

const BETTER: &str = r#"
[[expect]]
where = { lr = 0.01 }
better_than = { lr = 0.001 }
"#;

#[test]
fn after_a_failure_under_fail_fast_the_remaining_files_get_verdicts_too() {
    let place = Place::with("slow.toml", &ROLL.replace("= 50", "= 1_000_000_000"));
    place.write("stored.toml", &format!("{ROLL}{PASSES}"));
    place.write(
        "new.toml",
        &format!("{ROLL}{PASSES}").replace("= 50", "= 60"),
    );
    assert_eq!(place.sweep(&["stored.toml"]).code, Some(0));
    let files = ["slow.toml", "stored.toml", "new.toml"];
    let options = ["--fail-fast", "--timeout", "100ms", "--junit", "j.xml"];
    let ran = place.sweep(&[&["check"][..], &files, &options].concat());
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    let tally = "2 expectations: 1 passed, 1 inconclusive";
    assert!(ran.out.contains(tally), "{}", ran.out);
    assert!(place.path("reports/new/index.html").exists());

    let junit = std::fs::read_to_string(place.path("j.xml")).unwrap();
    for suite in [
        // No expectation, but incomplete runs.
        r#"name="slow.toml" tests="1" skipped="0" errors="1" failures="0""#,
        r#"name="stored.toml" tests="1" skipped="0" errors="0" failures="0""#,
        r#"name="new.toml" tests="2" skipped="0" errors="2" failures="0""#,
    ] {
        assert!(junit.contains(suite), "{suite}: {junit}");
    }
    assert!(junit.contains("timed out"), "{junit}");
}

#[test]
fn a_junit_file_that_cannot_be_created_is_an_error_before_training() {
    let place = Place::with("roll.toml", ROLL);
    let ran = place.sweep(&["check", "roll.toml", "--junit", "roll.toml/j.xml"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(
        ran.err.contains("failed to write roll.toml/j.xml"),
        "{}",
        ran.err
    );
    assert!(!place.path("reports").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_junit_file_that_cannot_be_written_does_not_hide_the_verdicts() {
    let place = Place::with("bad.toml", &format!("{ROLL}{FAILS}"));
    place.write("good.toml", &format!("{ROLL}{PASSES}"));
    for (file, code) in [("bad.toml", 1), ("good.toml", 3)] {
        let ran = place.sweep(&["check", file, "--junit", "/dev/full"]);
        assert_eq!(ran.code, Some(code), "{}", ran.err);
        assert!(ran.out.contains("1 expectation: 1 "), "{}", ran.out);
        assert!(ran.err.contains("failed to write /dev/full"), "{}", ran.err);
    }
}

#[test]
fn the_cases_of_a_junit_file_have_different_names() {
    let on = "on = \"train_loss\"\n";
    let place = Place::with("roll.toml", &format!("{ROLL}{BETTER}{BETTER}{on}{PASSES}"));
    let ran = place.sweep(&["check", "roll.toml", "--junit", "j.xml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let junit = std::fs::read_to_string(place.path("j.xml")).unwrap();
    for name in [
        "lr 0.01: better than with lr 0.001 in train_loss (line 17)",
        "lr 0.01: better than with lr 0.001 in train_loss (line 21)",
        "lr 0.01: train_loss &lt; 2\"",
    ] {
        assert!(junit.contains(name), "{junit}");
    }
}

#[test]
fn the_json_file_has_a_verdict_per_cell() {
    let place = Place::with("roll.toml", &format!("{ROLL}{PASSES}{FAILS}"));
    let ran = place.sweep(&["check", "roll.toml", "--json=ci/verdicts.json"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let json = std::fs::read(place.path("ci/verdicts.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    insta::assert_snapshot!(format!("{:#}", json["sweeps"][0]["verdicts"]));
}

#[test]
fn on_github_failed_expectations_are_annotated_at_their_lines() {
    let hostile = "\n[[expect]]\nname = \"a: b, 100%\"\ntrain_loss = { below = 1e-9 }\n";
    let place = Place::with("roll.toml", &format!("{ROLL}{PASSES}{FAILS}{hostile}"));
    let shown = |ran: support::Ran| -> Vec<String> {
        let lines = ran.out.lines().filter(|line| line.starts_with("::"));
        lines.map(str::to_owned).collect()
    };
    insta::assert_snapshot!(shown(place.sweep_on_github(&["check", "roll.toml"])).join("\n"));
    assert_eq!(shown(place.sweep(&["check", "roll.toml"])), [""; 0]);
}

#[test]
fn changes_from_a_baseline_are_listed_and_exit_with_1() {
    let place = Place::with("roll.toml", &format!("{ROLL}{PASSES}"));
    let saved = place.sweep(&["check", "roll.toml", "--save-baseline", "main"]);
    assert_eq!(saved.code, Some(0), "{}", saved.err);
    let written = "saved         baseline in baselines/main/roll.json\n";
    assert!(saved.out.contains(written), "{}", saved.out);
    let kept = std::fs::read_to_string(place.path("baselines/main/roll.json")).unwrap();
    insta::assert_snapshot!("baseline", kept);
    let against = ["check", "roll.toml", "--baseline", "main"];
    let same = place.sweep(&against);
    assert_eq!(same.code, Some(0), "{}", same.err);
    assert!(
        same.out.contains("unchanged     baseline main\n"),
        "{}",
        same.out
    );

    let changed = ROLL.replace("0.001, 0.01, 10.0", "0.001, 0.01, 0.1");
    let changed = changed.replace("steps = 50", "steps = 500");
    place.write("roll.toml", &format!("{changed}{PASSES}"));
    let junit = [&against[..], &["--junit", "j.xml", "--json=v.json"]].concat();
    let other = place.sweep(&junit);
    assert_eq!(other.code, Some(1), "{}", other.err);
    insta::assert_snapshot!("changed", other.out);
    for file in ["j.xml", "v.json"] {
        let text = std::fs::read_to_string(place.path(file)).unwrap();
        assert!(text.contains("lr 0.1: not in the baseline"), "{text}");
    }
}

#[test]
fn a_file_without_expectations_says_so_once() {
    let place = Place::with("roll.toml", ROLL);
    let ran = place.sweep(&["check", "roll.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.out, "roll.toml\n  no expectations\n\n");
}

#[test]
fn a_missing_baseline_is_an_error_before_training() {
    let place = Place::with("roll.toml", ROLL);
    let ran = place.sweep(&["check", "roll.toml", "--baseline", "main"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    let helps = "`sweep check roll.toml --save-baseline main`";
    assert!(ran.err.contains(helps), "{}", ran.err);
    assert!(!place.path("reports").exists());
}

const HOPELESS: &str = r#"
seeds = 3
[data]
source = "sine"
noise = 0.6
[base]
hidden = [4]
epochs = 2
[grid]
lr = [1e-5, 1e-4]
"#;

#[test]
fn without_a_good_cell_reference_runs_are_trained_once_unless_a_target_is_set() {
    let place = Place::with("hopeless.toml", HOPELESS);
    let ran = place.sweep(&["run", "hopeless.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let message =
        "no cell is good enough to serve as reference (skill 0.9): 3 reference runs, 3 to train";
    assert!(ran.err.contains(message), "{}", ran.err);
    // The sentence about the reference skill is in the output and on the page.
    let sentence = ran.out.lines().find(|line| line.contains("reference"));
    let sentence = sentence.unwrap().trim().split(". Network").next().unwrap();
    assert!(sentence.contains("skill of 0."), "{}", ran.out);
    let page = || std::fs::read_to_string(place.path("reports/hopeless/index.html")).unwrap();
    assert!(page().contains(sentence), "{}", page());

    let again = place.sweep(&["run", "hopeless.toml"]);
    let cached = "hopeless.toml: 6 runs, all cached\nhopeless.toml: 3 reference runs, all cached\n\
                  0 runs trained, 9 cached";
    assert!(again.err.contains(cached), "{}", again.err);
    assert_eq!(again.out, ran.out);
    assert_eq!(place.sweep(&["report", "hopeless.toml"]).code, Some(0));
    assert!(page().contains(sentence), "{}", page());

    place.write("hopeless.toml", &format!("target = 0.5\n{HOPELESS}"));
    let ran = place.sweep(&["run", "hopeless.toml"]);
    assert!(!ran.out.contains("reference"), "{}", ran.out);
}

#[test]
fn an_incomplete_reference_run_has_a_name_of_its_own() {
    let place = Place::with("hopeless.toml", &format!("target = 0.5\n{HOPELESS}"));
    assert_eq!(place.sweep(&["hopeless.toml"]).code, Some(0));
    place.write("hopeless.toml", HOPELESS);
    // The runs of the sweep are cached.
    let ran = place.sweep(&["hopeless.toml", "--timeout", "1ms"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let line = "  reference run, seed 0: timed out at step";
    assert!(ran.err.contains(line), "{}", ran.err);
}
