//! Migrates a store of format 1 in place: copies the file, then rewrites its records.
//!
//! The copy is complete before anything changes. Then the format is raised, so that older versions refuse the file, and
//! records are rewritten in batches. Records of both versions can be read, so that a migration that is interrupted loses
//! nothing: the next one goes on after the last batch.

use super::error::StoreError;
use super::format::{FORMAT, format_of};
use super::record;
use crate::atomic_write::Partial;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Number of rewritten records.
    pub runs: usize,
    /// The copy of the file as it was.
    pub copy: PathBuf,
}

/// Number of records that are rewritten together.
const BATCH: usize = 256;

/// Where a migration stands: records up to this ID are rewritten, and the old file is at this path. The table exists only
/// during a migration.
const PROGRESS: &str = "CREATE TABLE migration (after BLOB NOT NULL, copy TEXT NOT NULL)";

/// Raises the format of the store, and rewrites every record. Returns `None` if there is nothing to do.
pub(super) fn migrate(
    path: &Path,
    connection: &mut Connection,
    format: u32,
) -> Result<Option<Migrated>, StoreError> {
    let fault = |error| StoreError::of(path, error);
    if format < FORMAT {
        let _lock = lock(path).map_err(|source| StoreError::write(path, source))?;
        // Another process may have raised it meanwhile.
        if format_of(connection).map_err(fault)?.1 < FORMAT {
            let copy = copy_of(path);
            copy_to(path, connection, &copy)?;
            raise(connection, &copy).map_err(fault)?;
        }
    }
    let Some(copy) = copy_of_migration(connection).map_err(fault)? else {
        return Ok(None);
    };
    let mut runs = 0;
    while let Some(batch) = rewrite_batch(connection, BATCH).map_err(fault)? {
        runs += batch;
    }
    Ok(Some(Migrated { runs, copy }))
}

/// Locks the migration of a store against other processes, until the file is dropped.
fn lock(path: &Path) -> std::io::Result<File> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = File::open(match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    })?;
    folder.lock()?;
    Ok(folder)
}

/// Returns a free path for the copy: `sweep.db.v1`, or with a number. An older copy may be somebody's only one.
pub(super) fn copy_of(path: &Path) -> PathBuf {
    let named = |n: u32| {
        let mut copy = path.as_os_str().to_owned();
        copy.push(match n {
            1 => ".v1".to_owned(),
            n => format!(".v1.{n}"),
        });
        PathBuf::from(copy)
    };
    let mut paths = (1..).map(named);
    paths
        .find(|copy| !copy.exists())
        .unwrap_or_else(|| named(1))
}

/// Copies the store with its log, and flushes the copy to the disk.
pub(super) fn copy_to(path: &Path, connection: &Connection, copy: &Path) -> Result<(), StoreError> {
    let written = |source| StoreError::write(copy, source);
    let partial = Partial::create(copy).map_err(written)?;
    // SQLite writes into a file that is empty, and takes names in UTF-8 only.
    let Some(into) = partial.path().to_str() else {
        return Err(written(std::io::ErrorKind::InvalidFilename.into()));
    };
    connection
        .execute("VACUUM INTO ?1", [into])
        .map_err(|error| StoreError::of(path, error))?;
    partial
        .sync()
        .and_then(|()| partial.finish())
        .map_err(written)
}

/// Raises the format.
pub(super) fn raise(connection: &mut Connection, copy: &Path) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute(PROGRESS, [])?;
    let copy = copy.to_string_lossy();
    transaction.execute("INSERT INTO migration VALUES (x'', ?1)", [copy])?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()
}

/// Returns the copy of the migration that is under way, if one is.
fn copy_of_migration(connection: &Connection) -> rusqlite::Result<Option<PathBuf>> {
    if !connection.table_exists(None, "migration")? {
        return Ok(None);
    }
    let copy = connection.query_row("SELECT copy FROM migration", [], |row| {
        row.get::<_, String>(0)
    });
    Ok(copy.optional()?.map(PathBuf::from))
}

/// Rewrites the next records, and returns how many; `None` at the end.
pub(super) fn rewrite_batch(
    connection: &mut Connection,
    most: usize,
) -> rusqlite::Result<Option<usize>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have ended the migration meanwhile.
    if !transaction.table_exists(None, "migration")? {
        return Ok(None);
    }
    let after: Vec<u8> =
        transaction.query_row("SELECT after FROM migration", [], |row| row.get(0))?;
    let records = next_records(&transaction, &after, most)?;
    match records.last() {
        None => transaction.execute("DROP TABLE migration", [])?,
        Some((last, _)) => transaction.execute("UPDATE migration SET after = ?1", [last])?,
    };
    let mut runs = 0;
    for (id, old) in &records {
        // A record that is damaged stays as it is: whoever reads it says so.
        let new = record::unpack(old).and_then(|trace| record::pack(&trace));
        if let (false, Ok(new)) = (record::is_current(old), new) {
            transaction.execute("UPDATE runs SET trace = ?2 WHERE id = ?1", params![id, new])?;
            runs += 1;
        }
    }
    transaction.commit()?;
    Ok(Some(runs))
}

/// Returns IDs and records after an ID, in order.
fn next_records(
    transaction: &Transaction,
    after: &[u8],
    most: usize,
) -> rusqlite::Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut statement = transaction
        .prepare("SELECT id, CAST(trace AS BLOB) FROM runs WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let rows = statement.query_map(params![after, most as i64], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    rows.collect()
}
