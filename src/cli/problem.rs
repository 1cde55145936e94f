//! What stops a command before it has done its work.

use crate::export::ExportError;
use crate::memory::LimitError;
use crate::own::OwnError;
use crate::report::ReportError;
use crate::run::{AgainError, RunError};
use crate::store::StoreError;
use std::path::PathBuf;

/// Why a command can't go on.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Files with this many faults, which have been drawn.
    #[error("{}", crate::expect::count(*.0, "fault"))]
    Faults(usize),
    /// The command line names what isn't there, or can't be.
    #[error("{0}")]
    Wrong(String),
    /// The same of several things.
    #[error("{}", .0.join("; "))]
    Several(Vec<String>),
    /// The store can't be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The report can't be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// An export can't be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// No training can start.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A run that doesn't fit into memory.
    #[error("failed to train the run again: {0}; free memory, or raise SWEEP_MEMORY if it is set")]
    Memory(String),
    /// The limit of memory that the environment sets.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// A run can't be trained again.
    #[error(transparent)]
    Again(#[from] AgainError),
    /// The program's own models and data sources.
    #[error(transparent)]
    Own(#[from] OwnError),
    /// A file that the command writes.
    #[error("failed to write {}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Problem {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Problem::Faults(_)
            | Problem::Wrong(_)
            | Problem::Several(_)
            | Problem::Limit(_)
            | Problem::Own(_)
            | Problem::Write { .. } => 2,
            Problem::Store(error) if error.is_of_the_file() => 2,
            Problem::Store(_)
            | Problem::Memory(_)
            | Problem::Report(_)
            | Problem::Export(_)
            | Problem::Run(_)
            | Problem::Again(_) => 3,
        }
    }
}
