//! Errors that stop a command.

use crate::custom::CustomError;
use crate::diagnose::baseline::BaselineError;
use crate::execute::WorkerError;
use crate::export::ExportError;
use crate::memory::LimitError;
use crate::report::ReportError;
use crate::session::SessionError;
use crate::store::{OwnerError, StoreError};
use crate::study::{ReplayError, StoredRunError, StudyError};
use crate::terminal::output::OutputError;
use std::path::{Path, PathBuf};

/// An error that stops a command.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// This many errors in files, which are printed already.
    #[error("found {}", crate::diagnose::expectations::count(*.0, "error"))]
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
    /// A run is not in the store, or in no sweep file.
    #[error(transparent)]
    StoredRun(#[from] StoredRunError),
    /// A run cannot be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A baseline cannot be read, written or compared.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// The memory limit of the environment is not a size.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// A request of another process cannot be answered.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// A custom model or data source is wrong.
    #[error(transparent)]
    Custom(#[from] CustomError),
    /// Output cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A file cannot be written.
    #[error("failed to write {}: {source}", path.display())]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
}

impl From<OwnerError> for Problem {
    fn from(error: OwnerError) -> Problem {
        match error {
            OwnerError::Store(error) => Problem::Store(error),
            OwnerError::Others(all) => {
                Problem::Several(all.iter().map(ToString::to_string).collect())
            }
        }
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Problem {
        match error {
            SessionError::Study(error) => Problem::Study(error),
            SessionError::Template(error) => Problem::Wrong(error.to_string()),
        }
    }
}

impl Problem {
    /// Returns the error of a file that cannot be written.
    pub fn unwritten(path: &Path) -> impl FnOnce(std::io::Error) -> Problem {
        let path = path.to_owned();
        move |source| Problem::Write { path, source }
    }

    /// Returns the exit code.
    pub fn code(&self) -> u8 {
        match self {
            Problem::Faults(_)
            | Problem::Wrong(_)
            | Problem::Several(_)
            | Problem::Limit(_)
            | Problem::Custom(_)
            | Problem::Baseline(_)
            | Problem::StoredRun(
                StoredRunError::Unknown { .. }
                | StoredRunError::Ambiguous { .. }
                | StoredRunError::Imported { .. }
                | StoredRunError::Gone { .. },
            )
            | Problem::Replay(ReplayError::Incomplete(_) | ReplayError::TooLarge(_))
            | Problem::Output(_)
            | Problem::Write { .. } => 2,
            Problem::Store(error)
            | Problem::Study(StudyError::Store(error))
            | Problem::StoredRun(StoredRunError::Store(error))
                if error.is_of_the_file() =>
            {
                2
            }
            Problem::Store(_)
            | Problem::StoredRun(StoredRunError::Store(_))
            | Problem::Replay(ReplayError::Memory(_) | ReplayError::Run(_))
            | Problem::Report(_)
            | Problem::Export(_)
            | Problem::Study(_)
            | Problem::Worker(_) => 3,
        }
    }
}
