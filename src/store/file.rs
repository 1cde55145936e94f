//! Opens a store for writing: checks type and format before any write, and creates the tables of a new file.

use super::error::StoreError;
use super::format::{APPLICATION, FORMAT, PATIENCE, check, format_of, header, touch_on_close};
use super::migrate::{Migrated, migrate};
use crate::atomic_write::Partial;
use rusqlite::{Connection, TransactionBehavior};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

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
