//! Opening the store's file to read it, also where it may not be written.

use super::error::StoreError;
use super::file::{PATIENCE, check, format_of, header, touch_on_close};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;

/// Opens a store that is there; none where there is no file, or an empty one that another process
/// is about to fill.
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

pub(super) type Opened = (Connection, u32, u32);

/// As SQLite likes it best: with the right to write, where there is one, so that the last to close
/// the file clears the log away.
fn connect(path: &Path) -> rusqlite::Result<Opened> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    ready(Connection::open_with_flags(path, flags)?)
}

/// As a file that nobody changes. A log needs files of its own beside the store, also to read, and
/// these can't be made in a folder that may not be written; but then nobody writes there.
pub(super) fn still(path: &Path) -> rusqlite::Result<Opened> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let flags = flags | OpenFlags::SQLITE_OPEN_URI;
    ready(Connection::open_with_flags(still_address(path), flags)?)
}

/// The file is first looked at when it is first asked, so it is asked for its format.
fn ready(connection: Connection) -> rusqlite::Result<Opened> {
    connection.busy_timeout(PATIENCE)?;
    touch_on_close(&connection, false)?;
    let (application, format) = format_of(&connection)?;
    Ok((connection, application, format))
}

/// Whether there is a log with runs in it, which a still file would hide.
fn has_log(path: &Path) -> bool {
    let log = path.with_extension("db-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// `file:reports/sweep.db?immutable=1`, with escapes for what has a meaning in an address.
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
