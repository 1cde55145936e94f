//! Sweep files with their deprecated words rewritten, for `sweep migrate`.

use crate::atomic_write::{replace, try_out};
use crate::config;
use crate::config::deprecated::DeprecatedUse;
use crate::config::migrate;
use crate::config::{Fault, Faults};
use std::io;
use std::path::PathBuf;

/// A file without deprecated words.
#[derive(Debug)]
pub struct Rewritten {
    /// The file.
    pub path: PathBuf,
    /// Its new text.
    pub text: String,
    /// The words that changed.
    pub changes: Vec<DeprecatedUse>,
}

impl Rewritten {
    /// Reads a file. One that is to be written must be a regular file.
    ///
    /// # Errors
    /// All errors in the file.
    pub fn read(path: PathBuf, is_written: bool) -> Result<Rewritten, Faults> {
        let text = config::text(&path)?;
        // A pipe can be read, and nothing can be put in its place.
        if is_written && !path.is_file() {
            let message = format!(
                "failed to rewrite {}: it is no regular file",
                path.display()
            );
            return Err(Faults(vec![Fault::of(&path, message)]));
        }
        let (text, changes) = migrate(&path, &text)?;
        Ok(Rewritten {
            path,
            text,
            changes,
        })
    }

    /// Checks that the file can be written.
    ///
    /// # Errors
    /// It cannot.
    pub fn try_out(&self) -> io::Result<()> {
        try_out(&self.path)
    }

    /// Writes the new text in place of the old one.
    ///
    /// # Errors
    /// The file cannot be written; it is unchanged.
    pub fn write(&self) -> io::Result<()> {
        replace(&self.path, self.text.as_bytes())
    }
}
