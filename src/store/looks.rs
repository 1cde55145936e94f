//! The clock of a solver at its looks, beside the runs that have one: few do, so that it is a table of
//! its own, made when the first of them ends. Stores without it are as good as ever.

use crate::grid::RunId;
use rusqlite::{Connection, OptionalExtension, params};

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS looks (
        id      BLOB PRIMARY KEY NOT NULL, -- 16 bytes
        seconds BLOB NOT NULL              -- 64-bit floats, the lowest byte first
    )";

/// Keeps the seconds at every look of a run.
pub(super) fn put(connection: &Connection, id: RunId, seconds: &[f64]) -> rusqlite::Result<()> {
    let bytes: Vec<u8> = seconds.iter().flat_map(|s| s.to_le_bytes()).collect();
    connection.execute(TABLE, [])?;
    connection
        .execute(
            "INSERT OR REPLACE INTO looks (id, seconds) VALUES (?1, ?2)",
            params![id.0, bytes],
        )
        .map(drop)
}

/// The seconds at every look of a run; none where none were kept.
pub(super) fn get(connection: &Connection, id: RunId) -> rusqlite::Result<Vec<f64>> {
    if !connection.table_exists(None, "looks")? {
        return Ok(Vec::new());
    }
    let bytes: Option<Vec<u8>> = connection
        .query_row("SELECT seconds FROM looks WHERE id = ?1", [id.0], |row| {
            row.get(0)
        })
        .optional()?;
    let bytes = bytes.unwrap_or_default();
    let number = |bytes: &[u8]| bytes.try_into().map(f64::from_le_bytes).unwrap_or(f64::NAN);
    Ok(bytes.chunks_exact(8).map(number).collect())
}
