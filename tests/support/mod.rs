//! A temporary folder for a test, with the program run in it.
#![allow(dead_code, clippy::unwrap_used)]

pub mod required;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A weight rolls down a double well: two learning rates finish, the third diverges.
pub const ROLL: &str = r#"
title = "A weight rolls down"
seeds = 2

[data]
source = "none"

[base]
model = "double-well"
init = { constant = 2.0 }
optimizer = "sgd"
steps = 50

[grid]
lr = [0.001, 0.01, 10.0]
"#;

/// 12 short runs, and 12 that are long enough to interrupt.
pub const LONG: &str = r#"
seeds = 4

[data]
source = "sine"
rows = 64
validation = 0.25

[base]
model = "mlp"
hidden = [8, 8]
optimizer = "adam"
batch = 8

[grid]
lr = [0.001, 0.01, 0.1]
epochs = [20, 3000]
"#;

/// A temporary folder.
pub struct Place(tempfile::TempDir);

/// The exit code and the output of a command.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A row of the store, without times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub id: Vec<u8>,
    pub trace: Vec<u8>,
}

impl Place {
    pub fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    /// Creates a folder with one file.
    pub fn with(name: &str, text: &str) -> Place {
        let place = Place::new();
        place.write(name, text);
        place
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn command(&self, args: &[&str]) -> Command {
        self.command_by(Command::new(env!("CARGO_BIN_EXE_sweep")), args)
    }

    fn command_by(&self, mut command: Command, args: &[&str]) -> Command {
        command.args(args).current_dir(self.0.path());
        for name in [
            "NO_COLOR",
            "CLICOLOR_FORCE",
            "GITHUB_ACTIONS",
            "SWEEP_MEMORY",
        ] {
            command.env_remove(name);
        }
        // Neither reads nor writes the speed of this processor.
        command.env("XDG_CACHE_HOME", "/dev/null");
        command
    }

    /// Runs `sweep` with these arguments.
    pub fn sweep(&self, args: &[&str]) -> Ran {
        self.sweep_in("", args)
    }

    /// Runs `sweep` in a subfolder.
    pub fn sweep_in(&self, folder: &str, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        command.current_dir(self.path(folder));
        ran(command)
    }

    /// Runs `sweep` with a memory limit.
    pub fn sweep_within(&self, memory: &str, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        command.env("SWEEP_MEMORY", memory);
        ran(command)
    }

    /// Runs `sweep` as in GitHub Actions.
    pub fn sweep_on_github(&self, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        command.env("GITHUB_ACTIONS", "true");
        ran(command)
    }

    /// Starts `sweep` with these arguments; stderr goes to the file `stderr`.
    pub fn start(&self, args: &[&str]) -> Child {
        let mut command = self.command_by(interruptible(), args);
        let stderr = std::fs::File::create(self.path("stderr")).unwrap();
        command.stdout(Stdio::null()).stderr(stderr);
        command.spawn().unwrap()
    }

    /// Returns the rows of the store by run ID; none without a store.
    pub fn rows(&self) -> Vec<Row> {
        self.query("SELECT id, trace FROM runs ORDER BY id", |row| Row {
            id: row.get(0).unwrap(),
            trace: row.get(1).unwrap(),
        })
    }

    /// Returns ID, start and wall time of every run, which are equal only for the same training.
    pub fn timings(&self) -> Vec<(Vec<u8>, i64, i64)> {
        self.query("SELECT id, started, wall FROM runs ORDER BY id", |row| {
            (
                row.get(0).unwrap(),
                row.get(1).unwrap(),
                row.get(2).unwrap(),
            )
        })
    }

    /// Executes SQL on the store.
    pub fn alter(&self, statement: &str) {
        let store = rusqlite::Connection::open(self.path("reports/sweep.db")).unwrap();
        store.execute_batch(statement).unwrap();
    }

    fn query<T>(&self, query: &str, read: impl Fn(&rusqlite::Row) -> T) -> Vec<T> {
        let path = self.path("reports/sweep.db");
        let Ok(store) = rusqlite::Connection::open_with_flags(
            path,
            rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE,
        ) else {
            return Vec::new();
        };
        // The table may not exist yet.
        let Ok(mut statement) = store.prepare(query) else {
            return Vec::new();
        };
        let rows = statement.query_map([], |row| Ok(read(row))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Waits until the store has this many runs.
    pub fn wait_for_runs(&self, n: usize) {
        wait_until(|| self.timings().len() >= n);
    }

    /// Waits until a file contains this text.
    pub fn wait_for(&self, name: impl AsRef<Path>, text: &str) {
        let has = |found: Vec<u8>| String::from_utf8_lossy(&found).contains(text);
        wait_until(|| std::fs::read(self.path(&name)).is_ok_and(has));
    }
}

/// Returns the command `sweep` with the default of the signal of Ctrl-C, which a shell ignores in the programs that it
/// starts in the background, and which then stays ignored.
fn interruptible() -> Command {
    let sweep = env!("CARGO_BIN_EXE_sweep");
    if !cfg!(target_os = "linux") {
        return Command::new(sweep);
    }
    let mut command = Command::new("env");
    command.args(["--default-signal=INT", sweep]);
    command
}

fn wait_until(condition: impl Fn() -> bool) {
    let clock = Instant::now();
    while !condition() {
        assert!(
            clock.elapsed() < Duration::from_secs(60),
            "timeout while waiting"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Replaces times, which vary, by `#`.
pub fn masked(text: &str) -> String {
    let mask = |line: &str| {
        let mut words: Vec<&str> = Vec::new();
        for word in line.split(' ') {
            let unit = word.trim_end_matches([',', ')']);
            let number = words.last().is_some_and(|last| last.parse::<f64>().is_ok());
            if number && matches!(unit, "µs" | "ms" | "s" | "min" | "h") {
                words.pop();
                words.push("#");
            } else {
                words.push(word);
            }
        }
        words.join(" ")
    };
    text.lines().map(mask).collect::<Vec<_>>().join("\n")
}

fn ran(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
