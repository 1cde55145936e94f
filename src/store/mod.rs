//! The embedded database of one report folder: every finished run, written when it ends.
//!
//! A run is one row, written by one statement, which SQLite makes a transaction: it is there whole
//! or not at all. With a write-ahead log and `synchronous = NORMAL` a committed row is in the hands
//! of the operating system, so it outlives a `kill -9`; a full disk fails the write at hand and
//! leaves what is there as it was. Only a power cut may take the last few rows (never the file),
//! and the next call trains those again; a flush to the disk after each of thousands of short runs
//! would cost more than that.
//!
//! Any number of threads may share a [`Store`], and any number of processes the file.

mod clock;
mod error;
mod file;
mod inode;
mod read;
mod record;
#[cfg(test)]
mod tests;

pub use error::StoreError;

use crate::below::is_below;
use crate::identity::RunId;
use crate::trace::{Clock, Timing, Trace};
use inode::Inode;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The name of the store's file in a report folder.
pub const FILE: &str = "sweep.db";

/// `reports/sweep.db`.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    connection: Mutex<Connection>,
    /// The file that was opened, where it is written to.
    inode: Option<Inode>,
    /// Runs that were put since then.
    written: Mutex<BTreeSet<RunId>>,
}

/// What `sweep list` says of one sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepEntry {
    /// Its page's folder below the report folder, with `/` between parts: `deep/lr`.
    pub name: String,
    /// The file, as seen from the report folder.
    pub path: PathBuf,
    /// Its title.
    pub title: String,
    /// Cells of the grid.
    pub cells: u64,
    /// Cells times seeds.
    pub runs: u64,
    /// Those of them that have a trace.
    pub trained: u64,
    /// When it was last run, in seconds since 1970.
    pub updated: u64,
}

