//! Stores of version 0.1 are migrated in place, after a copy, and an interrupted migration goes on.

use super::super::migrate::{copy_of, copy_to, raise, rewrite_batch};
use super::*;
use rusqlite::Connection;
use std::path::Path;

/// Returns a folder with a store of version 0.1, with its runs.
fn old() -> (TempDir, BTreeMap<RunId, Trace>) {
    let folder = tempdir().unwrap();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/identity/sweep.db");
    fs::copy(fixture, folder.path().join(FILE)).unwrap();
    let store = Store::open_existing(folder.path()).unwrap().unwrap();
    let runs = runs(&store);
    assert!(runs.len() > 10);
    (folder, runs)
}

fn runs(store: &Store) -> BTreeMap<RunId, Trace> {
    let ids = store.starting_with("", 1000).unwrap().into_iter();
    ids.map(|id| (id, store.get(id).unwrap().unwrap().0))
        .collect()
}

fn is_same(runs: &BTreeMap<RunId, Trace>, others: &BTreeMap<RunId, Trace>) -> bool {
    // As text, in which NaN equals NaN.
    runs.keys().eq(others.keys()) && runs.values().map(bytes).eq(others.values().map(bytes))
}

fn records(store: &Store) -> Vec<Vec<u8>> {
    let read = |row: &rusqlite::Row| row.get(0);
    store.rows("SELECT trace FROM runs", read).unwrap()
}

#[test]
fn a_migrated_store_has_the_same_runs_and_a_copy_of_the_old_file() {
    let (folder, before) = old();
    let store = Store::open(folder.path()).unwrap();
    let migrated = store.migrated().unwrap().clone();
    assert_eq!(migrated.runs, before.len());
    assert!(is_same(&runs(&store), &before));
    assert!(
        records(&store)
            .iter()
            .all(|record| record::is_current(record))
    );
    assert!(!store.sweeps().unwrap().is_empty());
    drop(store);
    assert_eq!(Store::open(folder.path()).unwrap().migrated(), None);
    let kept = tempdir().unwrap();
    fs::rename(migrated.copy, kept.path().join(FILE)).unwrap();
    let kept = Store::open_existing(kept.path()).unwrap().unwrap();
    assert!(is_same(&runs(&kept), &before));
    assert!(
        !records(&kept)
            .iter()
            .any(|record| record::is_current(record))
    );
}

#[test]
fn an_interrupted_migration_loses_nothing_and_goes_on() {
    for batches in 0..4 {
        let (folder, before) = old();
        let path = folder.path().join(FILE);
        let mut connection = Connection::open(&path).unwrap();
        copy_to(&path, &connection, &copy_of(&path)).unwrap();
        if batches > 0 {
            raise(&mut connection, Path::new("sweep.db.v1")).unwrap();
        }
        for _ in 1..batches {
            assert_eq!(rewrite_batch(&mut connection, 3).unwrap(), Some(3));
        }
        drop(connection);
        // As it is, by a command that only reads.
        let half = Store::open_existing(folder.path()).unwrap().unwrap();
        assert!(is_same(&runs(&half), &before), "{batches}");
        drop(half);
        let store = Store::open(folder.path()).unwrap();
        let left = before.len() - 3 * usize::saturating_sub(batches, 1);
        assert_eq!(store.migrated().unwrap().runs, left);
        assert!(is_same(&runs(&store), &before), "{batches}");
        assert!(
            records(&store)
                .iter()
                .all(|record| record::is_current(record))
        );
    }
}

#[test]
fn a_damaged_record_stays_and_stops_no_migration() {
    let (folder, before) = old();
    let connection = Connection::open(folder.path().join(FILE)).unwrap();
    let (id, _) = before.first_key_value().unwrap();
    let cut = "UPDATE runs SET trace = substr(trace, 1, 9) WHERE id = ?1";
    connection.execute(cut, [id.0]).unwrap();
    drop(connection);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.migrated().unwrap().runs, before.len() - 1);
    assert!(matches!(store.get(*id), Err(StoreError::Run { .. })));
}
