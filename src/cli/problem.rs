//! What stops a command before it has done its work.

use super::room::TooLittle;
use crate::export::ExportError;
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
    /// The machine has no room for a sweep.
    #[error("failed to start {}: {why}", path.display())]
    Room {
        /// The sweep's file.
        path: PathBuf,
        /// What is needed, and what there is.
        why: TooLittle,
    },
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
            | Problem::Room { .. }
            | Problem::Own(_)
            | Problem::Write { .. } => 2,
            Problem::Store(error) if error.is_of_the_file() => 2,
            Problem::Store(_)
            | Problem::Report(_)
            | Problem::Export(_)
            | Problem::Run(_)
            | Problem::Again(_) => 3,
        }
    }
}
