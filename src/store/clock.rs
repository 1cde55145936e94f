//! The clocks of solvers, in a table of their own because few runs have one. The table is created when the first of
//! them ends; older stores do not have it.

use crate::identity::RunId;
use crate::trace::Clock;
use rusqlite::{Connection, OptionalExtension, params};

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS clocks (
        id        BLOB PRIMARY KEY NOT NULL, -- 16 bytes
        looks     BLOB NOT NULL,             -- seconds: 64-bit floats, the lowest byte first
        bandwidth REAL                       -- bytes per second
    )";

/// Stores the clock of a run.
pub(super) fn put(connection: &Connection, id: RunId, clock: &Clock) -> rusqlite::Result<()> {
    let looks: Vec<u8> = clock.looks.iter().flat_map(|s| s.to_le_bytes()).collect();
    connection.execute(TABLE, [])?;
    connection
        .execute(
            "INSERT OR REPLACE INTO clocks (id, looks, bandwidth) VALUES (?1, ?2, ?3)",
            params![id.0, looks, clock.bandwidth],
        )
        .map(drop)
}

/// Returns the clock of a run; empty if none is stored.
pub(super) fn get(connection: &Connection, id: RunId) -> rusqlite::Result<Clock> {
    if !connection.table_exists(None, "clocks")? {
        return Ok(Clock::default());
    }
    let number = |bytes: &[u8]| bytes.try_into().map(f64::from_le_bytes).unwrap_or(f64::NAN);
    let clock = connection
        .query_row(
            "SELECT looks, bandwidth FROM clocks WHERE id = ?1",
            [id.0],
            |row| {
                let looks: Vec<u8> = row.get(0)?;
                Ok(Clock {
                    looks: looks.chunks_exact(8).map(number).collect(),
                    bandwidth: row.get(1)?,
                })
            },
        )
        .optional()?;
    Ok(clock.unwrap_or_default())
}
