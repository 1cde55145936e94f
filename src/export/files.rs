//! Files of an export's folder, which are written as they grow while the folder is not in its place yet.

use super::ExportError;
use crate::replace::wait_while_ending;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A file to be written from its start, with its folder.
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

/// What can't be written, and why.
pub fn failed(path: &Path, source: io::Error) -> ExportError {
    ExportError::Write {
        path: path.to_owned(),
        source,
    }
}
