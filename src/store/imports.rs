//! The runs of imported sweeps, in a table of their own, which is created with the first of them.

use crate::identity::RunId;
use rusqlite::{Connection, OptionalExtension, params};

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS imports (
        name TEXT PRIMARY KEY NOT NULL,
        runs BLOB NOT NULL               -- 16 bytes each
    )";

/// Stores the runs of a sweep, and replaces those of its name.
pub(super) fn put(connection: &Connection, name: &str, runs: &[RunId]) -> rusqlite::Result<()> {
    let runs: Vec<u8> = runs.iter().flat_map(|run| run.0).collect();
    connection.execute(TABLE, [])?;
    connection
        .execute(
            "INSERT OR REPLACE INTO imports (name, runs) VALUES (?1, ?2)",
            params![name, runs],
        )
        .map(drop)
}

/// Returns the runs of a sweep, if it was imported.
pub(super) fn get(connection: &Connection, name: &str) -> rusqlite::Result<Option<Vec<RunId>>> {
    if !connection.table_exists(None, "imports")? {
        return Ok(None);
    }
    let query = "SELECT runs FROM imports WHERE name = ?1";
    let runs: Option<Vec<u8>> = connection
        .query_row(query, [name], |row| row.get(0))
        .optional()?;
    Ok(runs.map(|runs| {
        let ids = runs.as_chunks::<16>().0.iter();
        ids.map(|id| RunId(*id)).collect()
    }))
}
