//! The verdicts of a sweep, for files of other programs.

use super::baseline::Compared;
use super::problem::Problem;
use crate::expect::Verdict;
use crate::replace;
use std::io;
use std::path::Path;
use std::time::Duration;

/// The verdicts of one sweep.
pub struct Suite {
    pub file: String,
    /// The wall time of its training.
    pub wall: Duration,
    pub verdicts: Vec<Verdict>,
    /// The comparison with a baseline, if requested.
    pub compared: Option<Compared>,
    /// Why it is incomplete, if it is.
    pub incomplete: Option<String>,
}

/// Checks before training that a file can be written, without changing it.
///
/// # Errors
/// It cannot be written.
pub fn try_out(path: &Path) -> Result<(), Problem> {
    replace::try_out(path).map_err(|source| failed(path, source))
}

/// Writes a file atomically, and creates its folder.
///
/// # Errors
/// The file cannot be written, or `text` is an error.
pub fn write_text(path: &Path, text: io::Result<String>) -> Result<(), Problem> {
    text.and_then(|text| replace::replace(path, text.as_bytes()))
        .map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: io::Error) -> Problem {
    Problem::Write {
        path: path.to_owned(),
        source,
    }
}
