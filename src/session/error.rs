//! What stops a session.

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
