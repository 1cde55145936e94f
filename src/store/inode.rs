//! Which file stands at a path. SQLite goes on writing to a file that was removed, moved or replaced, and
//! whatever it writes there is lost to the next process.

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

/// That there is one: an open file can't be removed, moved or replaced.
#[cfg(not(unix))]
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inode;

#[cfg(not(unix))]
impl Inode {
    pub fn of(path: &Path) -> io::Result<Inode> {
        std::fs::metadata(path).map(|_| Inode)
    }
}
