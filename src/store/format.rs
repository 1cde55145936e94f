//! Application and format of the file of a store, which are checked before any write, and settings of its connections.

use super::error::StoreError;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::Duration;

/// The newest format of a store that this version supports.
pub(super) const FORMAT: u32 = 2;

/// "swep", which distinguishes a store from other SQLite files (`PRAGMA application_id`).
pub(super) const APPLICATION: u32 = 0x7377_6570;

/// Maximum time to wait for another process that writes.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

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

/// Rejects the file of another application, and one of a newer format.
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

/// Returns application and format from SQLite, including the log.
pub(super) fn format_of(connection: &Connection) -> rusqlite::Result<(u32, u32)> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    Ok((number("application_id")?, number("user_version")?))
}

/// Sets whether closing the last connection writes the log into the file. It must not for a rejected file.
pub(super) fn touch_on_close(connection: &Connection, touch: bool) -> rusqlite::Result<()> {
    let off = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    connection.set_db_config(off, !touch).map(drop)
}
