//! Durability: files after signals, kills and lost stores are complete or absent, and the exit code reports any loss.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

mod support;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use support::{LONG, Place, ROLL};
use sweep::atomic_write::{Partial, PartialFolder, replace};
use sweep::store::{Store, StoreError};

/// The files of a folder by path.
type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// Returns every file below a folder; none for a missing folder.
fn tree(folder: &Path) -> Tree {
    let walk = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok);
    let files = walk.filter(|entry| entry.file_type().is_file());
    let read = |path: &Path| fs::read(path).unwrap();
    files
        .map(|entry| {
            let below = entry.path().strip_prefix(folder).unwrap().to_owned();
            (below, read(entry.path()))
        })
        .collect()
}

/// Returns whether a path is temporary: one of its parts starts with a dot.
fn is_temporary(path: &Path) -> bool {
    let mut parts = path.components();
    parts.any(|part| part.as_os_str().to_string_lossy().starts_with('.'))
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args([name, &pid]).status().unwrap();
    assert!(sent.success());
}

/// Short runs, and some that are long enough for an event during training.
fn medium() -> String {
    LONG.replace("3000", "400")
}

#[test]
fn ignored_signals_stay_ignored() {
    let place = Place::with("long.toml", &medium());
    for name in ["HUP", "INT", "TERM"] {
        let out = format!("reports-{name}");
        let script = format!("trap '' {name}; exec \"$@\"");
        let mut child = Command::new("sh")
            .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_sweep")])
            .args(["long.toml", "--jobs", "1", "--quiet", "--out", &out])
            .current_dir(place.path(""))
            .spawn()
            .unwrap();
        // The signal handler is installed before the store is created.
        place.wait_for(format!("{out}/sweep.db"), "");
        signal(&child, &format!("-{name}"));
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}");
    }
}

#[test]
fn a_hang_up_stops_training_gracefully() {
    let place = Place::with("long.toml", LONG);
    let mut child = place.start(&["long.toml", "--jobs", "1"]);
    place.wait_for_runs(2);
    signal(&child, "-HUP");
    assert_eq!(child.wait().unwrap().code(), Some(3));
    assert!(place.path("reports/long/index.html").exists());
}

#[test]
fn ctrl_c_while_reading_files_exits_immediately_with_3_and_leaves_no_files() {
    let place = Place::with(
        "table.toml",
        "[data]\nsource = { csv = \"long.csv\", target = \"y\" }\n",
    );
    // Takes seconds to read.
    place.write(
        "long.csv",
        &format!("x,y\n{}", "1,2\n2,3\n".repeat(6_000_000)),
    );
    let made = Command::new("mkfifo")
        .arg(place.path("endless.toml"))
        .status();
    assert!(made.unwrap().success());
    // An open writer keeps the pipe endless.
    let mut both = fs::File::options();
    let both = both.read(true).write(true);
    let _writer = both.open(place.path("endless.toml")).unwrap();
    let calls: [&[&str]; 5] = [
        &["table.toml"],
        &["endless.toml"],
        &["check", "table.toml", "--junit", "verdicts.xml"],
        &["plan", "table.toml"],
        &["fix", "table.toml", "--quiet"],
    ];
    for words in calls {
        for name in ["-INT", "-TERM"] {
            let mut child = place.start(words);
            // It prints nothing before it has read the file.
            std::thread::sleep(Duration::from_millis(300));
            let clock = Instant::now();
            signal(&child, name);
            assert_eq!(child.wait().unwrap().code(), Some(3), "{words:?} {name}");
            assert!(clock.elapsed() < Duration::from_secs(2), "{words:?} {name}");
            place.wait_for("stderr", "interrupted");
            assert!(!place.path("reports").exists() && !place.path("verdicts.xml").exists());
        }
    }
}

/// An event in a report folder.
type Happens<'a> = &'a dyn Fn(&Place);

