//! Opens a store for reading, also without write permission.

use super::error::StoreError;
use super::format::{PATIENCE, check, format_of, header, touch_on_close};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;

/// Opens an existing store. Returns `None` if the file is missing or empty; another process may be about to fill it.
pub(super) fn open(path: &Path) -> Result<Option<Connection>, StoreError> {
    let Some((application, format)) = header(path)? else {
        return Ok(None);
    };
    check(path, application, format)?;
    let opened = connect(path).or_else(|error| match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) if !has_log(path) => still(path),
        _ => Err(error),
    });
    let (connection, application, format) = opened.map_err(|error| StoreError::of(path, error))?;
    check(path, application, format)?;
    touch_on_close(&connection, true).map_err(|error| StoreError::of(path, error))?;
    Ok(Some(connection))
}

/// A connection, with application and format of its file.
pub(super) type OpenConnection = (Connection, u32, u32);

/// Opens the file with write access if possible, so that closing the last connection removes the log.
fn connect(path: &Path) -> rusqlite::Result<OpenConnection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    ready(Connection::open_with_flags(path, flags)?)
}

/// Opens the file as immutable. Reading with a log needs additional files next to the store, which a read-only folder
/// cannot have. But then no process writes to the store.
pub(super) fn still(path: &Path) -> rusqlite::Result<OpenConnection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let flags = flags | OpenFlags::SQLITE_OPEN_URI;
    ready(Connection::open_with_flags(still_address(path), flags)?)
}

/// Reads the format, because SQLite accesses the file only at the first query.
fn ready(connection: Connection) -> rusqlite::Result<OpenConnection> {
    connection.busy_timeout(PATIENCE)?;
    touch_on_close(&connection, false)?;
    let (application, format) = format_of(&connection)?;
    Ok((connection, application, format))
}

/// Returns whether a log contains runs, which opening the file as immutable would hide.
fn has_log(path: &Path) -> bool {
    let log = path.with_extension("db-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Returns the URI `file:reports/sweep.db?immutable=1`, with special characters escaped.
fn still_address(path: &Path) -> String {
    let mut address = "file:".to_owned();
    for c in path.to_string_lossy().chars() {
        match c {
            '?' | '#' | '%' => address.push_str(&format!("%{:02X}", u32::from(c))),
            _ => address.push(c),
        }
    }
    address.push_str("?immutable=1");
    address
}