impl Store {
    /// Opens the store of a report folder, making both where they are missing.
    ///
    /// # Errors
    /// [`StoreError`]; a file of a newer format, or one that is no store, is left untouched.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        let path = folder.join(FILE);
        let connection = file::open(folder, &path)?;
        let inode = Inode::of(&path);
        let inode = inode.map_err(|source| StoreError::access(&path, source))?;
        Ok(Store {
            inode: Some(inode),
            ..Store::new(path, connection)
        })
    }

    /// Opens the store of a report folder to read it, which needs no right to write and waits for
    /// no writer; none, and nothing made, where there is no such file.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_existing(folder: &Path) -> Result<Option<Store>, StoreError> {
        let path = folder.join(FILE);
        let connection = read::open(&path)?;
        Ok(connection.map(|connection| Store::new(path, connection)))
    }

    fn new(path: PathBuf, connection: Connection) -> Store {
        Store {
            path,
            connection: Mutex::new(connection),
            inode: None,
            written: Mutex::default(),
        }
    }

    /// The trace of a run, where it was trained before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn get(&self, id: RunId) -> Result<Option<(Trace, Timing)>, StoreError> {
        let row: Option<(Vec<u8>, i64, i64)> = self
            .lock()
            .query_row(
                "SELECT trace, wall, started FROM runs WHERE id = ?1",
                [id.0],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()
            .map_err(|error| StoreError::of_run(&self.path, id, error))?;
        let Some((blob, wall, started)) = row else {
            return Ok(None);
        };
        let trace = record::unpack(&blob).map_err(|why| StoreError::Run {
            path: self.path.clone(),
            id,
            why,
        })?;
        let timing = Timing {
            wall: Duration::from_nanos(wall.cast_unsigned()),
            started: started.cast_unsigned(),
            clock: self.clock(id, &trace)?,
        };
        Ok(Some((trace, timing)))
    }

    /// The clock of a solver, which only the runs of solvers have.
    fn clock(&self, id: RunId, trace: &Trace) -> Result<Clock, StoreError> {
        match trace.trajectory {
            None => Ok(Clock::default()),
            Some(_) => {
                let clock = clock::get(&self.lock(), id);
                clock.map_err(|error| StoreError::of_run(&self.path, id, error))
            }
        }
    }

    /// Runs whose names start with these hexadecimal digits, `most` at most, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn starting_with(&self, digits: &str, most: usize) -> Result<Vec<RunId>, StoreError> {
        let bound = |digit: char| -> [u8; 16] {
            let padded: Vec<char> = digits.chars().chain([digit; 32]).take(32).collect();
            let value = |i: usize| padded[i].to_digit(16).unwrap_or(0) as u8;
            std::array::from_fn(|i| value(2 * i) << 4 | value(2 * i + 1))
        };
        let connection = self.lock();
        let collect = || -> rusqlite::Result<Vec<RunId>> {
            let mut statement = connection
                .prepare("SELECT id FROM runs WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3")?;
            let bounds = params![bound('0'), bound('f'), most as i64];
            sound(statement.query_map(bounds, |row| row.get(0).map(RunId))?)
        };
        collect().map_err(|error| StoreError::of(&self.path, error))
    }

    /// Keeps a run that has ended, in place of the one of this identity where there is one. One that did
    /// not fit into memory takes no other's place: another process may have trained it meanwhile.
    ///
    /// # Errors
    /// [`StoreError`]; what was there before is then still there, unless the file itself is gone.
    pub fn put(&self, id: RunId, trace: &Trace, timing: &Timing) -> Result<(), StoreError> {
        let blob = record::pack(trace).map_err(|why| StoreError::Run {
            path: self.path.clone(),
            id,
            why,
        })?;
        let wall = u64::try_from(timing.wall.as_nanos()).unwrap_or(u64::MAX);
        if timing.clock != Clock::default() {
            clock::put(&self.lock(), id, &timing.clock)
                .map_err(|error| StoreError::of(&self.path, error))?;
        }
        self.execute(
            "INSERT INTO runs (id, outcome, started, wall, trace)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET
                 outcome = excluded.outcome, started = excluded.started,
                 wall = excluded.wall, trace = excluded.trace
             WHERE excluded.outcome <> 'too-large' OR outcome = 'too-large'",
            params![
                id.0,
                trace.outcome.name(),
                timing.started.cast_signed(),
                wall.cast_signed(),
                blob
            ],
        )?;
        guard(&self.written).insert(id);
        Ok(())
    }

    /// Whether the file is still in its place, and not removed, moved or replaced.
    ///
    /// # Errors
    /// [`StoreError::Gone`].
    pub fn in_place(&self) -> Result<(), StoreError> {
        let found = Inode::of(&self.path).ok();
        match &self.inode {
            Some(opened) if found.as_ref() != Some(opened) => Err(StoreError::Gone {
                path: self.path.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Closes the store, and opens it as the next process will: is every run there that was put?
    ///
    /// # Errors
    /// [`StoreError::Lost`] says how many are not.
    pub fn close(self) -> Result<(), StoreError> {
        let Store {
            path,
            connection,
            written,
            ..
        } = self;
        drop(connection);
        let written = written.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ids: Vec<RunId> = written.into_iter().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let known = match read::open(&path) {
            Ok(Some(connection)) => Store::new(path.clone(), connection).known(&ids),
            Ok(None) => Ok(BTreeMap::new()),
            Err(error) => Err(error),
        };
        let lost = match known {
            Ok(known) => ids.len() - known.len(),
            // Whether they are there is not known, which is for the next call to find out.
            Err(error @ StoreError::Locked { .. }) => return Err(error),
            Err(_) => ids.len(),
        };
        match lost {
            0 => Ok(()),
            _ => Err(StoreError::Lost {
                path,
                lost,
                of: ids.len(),
            }),
        }
    }

    /// Which of these runs are here, and the name of the outcome of each.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn known(&self, ids: &[RunId]) -> Result<BTreeMap<RunId, String>, StoreError> {
        let connection = self.lock();
        let look_up = || {
            let mut statement = connection.prepare("SELECT outcome FROM runs WHERE id = ?1")?;
            let mut known = BTreeMap::new();
            for id in ids {
                let outcome = sound(statement.query_map([id.0], |row| row.get(0))?)?;
                known.extend(outcome.into_iter().map(|outcome| (*id, outcome)));
            }
            Ok(known)
        };
        look_up().map_err(|error| StoreError::of(&self.path, error))
    }

    /// Notes a sweep for `sweep list`, in place of what was noted under its name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_sweep(&self, sweep: &SweepEntry) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR REPLACE INTO sweeps (name, path, title, cells, runs, trained, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                sweep.name,
                sweep.path.to_string_lossy(),
                sweep.title,
                sweep.cells.cast_signed(),
                sweep.runs.cast_signed(),
                sweep.trained.cast_signed(),
                sweep.updated.cast_signed()
            ],
        )
    }

    /// Every sweep noted, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sweeps(&self) -> Result<Vec<SweepEntry>, StoreError> {
        let sweeps = self.rows(
            "SELECT name, path, title, cells, runs, trained, updated FROM sweeps ORDER BY name",
            |row| {
                Ok(SweepEntry {
                    name: row.get(0)?,
                    path: row.get::<_, String>(1)?.into(),
                    title: row.get(2)?,
                    cells: row.get::<_, i64>(3)?.cast_unsigned(),
                    runs: row.get::<_, i64>(4)?.cast_unsigned(),
                    trained: row.get::<_, i64>(5)?.cast_unsigned(),
                    updated: row.get::<_, i64>(6)?.cast_unsigned(),
                })
            },
        )?;
        // Pages are written at these names.
        match sweeps.iter().find(|sweep| !is_below(&sweep.name)) {
            None => Ok(sweeps),
            Some(sweep) => Err(StoreError::Page {
                path: self.path.clone(),
                name: sweep.name.clone(),
            }),
        }
    }

    /// How many runs are here, by the name of their outcome.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn outcomes(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let counts = self.rows(
            "SELECT outcome, count(*) FROM runs GROUP BY outcome",
            |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())),
        )?;
        Ok(counts.into_iter().collect())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn rows<T>(
        &self,
        query: &str,
        read: impl FnMut(&rusqlite::Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let connection = self.lock();
        let collect = || -> rusqlite::Result<Vec<T>> {
            sound(connection.prepare(query)?.query_map([], read)?)
        };
        collect().map_err(|error| StoreError::of(&self.path, error))
    }

    fn execute(&self, statement: &str, values: impl rusqlite::Params) -> Result<(), StoreError> {
        self.in_place()?;
        self.lock()
            .execute(statement, values)
            .map_err(|error| StoreError::of(&self.path, error))?;
        // It may have gone meanwhile, and the row with it.
        self.in_place()
    }

    /// A thread that panicked with the lock held left no statement half done: SQLite takes back
    /// what was not committed. The others go on.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        guard(&self.connection)
    }
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Rows, without those that hold values of other types than were written.
fn sound<T>(rows: impl Iterator<Item = rusqlite::Result<T>>) -> rusqlite::Result<Vec<T>> {
    rows.filter(|row| !row.as_ref().is_err_and(error::is_of_type))
        .collect()
}