/// Applies an event to the report folder during training, and returns the exit code and stderr.
fn meanwhile(happens: impl Fn(&Place)) -> (Option<i32>, String) {
    let place = Place::with("long.toml", &medium());
    let other = Store::open(&place.path("other")).unwrap();
    other.close().unwrap();
    let mut child = place.start(&["long.toml", "--jobs", "1"]);
    place.wait_for_runs(3);
    happens(&place);
    let code = child.wait().unwrap().code();
    (code, fs::read_to_string(place.path("stderr")).unwrap())
}

#[test]
fn a_store_lost_during_training_is_reported_with_the_lost_runs_and_exits_with_3() {
    let reports = |place: &Place| place.path("reports");
    let moved = |place: &Place| fs::rename(reports(place), place.path("moved")).unwrap();
    let events: [(&str, Happens); 5] = [
        ("the folder is removed", &|place| {
            // The live page may be written at the same time.
            while fs::remove_dir_all(reports(place)).is_err() {}
        }),
        ("the folder is moved", &moved),
        ("the folder is now a file", &|place| {
            moved(place);
            // The live page may have made the folder again.
            while fs::write(reports(place), "").is_err() {
                let _ = fs::remove_dir_all(reports(place));
            }
        }),
        ("the store is removed", &|place| {
            fs::remove_file(reports(place).join("sweep.db")).unwrap();
        }),
        ("another store is in its place", &|place| {
            let other = place.path("other/sweep.db");
            fs::rename(other, reports(place).join("sweep.db")).unwrap();
        }),
    ];
    for (what, happens) in events {
        let (code, said) = meanwhile(happens);
        assert_eq!(code, Some(3), "{what}: {said}");
        // All 24 runs, including those that were stored before.
        assert!(said.contains("24 not stored"), "{what}: {said}");
        assert!(
            said.contains("removed, moved or replaced"),
            "{what}: {said}"
        );
    }
}

/// The file stays in its place here.
#[test]
fn a_store_that_another_program_empties_during_training_exits_with_3() {
    let (code, said) = meanwhile(|place| place.alter("DELETE FROM runs"));
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains(" of the 24 runs that this command stored"),
        "{said}"
    );
}

#[test]
fn closing_a_store_detects_lost_runs() {
    let place = Place::with("roll.toml", ROLL);
    place.sweep(&["roll.toml"]);
    let known = Store::open_existing(&place.path("reports"))
        .unwrap()
        .unwrap();
    let first = known.starting_with("", 1).unwrap()[0];
    let (trace, timing) = known.get(first).unwrap().unwrap();
    let written = |name: &str| {
        let store = Store::open(&place.path(name)).unwrap();
        store.put(first, &trace, &timing).unwrap();
        (store, place.path(name).join("sweep.db"))
    };
    let (store, _) = written("kept");
    store.in_place().unwrap();
    store.close().unwrap();

    let (store, file) = written("removed");
    fs::remove_file(&file).unwrap();
    assert!(matches!(store.in_place(), Err(StoreError::Gone { .. })));
    let put = store.put(first, &trace, &timing);
    assert!(matches!(put, Err(StoreError::Gone { .. })));
    let closed = store.close();
    assert!(matches!(
        closed,
        Err(StoreError::Lost { lost: 1, of: 1, .. })
    ));

    // Only the log is removed: closing writes it into the file.
    let (store, file) = written("without-log");
    fs::remove_file(file.with_extension("db-wal")).unwrap();
    store.close().unwrap();

    let (store, file) = written("overwritten");
    fs::copy(place.path("kept/sweep.db"), place.path("other.db")).unwrap();
    let other = rusqlite::Connection::open(place.path("other.db")).unwrap();
    other.execute_batch("DELETE FROM runs").unwrap();
    drop(other);
    fs::remove_file(file.with_extension("db-wal")).unwrap();
    fs::rename(place.path("other.db"), &file).unwrap();
    let closed = store.close();
    assert!(matches!(
        closed,
        Err(StoreError::Lost { lost: 1, of: 1, .. })
    ));
}

