//! Guarantees under interruptions: bit-identical runs, no lost runs, no run trained twice.
#![allow(clippy::unwrap_used)]

mod support;

use std::process::Command;
use support::{LONG, Place};

/// One run with 3·10¹¹ multiplications per step.
const SLOW: &str = r#"
seeds = 1

[data]
source = "sine"
rows = 20_000
validation = 0.0

[base]
model = "mlp"
hidden = [1500, 1500, 1500]
batch = "full"
steps = 3
"#;

#[test]
fn traces_are_bit_identical_with_one_job_and_with_two() {
    let rows = |jobs: &str| {
        let place = Place::with("long.toml", &LONG.replace("3000", "50"));
        let ran = place.sweep(&["long.toml", "--jobs", jobs]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        place.rows()
    };
    let one = rows("1");
    // No cell is good after 50 steps, so reference runs are trained.
    assert_eq!(one.len(), 24 + 4);
    assert!(one == rows("2"));
}

#[cfg(unix)]
#[test]
fn after_kill_9_the_next_command_trains_only_missing_runs_to_the_same_bits() {
    let whole = Place::with("long.toml", LONG);
    assert_eq!(whole.sweep(&["long.toml"]).code, Some(0));

    let place = Place::with("long.toml", LONG);
    let mut child = place.start(&["long.toml", "--jobs", "2"]);
    place.wait_for_runs(3);
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None);
    let before = place.timings();
    assert!((3..24).contains(&before.len()), "{}", before.len());

    let ran = place.sweep(&["long.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let trained = 24 - before.len();
    let summary = format!(
        "{trained} run{} trained",
        if trained == 1 { "" } else { "s" }
    );
    assert!(ran.err.contains(&summary), "{}", ran.err);
    let after = place.timings();
    assert!(
        before.iter().all(|run| after.contains(run)),
        "trained twice"
    );
    assert!(place.rows() == whole.rows());
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_finished_runs_writes_the_report_and_exits_with_3() {
    let place = Place::with("long.toml", &LONG.replace("3000", "300_000"));
    let mut child = place.start(&["long.toml", "--jobs", "1"]);
    place.wait_for_runs(2);
    // Meanwhile there is a live page.
    place.wait_for("reports/long/index.html", "of 24 runs");
    place.wait_for("reports/index.html", "class=\"trouble\"");
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let kept = place.timings().len();
    assert!((2..24).contains(&kept), "{kept}");
    let page = std::fs::read_to_string(place.path("reports/long/index.html")).unwrap();
    assert!(!page.contains("data-running"));
    assert!(page.contains("sweep run long.toml"));
}

/// The first Ctrl-C stops after the current step, which takes seconds here. If neither the hint nor the second Ctrl-C
/// waits for the step, the final page is not written.
#[cfg(unix)]
#[test]
fn the_first_ctrl_c_prints_a_hint_and_the_second_exits_during_a_step() {
    let place = Place::with("slow.toml", SLOW);
    let mut child = place.start(&["slow.toml"]);
    place.wait_for("stderr", "1 to train");
    // One second later, the first live page exists.
    place.wait_for("reports/slow/index.html", "data-running");
    let pid = child.id().to_string();
    let interrupt = || Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(interrupt().success());
    place.wait_for("stderr", "press Ctrl-C again");
    assert!(interrupt().success());
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let page = std::fs::read_to_string(place.path("reports/slow/index.html"));
    assert!(page.is_ok_and(|page| page.contains("data-running")));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    let place = Place::with("roll.toml", support::ROLL);
    let program = env!("CARGO_BIN_EXE_sweep");
    let script = format!("'{program}' plan roll.toml roll.toml | true; echo ${{PIPESTATUS[0]}}");
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(place.path(""))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_failed_write_to_stdout_is_an_error() {
    let place = Place::with("roll.toml", support::ROLL);
    for words in ["schema", "plan roll.toml", "roll.toml"] {
        let program = env!("CARGO_BIN_EXE_sweep");
        let output = Command::new(program)
            .args(words.split(' '))
            .current_dir(place.path(""))
            .stdout(std::fs::File::create("/dev/full").unwrap())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{words}: {said}");
        assert_eq!(
            said.matches("failed to write to stdout").count(),
            1,
            "{said}"
        );
    }
}
