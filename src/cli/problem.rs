//! Errors that stop a command.

use crate::export::ExportError;
use crate::memory::LimitError;
use crate::own::OwnError;
use crate::report::ReportError;
use crate::run::{AgainError, WorkerError};
use crate::store::StoreError;
use crate::study::StudyError;
use std::path::PathBuf;

/// An error that stops a command.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// This many errors in files, which are printed already.
    #[error("found {}", crate::expect::count(*.0, "error"))]
    Faults(usize),
    /// The command line is wrong, or names something that does not exist.
    #[error("{0}")]
    Wrong(String),
    /// Several errors.
    #[error("{}", .0.join("; "))]
    Several(Vec<String>),
    /// The store cannot be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The report cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// An export cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Training cannot start, or the store cannot be read.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// A replayed run does not fit into memory.
    #[error("failed to replay the run: {0}; free memory, or raise SWEEP_MEMORY if it is set")]
    Memory(String),
    /// The memory limit of the environment is not a size.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// A run cannot be replayed.
    #[error(transparent)]
    Again(#[from] AgainError),
    /// A request of another process cannot be answered.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// A custom model or data source is wrong.
    #[error(transparent)]
    Own(#[from] OwnError),
    /// A file cannot be written.
    #[error("failed to write {}: {source}", path.display())]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
}

impl Problem {
    /// Returns the exit code.
    pub fn code(&self) -> u8 {
        match self {
            Problem::Faults(_)
            | Problem::Wrong(_)
            | Problem::Several(_)
            | Problem::Limit(_)
            | Problem::Own(_)
            | Problem::Write { .. } => 2,
            Problem::Store(error) | Problem::Study(StudyError::Store(error))
                if error.is_of_the_file() =>
            {
                2
            }
            Problem::Store(_)
            | Problem::Memory(_)
            | Problem::Report(_)
            | Problem::Export(_)
            | Problem::Study(_)
            | Problem::Again(_)
            | Problem::Worker(_) => 3,
        }
    }
}