#[test]
fn a_store_that_cannot_be_written_exits_with_3_before_training() {
    let place = Place::with("roll.toml", ROLL);
    fs::create_dir_all(place.path("folder/sweep.db")).unwrap();
    place.write("file", "");
    let mut outs = vec!["folder", "file", "file/below"];
    if cfg!(target_os = "linux") {
        // Not even root can create a file here.
        outs.push("/proc/self");
    }
    for out in outs {
        let ran = place.sweep(&["roll.toml", "--out", out]);
        assert_eq!(ran.code, Some(3), "{out}: {}", ran.err);
        assert!(ran.err.contains("--out"), "{out}: {}", ran.err);
        assert!(!ran.err.contains("trained"), "{out}: {}", ran.err);
    }
}

#[test]
fn runs_with_values_of_a_wrong_type_are_trained_again_to_the_same_bits() {
    let place = Place::with("roll.toml", ROLL);
    assert_eq!(place.sweep(&["roll.toml"]).code, Some(0));
    let rows = place.rows();
    let first = "WHERE id = (SELECT min(id) FROM runs)";
    for value in [
        "trace = 'words'",
        "trace = 7",
        "trace = 0.5",
        "trace = x''",
        "wall = 'words'",
        "started = x'00'",
        "wall = 0.5",
    ] {
        place.alter(&format!("UPDATE runs SET {value} {first}"));
        let ran = place.sweep(&["roll.toml"]);
        assert_eq!(ran.code, Some(0), "{value}: {}", ran.err);
        assert!(ran.err.contains("1 run trained"), "{value}: {}", ran.err);
        assert!(place.rows() == rows, "{value}");
    }
    // A table that allows NULL and any type.
    place.alter(
        "CREATE TABLE copy (id BLOB PRIMARY KEY, outcome, started, wall, trace);
         INSERT INTO copy SELECT * FROM runs; DROP TABLE runs; ALTER TABLE copy RENAME TO runs;
         UPDATE runs SET trace = NULL, wall = NULL;
         UPDATE sweeps SET cells = 'words'",
    );
    let ran = place.sweep(&["roll.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(place.rows() == rows);
    assert_eq!(place.sweep(&["list"]).code, Some(0));
}

/// Enough runs for a slow export.
const MANY: &str = r#"
seeds = 4

[data]
source = "none"

[base]
model = "double-well"
init = { constant = 2.0 }
optimizer = "sgd"
steps = 2000

[grid]
lr = { log = [1e-4, 1e-2], n = 30 }
"#;

fn formats() -> Vec<&'static str> {
    let mut formats = vec!["csv", "jsonl", "tensorboard", "mlflow"];
    formats.extend(cfg!(feature = "parquet").then_some("parquet"));
    formats
}

/// Counts of killed exports.
#[derive(Debug, Default, PartialEq)]
struct Tally {
    kills: usize,
    /// Kills before the export had ended.
    hits: usize,
    /// Kills that left a file with its final name incomplete.
    halves: usize,
    /// Kills with leftovers that the next export did not remove.
    leftovers: usize,
}

/// Trains once, then kills exports at random times: the first half of them in new folders, the others over an export
/// of fewer seeds.
fn kill_exports(format: &str, kills: usize, seed: u64) -> Tally {
    let place = Place::with("many.toml", MANY);
    assert_eq!(place.sweep(&["many.toml", "--quiet"]).code, Some(0));
    let words = |into: &'static str| {
        [
            "export",
            "many.toml",
            "--curves",
            "--to",
            format,
            "--into",
            into,
        ]
    };
    let fewer = [&words("old")[..], &["--seeds", "2"]].concat();
    assert_eq!(place.sweep(&fewer).code, Some(0));
    let clock = Instant::now();
    assert_eq!(place.sweep(&words("new")).code, Some(0));
    let whole = clock.elapsed();
    let (old, new) = (tree(&place.path("old")), tree(&place.path("new")));
    assert!(old != new && !new.is_empty());

    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut tally = Tally::default();
    for kill in 0..kills {
        let before = if kill < kills / 2 {
            Tree::new()
        } else {
            old.clone()
        };
        let into = place.path("into");
        let _ = fs::remove_dir_all(&into);
        for (path, bytes) in &before {
            fs::create_dir_all(into.join(path).parent().unwrap()).unwrap();
            fs::write(into.join(path), bytes).unwrap();
        }
        let mut child = place.start(&words("into"));
        std::thread::sleep(whole.mul_f64(random.random_range(0.2..1.0)));
        let _ = child.kill();
        tally.kills += 1;
        tally.hits += usize::from(child.wait().unwrap().code().is_none());
        let mut left = tree(&into);
        left.retain(|path, _| !is_temporary(path));
        tally.halves += usize::from(!is_whole(&left, &before, &new));
        assert_eq!(place.sweep(&words("into")).code, Some(0));
        tally.leftovers += usize::from(tree(&into) != new);
    }
    tally
}

