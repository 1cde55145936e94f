//! Sweeps as the commands study them: trained or from cached runs, with observers and with their pages.
//!
//! A [`Session`] trains the sweeps of a command, one after another. [`write_again`](analyzed::write_again) writes a page
//! from cached runs.

pub mod analyzed;
pub mod folder;
pub mod imported;
mod training;

pub use training::Session;

use crate::report::ReportError;
use crate::study::StudyError;

/// An error that stops a session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// Training cannot start, or the store cannot be read.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// A custom template is wrong.
    #[error(transparent)]
    Template(ReportError),
}
