//! The SQLite database of one report folder, which contains every finished run.
//!
//! A run is one row and is written atomically when it ends. With a write-ahead log and `synchronous = NORMAL`, a
//! committed row survives `kill -9`, since the operating system has it. A full disk fails the current write and changes
//! nothing else. A power failure can lose the last few rows, but not the file; the next command trains them again. A
//! flush to disk after each of thousands of short runs would cost more.
//!
//! Any number of threads can share a [`Store`], and any number of processes the file.

mod clock;
mod data;
mod database;
mod error;
mod file;
mod format;
mod imports;
mod inode;
mod migrate;
mod owner;
mod read;
mod record;
#[cfg(test)]
mod tests;
mod version1;

pub use database::{FILE, Store, SweepEntry};
pub use error::StoreError;
pub use migrate::Migrated;
pub use owner::{OtherOwner, OwnerError, file_of, refuse_others, seen_from};
