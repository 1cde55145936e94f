//! Errors of files and disks are reported, and change nothing else.

use super::*;
use rusqlite::Connection;
use std::path::Path;

#[test]
fn a_newer_format_is_rejected_unchanged() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.put(id(1), &trace(1.0), &timing()).unwrap();
    store.lock().pragma_update(None, "user_version", 3).unwrap();
    drop(store);
    let before = contents(&folder);
    let opened = Store::open(folder.path()).map(Some);
    for opened in [opened, Store::open_existing(folder.path())] {
        let error = opened.unwrap_err();
        assert!(
            matches!(
                error,
                StoreError::Newer {
                    found: 3,
                    known: 2,
                    ..
                }
            ),
            "{error}"
        );
        assert_eq!(contents(&folder), before);
    }
}

#[test]
fn a_newer_format_in_the_log_is_rejected_too() {
    let (folder, copy) = (tempdir().unwrap(), tempdir().unwrap());
    let store = Store::open(folder.path()).unwrap();
    store.lock().pragma_update(None, "user_version", 3).unwrap();
    // As after a kill: the log is not part of the file yet.
    for (path, content) in contents(&folder) {
        fs::write(copy.path().join(path.file_name().unwrap()), content).unwrap();
    }
    let before = fs::read(copy.path().join(FILE)).unwrap();
    let read = Store::open_existing(copy.path());
    for opened in [read, Store::open(copy.path()).map(Some)] {
        let error = opened.unwrap_err();
        assert!(
            matches!(error, StoreError::Newer { found: 3, .. }),
            "{error}"
        );
        assert_eq!(fs::read(copy.path().join(FILE)).unwrap(), before);
    }
}

#[test]
fn files_of_other_programs_are_rejected_unchanged() {
    let text = tempdir().unwrap();
    fs::write(
        text.path().join(FILE),
        "not a database, but longer than a header: ".repeat(9),
    )
    .unwrap();
    let database = tempdir().unwrap();
    let other = Connection::open(database.path().join(FILE)).unwrap();
    other.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(other);
    for folder in [text, database] {
        let before = contents(&folder);
        let error = Store::open(folder.path()).unwrap_err();
        assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
        assert_eq!(contents(&folder), before);
    }
}

#[test]
fn a_full_disk_is_reported_and_loses_no_stored_run() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.put(id(0), &trace(0.5), &timing()).unwrap();
    store
        .lock()
        .pragma_update(None, "max_page_count", 12)
        .unwrap();
    let written = (1..100).take_while(|&n| store.put(id(n), &trace(0.5), &timing()).is_ok());
    let written = written.count() as u16;
    let error = store.put(id(200), &trace(0.5), &timing()).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    // Earlier runs are still stored, and more can be stored once space is free.
    for n in 0..=written {
        assert!(store.get(id(n)).unwrap().is_some());
    }
    store
        .lock()
        .pragma_update(None, "max_page_count", 1000)
        .unwrap();
    store.put(id(200), &trace(0.5), &timing()).unwrap();
}

#[test]
fn a_damaged_record_is_reported_and_other_records_are_readable() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.put(id(1), &trace(1.0), &timing()).unwrap();
    store.put(id(2), &trace(1.0), &timing()).unwrap();
    let damage = "UPDATE runs SET trace = substr(trace, 1, 60) WHERE id = ?1";
    store.execute(damage, [id(1).0]).unwrap();
    let error = store.get(id(1)).unwrap_err().to_string();
    assert!(
        error.contains("damaged") && error.contains("--rerun all"),
        "{error}"
    );
    assert!(store.get(id(2)).unwrap().is_some());
}

#[test]
fn damaged_database_pages_are_an_error_without_a_panic() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for n in 0..50 {
        store.put(id(n), &trace(1.0), &timing()).unwrap();
    }
    drop(store);
    let path = folder.path().join(FILE);
    let mut content = fs::read(&path).unwrap();
    content[4096..].fill(0xa5);
    fs::write(&path, content).unwrap();
    let error = Store::open(folder.path()).unwrap().get(id(3)).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_in_the_place_of_the_folder_is_reported() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("ok.toml");
    fs::write(&file, "").unwrap();
    for (path, why) in [
        (file.clone(), "a file has this name"),
        (file.join("reports"), "a part of the path is a file"),
    ] {
        let error = Store::open(&path).unwrap_err().to_string();
        let message = format!("can't create the folder {}: {why}; ", path.display());
        assert!(error.starts_with(&message), "{error}");
    }
}

/// Not even root can create a file in this folder.
#[cfg(target_os = "linux")]
#[test]
fn the_error_of_a_read_only_folder_says_what_to_do() {
    let error = Store::open(Path::new("/proc/self")).unwrap_err();
    assert!(matches!(error, StoreError::Access { .. }), "{error}");
    assert!(error.to_string().contains("--out"), "{error}");
}
