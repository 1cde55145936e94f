//! Guarantees of the store: the same bits, no lost runs, concurrent writers.
#![allow(clippy::unwrap_used)]

mod faults;
mod migration;

use super::*;
use crate::identity::RunId;
use crate::trace::{
    Clock, Curve, DataFacts, Evaluation, Outcome, Real, Score, Timing, Trace, Trajectory,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::{TempDir, tempdir};

fn id(n: u16) -> RunId {
    let mut id = [7; 16];
    id[..2].copy_from_slice(&n.to_be_bytes());
    RunId(id)
}

fn trace(loss: f64) -> Trace {
    let score = |loss| Score {
        loss: Real(loss),
        accuracy: Some(Real(0.5)),
    };
    let params = serde_json::json!({ "lr": 1.0, "hidden": [10, 10], "a": { "b": [null, true] } });
    let special = [
        -0.0,
        1e-320,
        f64::MAX,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.123,
    ];
    Trace {
        seed: u64::MAX,
        executor: "reference".to_owned(),
        outcome: Outcome::Diverged { step: 12 },
        data: DataFacts {
            features: vec!["größe".to_owned()],
            target: "y".to_owned(),
            train_rows: 10,
            constant_train_loss: Real(0.1 + 0.2),
            ..DataFacts::default()
        },
        steps: 12,
        steps_per_epoch: Some(2),
        trainable: 3,
        curve: Curve {
            at: (1..=7).collect(),
            values: special.map(Real).to_vec(),
            of: 7,
        },
        evaluations: vec![Evaluation {
            step: 0,
            train: Some(score(loss)),
            validation: Some(score(1.0 / 3.0)),
        }],
        snapshots: vec![0],
        ..Trace::new(params.as_object().unwrap().clone())
    }
}

fn timing() -> Timing {
    Timing {
        wall: Duration::new(3, 141_592_653),
        started: 1_764_000_000,
        clock: Clock::default(),
    }
}

fn bytes(trace: &Trace) -> Vec<u8> {
    serde_json::to_vec(trace).unwrap()
}

/// Returns every file of a folder with its content.
fn contents(folder: &TempDir) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

#[test]
fn a_run_is_bit_identical_after_reopening() {
    let folder = tempdir().unwrap();
    let nested = folder.path().join("not/yet/there");
    for loss in [f64::NAN, f64::INFINITY, 0.1] {
        Store::open(&nested)
            .unwrap()
            .put(id(1), &trace(loss), &timing())
            .unwrap();
        let store = Store::open(&nested).unwrap();
        let (back, time) = store.get(id(1)).unwrap().unwrap();
        assert_eq!(bytes(&back), bytes(&trace(loss)));
        assert_eq!(record::pack(&back), record::pack(&trace(loss)));
        assert_eq!(time, timing());
        assert!(store.get(id(2)).unwrap().is_none());
    }
}

#[test]
fn only_runs_of_solvers_have_a_clock() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let solved = Trace {
        trajectory: Some(Trajectory::default()),
        ..trace(1.0)
    };
    store.put(id(1), &solved, &timing()).unwrap();
    assert_eq!(store.get(id(1)).unwrap().unwrap().1, timing());
    let clocked = Timing {
        clock: Clock {
            looks: vec![0.0, 0.1, f64::MAX],
            bandwidth: Some(3.5e10),
        },
        ..timing()
    };
    store.put(id(1), &solved, &clocked).unwrap();
    assert_eq!(store.get(id(1)).unwrap().unwrap().1, clocked);
}

#[test]
fn a_second_put_replaces_the_first() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let failed = Trace {
        outcome: Outcome::Crashed {
            message: "no".to_owned(),
        },
        ..trace(1.0)
    };
    store.put(id(1), &failed, &timing()).unwrap();
    store.put(id(2), &failed, &timing()).unwrap();
    store.put(id(1), &trace(2.0), &timing()).unwrap();
    assert_eq!(
        bytes(&store.get(id(1)).unwrap().unwrap().0),
        bytes(&trace(2.0))
    );
    let counts = [("diverged".to_owned(), 1), ("crashed".to_owned(), 1)];
    assert_eq!(store.outcomes().unwrap(), counts.into());
}

#[test]
fn known_returns_the_outcomes_of_stored_runs() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.put(id(5), &trace(1.0), &timing()).unwrap();
    let ids: Vec<RunId> = (0..3000).map(id).collect();
    assert_eq!(
        store.known(&ids).unwrap(),
        [(id(5), "diverged".to_owned())].into()
    );
}

