//! Identifies the file at a path. SQLite continues to write to a file that was removed, moved or replaced, and the next
//! process does not find these rows.

use std::io;
use std::path::Path;

/// Device and inode of a file. On systems that cannot remove, move or replace an open file, its existence suffices: they
/// are 0 there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inode(u64, u64);

impl Inode {
    pub fn of(path: &Path) -> io::Result<Inode> {
        let found = std::fs::metadata(path)?;
        #[cfg(unix)]
        let numbers = {
            use std::os::unix::fs::MetadataExt;
            (found.dev(), found.ino())
        };
        #[cfg(not(unix))]
        let numbers = {
            let _ = found;
            (0, 0)
        };
        Ok(Inode(numbers.0, numbers.1))
    }
}
