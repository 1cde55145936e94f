//! What sweeps recorded of their data files, in a table of their own, which is created with the first of them.

use super::error::sound;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS data (
        name     TEXT PRIMARY KEY NOT NULL, -- of the sweep
        recorded TEXT NOT NULL              -- JSON
    )";

/// Stores what a sweep recorded.
pub(super) fn put(connection: &Connection, name: &str, recorded: &str) -> rusqlite::Result<()> {
    connection.execute(TABLE, [])?;
    connection
        .execute(
            "INSERT OR REPLACE INTO data (name, recorded) VALUES (?1, ?2)",
            params![name, recorded],
        )
        .map(drop)
}

/// Returns what every sweep recorded, by name.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    if !connection.table_exists(None, "data")? {
        return Ok(BTreeMap::new());
    }
    let mut statement = connection.prepare("SELECT name, recorded FROM data")?;
    sound(statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?)
        .map(|rows| rows.into_iter().collect())
}
