//! Errors of writing a report.

use std::path::PathBuf;

/// An error of writing a report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file or folder can't be written.
    #[error("failed to write {}: {source}", path.display())]
    Write {
        /// Path of the file or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// A file of the report can't be read.
    #[error("failed to read {}: {source}", path.display())]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// A page can't be rendered: an error in the program or in a custom template.
    #[error("failed to render the page {page}: {why}")]
    Render {
        /// Name of the page.
        page: &'static str,
        /// The reason, with file and line for a template.
        why: String,
    },
}
