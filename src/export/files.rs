//! Files in the temporary folder of an export, and the error of one that cannot be written.

use crate::atomic_write::wait_while_ending;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A failed export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// This build cannot write Parquet.
    #[error(
        "failed to write Parquet: this build of sweep does not support it; build it with `cargo build --release --features parquet`, or export to csv or jsonl"
    )]
    NoParquet,
    /// A file or folder cannot be written.
    #[error("failed to write {}: {source}; free space or choose another folder with --into, then export again", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

/// Creates a file, with its folder.
pub fn create(path: &Path) -> io::Result<BufWriter<File>> {
    wait_while_ending();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(path).map(BufWriter::new)
}

/// Writes a small file.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(text.as_bytes())?;
    file.flush()
}

/// Returns the error of a file or folder that cannot be written.
pub fn failed(path: &Path, source: io::Error) -> ExportError {
    ExportError::Write {
        path: path.to_owned(),
        source,
    }
}
