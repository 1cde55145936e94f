//! Files in the temporary folder of an export.

use super::ExportError;
use crate::atomic_write::wait_while_ending;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

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
