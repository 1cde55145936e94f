//! What can be wrong with a store, and what to do about it.

use crate::identity::RunId;
use crate::number::count;
use rusqlite::{ErrorCode, ffi};
use std::error::Error;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A store that can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Written by a later version of the program.
    #[error("failed to open {}: its format {found} is newer than {known}, the newest that this version knows; use a newer sweep, or another folder with --out", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// Another kind of file in the store's place.
    #[error("failed to open {}: the file is not a store of sweep and was left as it is; move it away, or use another folder with --out", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder can't be made or opened.
    #[error("failed to open {}: {source}; give yourself the right to read and write it and its folder, or use another folder with --out", path.display())]
    Access {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// No room on the disk.
    #[error("failed to write {}: the disk is full; make room and run the same command again, every run written until now is kept", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Held by other processes for longer than a store waits.
    #[error("failed to use {}: another process holds it; end that process or wait for it, then run the same command again", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file may not be written.
    #[error("failed to write {}: it is read-only; make it writable, or use another folder with --out", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("failed to read {}: the file is damaged ({source}); move it away to train its runs again, or bring it back from a backup", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A page that would lie outside of the report folder, which no sweep of this program has.
    #[error("failed to use {}: it names the page `{name}`, which is no place below its folder; it was changed by another program: move it away to train its runs again", path.display())]
    Page {
        /// The file.
        path: PathBuf,
        /// The name of the page.
        name: String,
    },
    /// Another file, or none, where the store was opened.
    #[error("failed to write {}: it was removed, moved or replaced since this call opened it; put it back where it was, or run the same command again to train its runs again", path.display())]
    Gone {
        /// The file.
        path: PathBuf,
    },
    /// Runs that were written are not there.
    #[error("lost {lost} of the {} that this call stored: {} was removed, moved, replaced or changed by another program meanwhile; put it back where it was, or run the same command again to train them again", count(*.of, "run"), path.display())]
    Lost {
        /// The file.
        path: PathBuf,
        /// Runs that are not there.
        lost: usize,
        /// Runs that were written.
        of: usize,
    },
    /// One run's record is damaged.
    #[error("failed to use run {id} of {}: {why}; train it again with --rerun all", path.display())]
    Run {
        /// The file.
        path: PathBuf,
        /// The run.
        id: RunId,
        /// What is wrong with its record.
        why: String,
    },
    /// Anything else that SQLite says.
    #[error("failed to use {}: {source}; check the disk and run the same command again, every run written until now is kept", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// A file or folder that can't be made or opened.
    pub(super) fn access(path: &Path, source: impl Error + Send + Sync + 'static) -> StoreError {
        StoreError::Access {
            path: path.to_owned(),
            source: Box::new(source),
        }
    }

    /// A file next to the store that can't be written.
    pub(super) fn write(path: &Path, source: std::io::Error) -> StoreError {
        let to = path.to_owned();
        #[allow(
            clippy::wildcard_enum_match_arm,
            reason = "the standard library has more kinds of errors from version to version"
        )]
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full { path: to },
            ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { path: to },
            _ => StoreError::access(path, source),
        }
    }

    /// Whether the file is no store that this version can use, rather than one that can't be used now.
    pub fn is_of_the_file(&self) -> bool {
        match self {
            StoreError::Newer { .. }
            | StoreError::Foreign { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Page { .. } => true,
            StoreError::Access { .. }
            | StoreError::Full { .. }
            | StoreError::Locked { .. }
            | StoreError::ReadOnly { .. }
            | StoreError::Gone { .. }
            | StoreError::Lost { .. }
            | StoreError::Run { .. }
            | StoreError::Database { .. } => false,
        }
    }

    /// What an error of SQLite means where one run was read.
    pub(super) fn of_run(path: &Path, id: RunId, source: rusqlite::Error) -> StoreError {
        match is_of_type(&source) {
            true => StoreError::Run {
                path: path.to_owned(),
                id,
                why: format!("its record is damaged ({source})"),
            },
            false => StoreError::of(path, source),
        }
    }

    /// What an error of SQLite means to the person.
    pub(super) fn of(path: &Path, source: rusqlite::Error) -> StoreError {
        let path = path.to_owned();
        if let rusqlite::Error::SqliteFailure(code, _) = &source
            && code.extended_code == ffi::SQLITE_IOERR_SHMSIZE
        {
            // The index of its log can't grow.
            return StoreError::Full { path };
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                StoreError::Locked { path }
            }
            Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { path },
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                StoreError::access(&path, source)
            }
            Some(ErrorCode::NotADatabase) => StoreError::Foreign { path },
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Corrupt { path, source },
            _ => StoreError::Database { path, source },
        }
    }
}

/// Whether a value is of another type than was written.
pub(super) fn is_of_type(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)
    )
}
