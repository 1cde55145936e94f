//! Migrates a store of format 1 in place: copies the file, then rewrites its records.
//!
//! The copy is complete before anything changes. Then the format is raised, so that older versions refuse the file, and
//! records are rewritten in batches. Records of both versions can be read, so that a migration that is interrupted loses
//! nothing: the next one goes on after the last batch.

use super::error::StoreError;
use super::file::FORMAT;
use super::record;
use crate::replace::Partial;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
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

/// Where a migration stands: records up to this ID are rewritten. The table exists only during a migration.
const PROGRESS: &str = "CREATE TABLE migration (after BLOB NOT NULL)";

/// Raises the format of the store, and rewrites every record. Returns `None` if there is nothing to do.
pub(super) fn migrate(
    path: &Path,
    connection: &mut Connection,
    format: u32,
) -> Result<Option<Migrated>, StoreError> {
    let fault = |error| StoreError::of(path, error);
    let copy = copy_of(path);
    if format < FORMAT {
        copy_to(path, connection, &copy)?;
        raise(connection).map_err(fault)?;
    }
    let (mut runs, mut is_under_way) = (0, false);
    while let Some(batch) = rewrite_batch(connection, BATCH).map_err(fault)? {
        runs += batch;
        is_under_way = true;
    }
    Ok(is_under_way.then_some(Migrated { runs, copy }))
}

/// Returns the path of the copy: `sweep.db.v1`.
pub(super) fn copy_of(path: &Path) -> PathBuf {
    let mut copy = path.as_os_str().to_owned();
    copy.push(".v1");
    PathBuf::from(copy)
}

/// Copies the store with its log, unless there is a copy: a migration that raised the format has made one.
pub(super) fn copy_to(path: &Path, connection: &Connection, copy: &Path) -> Result<(), StoreError> {
    if copy.exists() {
        return Ok(());
    }
    let written = |source| StoreError::write(copy, source);
    let partial = Partial::create(copy).map_err(written)?;
    // SQLite writes into a file that is empty.
    let into = partial.path().to_string_lossy();
    connection
        .execute("VACUUM INTO ?1", [into])
        .map_err(|error| StoreError::of(path, error))?;
    partial.finish().map_err(written)
}

/// Raises the format, unless another process has done so.
pub(super) fn raise(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let format: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if format < FORMAT {
        transaction.execute(PROGRESS, [])?;
        transaction.execute("INSERT INTO migration VALUES (x'')", [])?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
    }
    transaction.commit()
}

/// Rewrites the next records, and returns how many; `None` at the end.
pub(super) fn rewrite_batch(
    connection: &mut Connection,
    most: usize,
) -> rusqlite::Result<Option<usize>> {
    if !connection.table_exists(None, "migration")? {
        return Ok(None);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let after = transaction
        .query_row("SELECT after FROM migration", [], |row| {
            row.get::<_, Vec<u8>>(0)
        })
        .optional();
    // Another process has ended the migration meanwhile.
    let Ok(Some(after)) = after else {
        return Ok(None);
    };
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
