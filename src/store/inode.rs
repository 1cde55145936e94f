//! Identifies the file at a path. SQLite continues to write to a file that was removed, moved or replaced, and the next
//! process does not find these rows.

use std::io;
use std::path::Path;

/// Device and inode of a file.
#[cfg(unix)]
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inode(u64, u64);

#[cfg(unix)]
impl Inode {
    pub fn of(path: &Path) -> io::Result<Inode> {
        use std::os::unix::fs::MetadataExt;
        let found = std::fs::metadata(path)?;
        Ok(Inode(found.dev(), found.ino()))
    }
}

/// The existence of a file, since this system cannot remove, move or replace an open one.
#[cfg(not(unix))]
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inode;

#[cfg(not(unix))]
impl Inode {
    pub fn of(path: &Path) -> io::Result<Inode> {
        std::fs::metadata(path).map(|_| Inode)
    }
}
