//! Sweeps from a program of one's own: the example writes a report, and studies in one process do not disturb each other.
#![allow(clippy::unwrap_used)]

use std::process::Command;
use sweep::config::Overrides;
use sweep::execute::Options;
use sweep::load::load_text;
use sweep::store::Store;
use sweep::study::{Test, study};

const HALVED: &str = "seeds = 3\n[data]\nsource = 'moons'\nrows = 64\n[base]\nepochs = 9\n[grid]\nlr = [1e-6, 0.01, 0.1]\n\
                      [stop]\nmethod = 'successive-halving'\ngrace_period = 1";

#[test]
fn two_studies_of_different_stores_run_in_one_process_at_the_same_time() {
    let run = || {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let loaded = load_text("a.toml".as_ref(), HALVED, &Overrides::default()).unwrap();
        let test = Test::Suggested { control: false };
        let (_, studied) = study(loaded, &store, &Options::default(), test).unwrap();
        assert_eq!(studied.results.rungs.len(), 1);
        assert!(studied.fixes.is_some() && studied.summary.is_complete());
        let traces: Vec<_> = studied.results.traces().cloned().collect();
        serde_json::to_string(&traces).unwrap()
    };
    let [one, other] = std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(run));
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(one, other);
}

#[test]
fn the_example_trains_a_file_and_writes_its_report() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("a.toml");
    std::fs::write(&file, HALVED).unwrap();
    let tests = std::env::current_exe().unwrap();
    let examples = tests.ancestors().nth(2).unwrap().join("examples");
    let example = examples.join(format!("library{}", std::env::consts::EXE_SUFFIX));
    let out = place.path().join("reports");
    let output = Command::new(example).arg(&file).arg(&out).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(out.join("library/index.html").exists() && out.join("index.html").exists());
}
