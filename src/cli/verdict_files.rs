//! Verdicts in files, for other programs: as JUnit XML and as JSON.

use super::baseline::Compared;
use super::junit::junit;
use super::problem::Problem;
use super::verdict_json::json;
use crate::expect::Verdict;
use crate::grid::Cell;
use crate::replace;
use std::io;
use std::path::Path;
use std::time::Duration;

/// The verdicts of one sweep.
pub struct Suite {
    pub file: String,
    /// How long its runs took.
    pub wall: Duration,
    /// In the order of the grid.
    pub cells: Vec<Cell>,
    pub verdicts: Vec<Verdict>,
    /// Where a baseline was asked for.
    pub compared: Option<Compared>,
    /// What keeps it from being whole.
    pub left_open: Option<String>,
}

/// The forms in which verdicts are written.
#[derive(Clone, Copy)]
pub enum Form {
    Junit,
    Json,
}

/// Finds out before any training whether the verdicts can be written; leaves what is there.
///
/// # Errors
/// They can't.
pub fn try_out(path: &Path) -> Result<(), Problem> {
    replace::try_out(path).map_err(|source| failed(path, source))
}

/// Writes the verdicts of all sweeps.
///
/// # Errors
/// The file can't be written.
pub fn write(path: &Path, form: Form, suites: &[Suite]) -> Result<(), Problem> {
    let text = match form {
        Form::Junit => junit(suites),
        Form::Json => json(suites),
    };
    write_text(path, text)
}

/// Writes a file with its folder, whole or not at all.
///
/// # Errors
/// It can't be written, or there is no text.
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
