//! Opens a store for writing: checks type and format before any write, and creates the tables of a new file.

use super::error::StoreError;
use super::migrate::{Migrated, migrate};
use crate::atomic_write::Partial;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// The newest format of a store that this version supports.
pub(super) const FORMAT: u32 = 2;

/// "swep", which distinguishes a store from other SQLite files (`PRAGMA application_id`).
const APPLICATION: u32 = 0x7377_6570;

/// Maximum time to wait for another process that writes.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

const TABLES: &str = "
    CREATE TABLE runs (
        id      BLOB PRIMARY KEY NOT NULL, -- 16 bytes
        outcome TEXT NOT NULL,
        started INTEGER NOT NULL,          -- seconds since 1970
        wall    INTEGER NOT NULL,          -- nanoseconds
        trace   BLOB NOT NULL              -- a record of version 2
    );
    CREATE TABLE sweeps (
        name    TEXT PRIMARY KEY NOT NULL,
        path    TEXT NOT NULL,
        title   TEXT NOT NULL,
        cells   INTEGER NOT NULL,
        runs    INTEGER NOT NULL,
        trained INTEGER NOT NULL,
        updated INTEGER NOT NULL           -- seconds since 1970
    );
";

/// Opens the file of a store, creates it if it is missing, and migrates it if it has an older format.
pub(super) fn open(
    folder: &Path,
    path: &Path,
) -> Result<(Connection, Option<Migrated>), StoreError> {
    std::fs::create_dir_all(folder).map_err(|source| StoreError::folder(folder, source))?;
    if let Some((application, format)) = header(path)? {
        check(path, application, format)?;
    }
    try_room(path).map_err(|source| StoreError::write(path, source))?;
    let connect = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    };
    let mut connection = connect().map_err(|error| StoreError::of(path, error))?;
    // SQLite opens a file without write permission for reading, and reports that only at the first write.
    let is_readonly = connection.is_readonly("main");
    if is_readonly.map_err(|error| StoreError::of(path, error))? {
        return Err(StoreError::ReadOnly {
            path: path.to_owned(),
        });
    }
    let format = prepare(path, &mut connection)?;
    let migrated = migrate(path, &mut connection, format)?;
    Ok((connection, migrated))
}

/// Bytes that must be free before training, for a few runs.
const ROOM: usize = 1 << 18;

/// Checks that the disk has free space, because opening an existing store writes nothing.
fn try_room(path: &Path) -> std::io::Result<()> {
    let partial = Partial::create(path)?;
    partial.writer()?.write_all(&[0; ROOM])
}

/// Returns application and format from the first 100 bytes of an SQLite file; `None` if it is missing or empty. Reads
/// the file without SQLite, which can write to a file by opening it.
pub(super) fn header(path: &Path) -> Result<Option<(u32, u32)>, StoreError> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(100).read_to_end(&mut bytes)) {
        Ok(0) => return Ok(None),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::access(path, source)),
    }
    let number = |at: usize| {
        let bytes = bytes.get(at..at + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    match (
        bytes.starts_with(b"SQLite format 3\0"),
        number(68),
        number(60),
    ) {
        (true, Some(application), Some(format)) => Ok(Some((application, format))),
        _ => Err(StoreError::Foreign {
            path: path.to_owned(),
        }),
    }
}

pub(super) fn check(path: &Path, application: u32, format: u32) -> Result<(), StoreError> {
    let path = path.to_owned();
    match format {
        _ if application != APPLICATION => Err(StoreError::Foreign { path }),
        0 => Err(StoreError::Foreign { path }),
        found if found > FORMAT => Err(StoreError::Newer {
            path,
            found,
            known: FORMAT,
        }),
        _ => Ok(()),
    }
}

/// Creates the tables of a new file, and turns on the write-ahead log. Returns the format of the file.
///
/// Tables, application and format are committed together before the log is turned on, so that [`header`] finds them in
/// the file itself. The format is read again under the lock, because another process may have created the file.
fn prepare(path: &Path, connection: &mut Connection) -> Result<u32, StoreError> {
    let fault = |error| StoreError::of(path, error);
    touch_on_close(connection, false).map_err(fault)?;
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(fault)?;
    let (application, format) = format_of(&transaction).map_err(fault)?;
    let is_new = (application, format) == (0, 0);
    if is_new {
        let make = || {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", FORMAT)
        };
        make().map_err(fault)?;
    } else {
        check(path, application, format)?;
    }
    transaction.commit().map_err(fault)?;
    use_log(connection).map_err(fault)?;
    touch_on_close(connection, true).map_err(fault)?;
    Ok(if is_new { FORMAT } else { format })
}

/// Sets whether closing the last connection writes the log into the file. It must not for a rejected file.
pub(super) fn touch_on_close(connection: &Connection, touch: bool) -> rusqlite::Result<()> {
    let off = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    connection.set_db_config(off, !touch).map(drop)
}

/// Returns application and format from SQLite, including the log.
pub(super) fn format_of(connection: &Connection) -> rusqlite::Result<(u32, u32)> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    Ok((number("application_id")?, number("user_version")?))
}

/// Turns on the write-ahead log. Retries for a time, because SQLite does not wait for other processes when it changes
/// the mode of a file.
fn use_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let start = Instant::now();
    loop {
        let set = connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
        let busy = set.as_ref().is_err_and(|error| {
            error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
        });
        if !busy || start.elapsed() > PATIENCE {
            return set;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
