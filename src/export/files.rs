//! Files that are written as they grow, in folders that are made where they are missing.

use super::ExportError;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A file to be written from its start, with its folder.
pub fn create(path: &Path) -> io::Result<BufWriter<File>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(path).map(BufWriter::new)
}

/// Writes a small file whole.
pub fn write(path: &Path, text: &str) -> Result<(), ExportError> {
    create(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.flush()
        })
        .map_err(|source| failed(path, source))
}

/// What can't be written, and why.
pub fn failed(path: &Path, source: io::Error) -> ExportError {
    ExportError::Write {
        path: path.to_owned(),
        source,
    }
}
