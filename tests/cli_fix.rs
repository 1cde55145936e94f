//! Fixes: the output and exit code of `sweep fix`, its JSON file, and `fixed_by`.
#![allow(clippy::unwrap_used)]

mod support;

use insta::assert_snapshot;
use support::{Place, masked};

/// A weight stuck in a ripple, which momentum and Adam escape.
const STUCK: &str = r#"
title = "A weight is stuck"

[data]
source = "none"

[base]
model = "ripples"
init = { constant = 4.0 }
optimizer = "sgd"
lr = 0.01
gradient_noise = 0.3
steps = 500

[grid]
momentum = [0.0, 0.9]
"#;

/// A learning rate at which a weight diverges, also at a tenth and a hundredth of it.
const HOPELESS: &str = r#"
seeds = 3
[data]
source = "none"
[base]
model = "double-well"
init = { constant = 2.0 }
steps = 50
[grid]
lr = [1e6]
"#;

#[test]
fn fixes_of_a_failing_cell_are_trained_once() {
    let place = Place::with("stuck.toml", &format!("seeds = 1\n{STUCK}"));
    let first = place.sweep(&["fix", "stuck.toml", "--control"]);
    assert_eq!(first.code, Some(0), "{}{}", first.out, first.err);
    assert_snapshot!("fix_out", first.out);
    assert_snapshot!("fix_err", masked(&first.err));
    let timings = place.timings();

    let again = place.sweep(&["fix", "stuck.toml", "--control"]);
    assert_eq!((again.code, &again.out), (Some(0), &first.out));
    assert_eq!(place.timings(), timings);
    assert!(again.err.contains("\n0 runs trained"), "{}", again.err);

    // Without controls, and with `run --fix`, the results of the fixes are the same.
    let run = place.sweep(&["run", "--fix", "stuck.toml"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("train loss"), "{}", run.out);
    let fixes = |out: &str| -> Vec<Vec<String>> {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
        let lines = out.lines().filter(|line| line.contains('→'));
        let lines = lines.filter(|line| !line.contains("random change"));
        lines.map(words).collect()
    };
    assert_eq!(fixes(&run.out), fixes(&first.out));
    assert_eq!(place.timings(), timings);
}

#[test]
fn fixes_stay_on_the_page_until_the_runs_change() {
    let place = Place::with("stuck.toml", &format!("seeds = 3\n{STUCK}"));
    let page = || std::fs::read_to_string(place.path("reports/stuck/index.html")).unwrap();
    place.sweep(&["stuck.toml"]);
    assert!(!page().contains("id=\"fixes\""));
    place.sweep(&["fix", "stuck.toml"]);
    let kept = std::fs::read_to_string(place.path("reports/stuck/fix.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["failures"][0]["status"], "cured");
    assert_eq!(kept["failures"][0]["trials"][0]["remedy"], "momentum");
    assert!(page().contains("id=\"fixes\""));
    place.sweep(&["report", "stuck.toml"]);
    assert!(page().contains("id=\"fixes\"") && page().contains("momentum = 0.9"));
    place.sweep(&["stuck.toml", "--set", "lr=0.02"]);
    assert!(!page().contains("id=\"fixes\""));
}

#[test]
fn a_cell_without_a_verified_fix_exits_with_1() {
    let place = Place::with("hopeless.toml", HOPELESS);
    let ran = place.sweep(&["fix", "hopeless.toml"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("1 failing cell: 1 not fixed"),
        "{}",
        ran.out
    );
}

#[test]
fn an_expected_fix_is_trained_and_checked() {
    let expect = |lines: &str| format!("seeds = 3\n{STUCK}\n[[expect]]\n{lines}\n");
    let check = |lines: &str, options: &[&str]| {
        let place = Place::with("stuck.toml", &expect(lines));
        place.sweep(&[&["check", "stuck.toml"], options].concat())
    };
    let good = check("where = { momentum = 0.0 }\nfixed_by = \"Adam\"", &[]);
    assert_eq!(good.code, Some(0), "{}{}", good.out, good.err);
    let seen = "optimizer = \"adam\", lr = 0.3 fixes 3 of 3 seeds (skill ";
    assert!(good.out.contains(seen), "{}", good.out);

    let bad = check("where = { momentum = 0.0 }\nfixed_by = \"lower rate\"", &[]);
    assert_eq!(bad.code, Some(1), "{}", bad.out);
    // The place follows: seeds are counted once.
    let wanted = "expected lower learning rate to fix at least 2 seeds (stuck.toml:";
    assert!(bad.out.contains(wanted), "{}", bad.out);

    let healthy = check("where = { momentum = 0.9 }\nfixed_by = \"Adam\"", &[]);
    assert_eq!(healthy.code, Some(1), "{}", healthy.out);
    assert!(
        healthy.out.contains("healthy and needs no fix"),
        "{}",
        healthy.out
    );

    let illegal = check("where = { momentum = 0.0 }\nfixed_by = \"ReLU\"", &[]);
    assert_eq!(illegal.code, Some(1), "{}", illegal.out);
    assert!(
        illegal.out.contains("ReLU does not apply"),
        "{}",
        illegal.out
    );

    let two = ["--seeds", "2"];
    let few = check("where = { momentum = 0.0 }\nfixed_by = \"Adam\"", &two);
    assert_eq!(few.code, Some(3), "{}", few.out);
    assert!(few.out.contains("too few seeds"), "{}", few.out);
}

#[test]
fn a_rejected_fix_is_stored_with_the_reason_and_listed_with_verbose() {
    let place = Place::with("hopeless.toml", HOPELESS);
    let quiet = place.sweep(&["fix", "hopeless.toml"]);
    assert!(!quiet.out.contains("does not apply"), "{}", quiet.out);
    let kept = std::fs::read_to_string(place.path("reports/hopeless/fix.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let rejected = kept["failures"][0]["rejected"].as_array().unwrap();
    let batches = rejected
        .iter()
        .find(|fix| fix["remedy"] == "larger batches");
    assert_eq!(batches.unwrap()["reason"], "not-applicable");
    assert_eq!(
        batches.unwrap()["causes"],
        serde_json::json!(["learning-rate-too-high"])
    );
    let verbose = place.sweep(&["fix", "-v", "hopeless.toml"]);
    let line = "larger batches does not apply: batches already have all rows";
    assert!(verbose.out.contains(line), "{}", verbose.out);
}

/// Rows with a target that is independent of the features.
fn noise() -> String {
    let mut state = 7_u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut number = || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
    let row = |_| [number(), number(), number(), number()];
    let rows = (0..120).map(row);
    let rows = rows.map(|[a, b, c, y]| format!("{a:.4},{b:.4},{c:.4},{y:.4}\n"));
    format!("a,b,c,y\n{}", rows.collect::<String>())
}

#[test]
fn random_targets_have_no_healthy_run_and_no_verified_fix() {
    let place = Place::with(
        "noise.toml",
        "seeds = 5\n[data]\nsource = { csv = \"d.csv\", target = \"y\" }\nstandardize = true\n\
         [base]\nhidden = [32, 32]\noptimizer = \"adam\"\nepochs = 30\n[grid]\nlr = [1e-4, 1e-2]\n",
    );
    place.write("d.csv", &noise());
    let fixed = place.sweep(&["fix", "noise.toml"]);
    assert_eq!(fixed.code, Some(1), "{}{}", fixed.out, fixed.err);
    let kept = std::fs::read_to_string(place.path("reports/noise/fix.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let failures = kept["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 2);
    for failure in failures {
        assert!(!failure["diagnosis"].as_str().unwrap().contains("healthy"));
        for trial in failure["trials"].as_array().unwrap() {
            assert_eq!(trial["verified"], false, "{trial}");
        }
    }
}