/// Returns whether files are complete: each table by itself is old or new, and a folder of many files is so as a unit.
fn is_whole(left: &Tree, before: &Tree, new: &Tree) -> bool {
    let mut paths = left.keys().chain(before.keys());
    let is_table = new.len() <= 3;
    let same = |path: &PathBuf| {
        let found = left.get(path);
        found == before.get(path) || found == new.get(path)
    };
    left == before || left == new || is_table && paths.all(same)
}

#[test]
fn killed_exports_leave_complete_files_or_none_and_the_next_export_cleans_up() {
    for (format, seed) in [("csv", 1), ("tensorboard", 2), ("mlflow", 3)] {
        let tally = kill_exports(format, 2, seed);
        assert_eq!(
            (tally.halves, tally.leftovers),
            (0, 0),
            "{format}: {tally:?}"
        );
    }
}

#[test]
fn ctrl_c_during_an_export_leaves_no_temporary_files() {
    let place = Place::with("many.toml", MANY);
    assert_eq!(place.sweep(&["many.toml", "--quiet"]).code, Some(0));
    let words = [
        "export",
        "many.toml",
        "--to",
        "tensorboard",
        "--into",
        "into",
    ];
    let mut interrupted = 0;
    for pause in [10, 50, 100, 200, 400] {
        let _ = fs::remove_dir_all(place.path("into"));
        let mut child = place.start(&words);
        // The first temporary folder exists.
        let started = || fs::read_dir(place.path("into")).is_ok_and(|mut all| all.next().is_some());
        while !started() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(pause));
        let _ = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        let code = child.wait().unwrap().code();
        let left = tree(&place.path("into"));
        let temporary: Vec<_> = left.keys().filter(|path| is_temporary(path)).collect();
        assert!(temporary.is_empty(), "{pause} ms: {temporary:?}");
        let runs = if code == Some(0) { 120 } else { 0 };
        assert!(
            [Some(0), Some(3)].contains(&code) && [runs, 120].contains(&left.len()),
            "{code:?}"
        );
        interrupted += usize::from(code == Some(3));
    }
    assert!(interrupted > 0);
}

/// A long version: see `.ci/full`.
#[test]
#[ignore = "run by .ci/full, since it takes minutes"]
fn exports_killed_forty_times_each() {
    let kill = |format: &'static str| (format, kill_exports(format, 40, 40));
    let tallies: Vec<_> = formats().into_iter().map(kill).collect();
    let text = format!("{tallies:#?}");
    std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()).unwrap();
    for (format, tally) in tallies {
        assert!(tally.hits > 10, "{format}: too few kills came in time");
        assert_eq!((tally.halves, tally.leftovers), (0, 0), "{format}");
    }
}

#[test]
fn foreign_files_in_an_export_stay() {
    let place = Place::with("deep.toml", ROLL);
    place.write("e/deep.toml", ROLL);
    place.write("e/deep/lr.toml", ROLL);
    assert_eq!(place.sweep(&["e", "--quiet"]).code, Some(0));
    for format in ["tensorboard", "mlflow"] {
        let export = |file: &str| {
            let ran = place.sweep(&["export", file, "--to", format, "--into", format]);
            assert_eq!(ran.code, Some(0), "{}", ran.err);
        };
        export("e");
        let folder = place.path(format);
        let first = tree(&folder);
        let deep = first.keys().next().unwrap();
        let mine = folder
            .join(deep.components().next().unwrap())
            .join("mine/note.txt");
        fs::create_dir_all(mine.parent().unwrap()).unwrap();
        fs::write(&mine, "mine").unwrap();
        export("e");
        assert_eq!(fs::read(&mine).unwrap(), b"mine");
        fs::remove_dir_all(mine.parent().unwrap()).unwrap();
        assert!(tree(&folder) == first, "{format}");
    }
}

