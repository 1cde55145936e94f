//! The open database: runs are read and stored, and sweeps, imports and data files are noted.

use super::error::{StoreError, sound};
use super::inode::Inode;
use super::migrate::Migrated;
use super::{clock, data, file, imports, read, record};
use crate::identity::RunId;
use crate::safe_path::is_below;
use crate::trace::{Clock, Timing, Trace};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The name of the database in a report folder.
pub const FILE: &str = "sweep.db";

/// An open store: `reports/sweep.db`.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    connection: Mutex<Connection>,
    /// The opened file; `None` for a store that is only read.
    inode: Option<Inode>,
    /// Runs written since then.
    written: Mutex<BTreeSet<RunId>>,
    migrated: Option<Migrated>,
}

/// An entry of `sweep list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepEntry {
    /// The folder of its page below the report folder, with `/` as separator: `deep/lr`.
    pub name: String,
    /// The sweep file, relative to the report folder.
    pub path: PathBuf,
    /// Its title.
    pub title: String,
    /// Number of cells.
    pub cells: u64,
    /// Cells times seeds.
    pub runs: u64,
    /// Runs with a trace.
    pub trained: u64,
    /// Time of its last run, in seconds since 1970.
    pub updated: u64,
}

impl Store {
    /// Opens the store of a report folder, and creates both if they are missing.
    ///
    /// # Errors
    /// [`StoreError`]. A file of a newer format, or one that is no store, is not changed.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        let path = folder.join(FILE);
        let (connection, migrated) = file::open(folder, &path)?;
        let inode = Inode::of(&path);
        let inode = inode.map_err(|source| StoreError::access(&path, source))?;
        Ok(Store {
            inode: Some(inode),
            migrated,
            ..Store::new(path, connection)
        })
    }

    /// Opens the store of a report folder for reading, which needs no write permission and waits for no writer. Returns
    /// `None` and creates nothing if the file does not exist.
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
            migrated: None,
        }
    }

    /// Returns the trace of a run, if it is stored.
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

    /// Returns the clock of a run, which only the runs of solvers have.
    fn clock(&self, id: RunId, trace: &Trace) -> Result<Clock, StoreError> {
        match trace.trajectory {
            None => Ok(Clock::default()),
            Some(_) => {
                let clock = clock::get(&self.lock(), id);
                clock.map_err(|error| StoreError::of_run(&self.path, id, error))
            }
        }
    }

    /// Returns at most `most` run IDs that start with these hexadecimal digits, in order.
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

    /// Stores a run that has ended, and replaces a stored run of this ID. A run that did not fit into memory replaces no
    /// trained run, which another process may have stored meanwhile.
    ///
    /// # Errors
    /// [`StoreError`]. The old row is then unchanged, unless the file itself is gone.
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

    /// Checks that the file has not been removed, moved or replaced.
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

    /// Closes the store, and reopens it to check that it contains every written run.
    ///
    /// # Errors
    /// [`StoreError::Lost`] with the number of lost runs.
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
            // A locked file cannot be checked; the next command does.
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

    /// Returns which of these runs are stored, with the names of their outcomes.
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

    /// Records a sweep for `sweep list`, and replaces the entry of its name.
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

    /// Records the runs of an imported sweep, which no sweep file lists.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_import(&self, name: &str, runs: &[RunId]) -> Result<(), StoreError> {
        self.in_place()?;
        imports::put(&self.lock(), name, runs).map_err(|error| StoreError::of(&self.path, error))
    }

    /// Returns the runs of an imported sweep; `None` for any other name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn import(&self, name: &str) -> Result<Option<Vec<RunId>>, StoreError> {
        imports::get(&self.lock(), name).map_err(|error| StoreError::of(&self.path, error))
    }

    /// Records what a sweep knows of its data files, as JSON, so that its runs can be found without them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_data(&self, name: &str, recorded: &str) -> Result<(), StoreError> {
        self.in_place()?;
        data::put(&self.lock(), name, recorded).map_err(|error| StoreError::of(&self.path, error))
    }

    /// Returns what sweeps recorded of their data files at their last runs, as JSON by name of the sweep.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn data(&self) -> Result<BTreeMap<String, String>, StoreError> {
        data::all(&self.lock()).map_err(|error| StoreError::of(&self.path, error))
    }

    /// Returns every recorded sweep, by name.
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

    /// Returns the number of runs by the name of their outcome, as the version that trained them spells it.
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

    /// Returns what opening the file migrated from an older format, if anything.
    pub fn migrated(&self) -> Option<&Migrated> {
        self.migrated.as_ref()
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn rows<T>(
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

    pub(super) fn execute(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
    ) -> Result<(), StoreError> {
        self.in_place()?;
        self.lock()
            .execute(statement, values)
            .map_err(|error| StoreError::of(&self.path, error))?;
        // The file can disappear meanwhile, with the new row.
        self.in_place()
    }

    /// Locks the connection. The lock of a panicked thread is valid: SQLite rolls back an incomplete statement.
    pub(super) fn lock(&self) -> MutexGuard<'_, Connection> {
        guard(&self.connection)
    }
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