#[test]
fn sweeps_are_listed_by_name_without_duplicates() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let entry = |name: &str, trained| SweepEntry {
        name: name.to_owned(),
        path: PathBuf::from("experiments").join(name),
        title: "Learning rate".to_owned(),
        cells: 6,
        runs: 30,
        trained,
        updated: 1_764_000_000,
    };
    for (name, trained) in [("lr", 3), ("deep/lr", 0), ("lr", 30)] {
        store.note_sweep(&entry(name, trained)).unwrap();
    }
    assert_eq!(
        store.sweeps().unwrap(),
        [entry("deep/lr", 0), entry("lr", 30)]
    );
}

#[test]
fn runs_of_a_killed_process_are_stored() {
    let (folder, copy) = (tempdir().unwrap(), tempdir().unwrap());
    let store = Store::open(folder.path()).unwrap();
    for n in 0..20 {
        store.put(id(n), &trace(f64::from(n)), &timing()).unwrap();
    }
    // The files as they are now, with an open connection, and a log that ends in the middle of a write.
    for (path, mut content) in contents(&folder) {
        if path.to_string_lossy().ends_with("-wal") {
            content.extend([0x5a; 1000]);
        }
        fs::write(copy.path().join(path.file_name().unwrap()), content).unwrap();
    }
    let store = Store::open(copy.path()).unwrap();
    for n in 0..20 {
        assert_eq!(
            bytes(&store.get(id(n)).unwrap().unwrap().0),
            bytes(&trace(f64::from(n)))
        );
    }
}

#[test]
fn several_stores_write_to_one_file_concurrently() {
    let folder = tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let folder = folder.path();
            scope.spawn(move || {
                let store = Store::open(folder).unwrap();
                for n in 0..25 {
                    store
                        .put(id(writer * 25 + n), &trace(1.0), &timing())
                        .unwrap();
                }
            });
        }
    });
    let ids: Vec<RunId> = (0..100).map(id).collect();
    assert_eq!(
        Store::open(folder.path())
            .unwrap()
            .known(&ids)
            .unwrap()
            .len(),
        100
    );
}

#[test]
fn a_thread_that_panics_with_the_lock_loses_no_runs() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.put(id(1), &trace(1.0), &timing()).unwrap();
    let panicked = std::thread::scope(|scope| {
        let holder = scope.spawn(|| {
            let _held = store.lock();
            panic!("in a run");
        });
        holder.join()
    });
    assert!(panicked.is_err());
    store.put(id(2), &trace(1.0), &timing()).unwrap();
    assert_eq!(store.known(&[id(1), id(2)]).unwrap().len(), 2);
}

#[test]
fn opening_a_missing_store_for_reading_creates_none() {
    let folder = tempdir().unwrap();
    let nested = folder.path().join("reports");
    assert!(Store::open_existing(&nested).unwrap().is_none());
    assert!(!nested.exists());
    Store::open(&nested).unwrap();
    assert!(Store::open_existing(&nested).unwrap().is_some());
}

#[test]
fn a_store_is_read_while_another_process_writes() {
    let folder = tempdir().unwrap();
    let writer = Store::open(folder.path()).unwrap();
    writer.put(id(1), &trace(1.0), &timing()).unwrap();
    writer.lock().execute_batch("BEGIN IMMEDIATE").unwrap();
    let clock = std::time::Instant::now();
    let reader = Store::open_existing(folder.path()).unwrap().unwrap();
    assert!(reader.get(id(1)).unwrap().is_some());
    assert!(clock.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_store_in_a_read_only_folder_can_be_read() {
    let folder = tempdir().unwrap();
    let odd = folder.path().join("100 % größer? #1");
    let store = Store::open(&odd).unwrap();
    store.put(id(1), &trace(1.0), &timing()).unwrap();
    drop(store);
    let (connection, application, format) = read::still(&odd.join(FILE)).unwrap();
    assert_eq!((application, format), (0x7377_6570, 2));
    let count = "SELECT count(*) FROM runs";
    let runs: i64 = connection.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(runs, 1);
    assert_eq!(fs::read_dir(&odd).unwrap().count(), 1);
}

#[test]
fn a_run_that_did_not_fit_into_memory_replaces_no_trained_run() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let too_large = |free| Trace {
        outcome: Outcome::TooLarge { needed: 9, free },
        ..trace(0.5)
    };
    let stored = || store.get(id(1)).unwrap().unwrap().0.outcome;
    for free in [1, 2] {
        let trace = too_large(free);
        store.put(id(1), &trace, &timing()).unwrap();
        assert_eq!(stored(), trace.outcome);
    }
    store.put(id(1), &trace(0.5), &timing()).unwrap();
    store.put(id(1), &too_large(3), &timing()).unwrap();
    assert_eq!(stored(), Outcome::Diverged { step: 12 });
}