#[test]
fn verdict_files_can_be_devices_or_links_and_keep_their_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::with("roll.toml", ROLL);
    place.write("kept/v.json", "old");
    let kept = place.path("kept/v.json");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o600)).unwrap();
    symlink("kept/v.json", place.path("link.json")).unwrap();
    let ran = place.sweep(&[
        "check",
        "roll.toml",
        "--json=link.json",
        "--junit",
        "/dev/null",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(place.path("link.json").is_symlink());
    let text = fs::read_to_string(&kept).unwrap();
    assert!(text.starts_with('{'), "{text}");
    assert_eq!(
        fs::metadata(&kept).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(!Path::new("/dev/null").is_file());
    assert_eq!(fs::read_dir(place.path("kept")).unwrap().count(), 1);
}

/// A file of a killed process has no lock; a file of a running one has a lock.
#[test]
fn the_next_command_removes_leftovers_of_killed_processes_in_every_folder_of_a_report() {
    let place = Place::with("roll.toml", ROLL);
    place.sweep(&["roll.toml", "--save-weights"]);
    let folders = [
        "",
        "assets",
        "roll",
        "roll/runs",
        "roll/weights",
        "roll/inspect",
        "roll/fixes",
    ];
    let path = |folder: &str, pid: u32| {
        let folder = place.path("reports").join(folder);
        fs::create_dir_all(&folder).unwrap();
        folder.join(format!(".x.js.{pid}-1.sweep-partial"))
    };
    let mut live = Vec::new();
    for folder in folders {
        fs::write(path(folder, 1), "half").unwrap();
        let file = fs::File::create(path(folder, 2)).unwrap();
        file.lock().unwrap();
        live.push(file);
    }
    let ran = place.sweep(&["roll.toml", "--save-weights"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for folder in folders {
        assert!(!path(folder, 1).exists(), "{folder}");
        assert!(path(folder, 2).exists(), "{folder}");
    }
}

#[test]
fn a_dropped_partial_file_or_folder_leaves_the_old_one_unchanged() {
    let place = Place::new();
    place.write("a/file", "old");
    place.write("a/folder/old", "old");
    let before = tree(&place.path(""));
    let partial = Partial::create(&place.path("a/file")).unwrap();
    std::io::Write::write_all(&mut partial.writer().unwrap(), b"new").unwrap();
    let folder = PartialFolder::create(&place.path("a/folder")).unwrap();
    fs::write(folder.path().join("new"), "new").unwrap();
    assert!(tree(&place.path("")).len() > before.len());
    drop((partial, folder));
    assert!(tree(&place.path("")) == before);
    assert!(replace(&place.path("a/folder"), b"new").is_err());
    assert!(tree(&place.path("")) == before);
    // The longest name that file systems accept.
    let long = "x".repeat(255);
    replace(&place.path(&long), b"new").unwrap();
    assert_eq!(fs::read(place.path(&long)).unwrap(), b"new");
}

/// On file systems that cannot exchange two folders, the old one is moved aside first.
#[test]
fn a_folder_that_a_killed_process_moved_aside_is_restored() {
    let place = Place::new();
    place.write(".gone.1-0.sweep-aside/old", "old");
    place.write(".there.1-0.sweep-aside/old", "old");
    place.write("there/new", "new");
    sweep::atomic_write::remove_abandoned(&place.path(""));
    let found: Vec<_> = tree(&place.path("")).into_keys().collect();
    assert_eq!(found, ["gone/old", "there/new"].map(PathBuf::from));
}
