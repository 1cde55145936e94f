//! Errors of a store, with what to do.

use crate::format::count;
use crate::identity::RunId;
use rusqlite::{ErrorCode, ffi};
use std::error::Error;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A store that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer version of the program wrote it.
    #[error("failed to open {}: its format {found} is newer than {known}, the newest that this version supports; upgrade sweep, or use another folder with --out", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest supported format.
        known: u32,
    },
    /// The file is not a store.
    #[error("failed to open {}: the file is not a store of sweep; move it away, or use another folder with --out", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder cannot be created or opened.
    #[error("failed to open {}: {source}; check the permissions of the file and its folder, or use another folder with --out", path.display())]
    Access {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The report folder cannot be created.
    #[error("can't create the folder {}: {why}; use another folder with --out", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The disk is full.
    #[error("failed to write {}: the disk is full; free space and run the same command again, stored runs are kept", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Another process has locked it for too long.
    #[error("failed to use {}: another process has locked it; wait for that process or end it, then run the same command again", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file is read-only.
    #[error("failed to write {}: it is read-only; make it writable, or use another folder with --out", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("failed to read {}: the file is damaged ({source}); restore it from a backup, or move it away to train its runs again", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        source: rusqlite::Error,
    },
    /// A page is outside of the report folder, which another program must have written.
    #[error("failed to use {}: it names the page `{name}`, which is not a path below the report folder; another program changed the file: move it away to train its runs again", path.display())]
    Page {
        /// The file.
        path: PathBuf,
        /// The name of the page.
        name: String,
    },
    /// The file was removed, moved or replaced.
    #[error("failed to write {}: it was removed, moved or replaced during this command; put it back, or run the same command again to train its runs again", path.display())]
    Gone {
        /// The file.
        path: PathBuf,
    },
    /// Written runs are missing.
    #[error("lost {lost} of the {} that this command stored: another program removed, moved, replaced or changed {}; put it back, or run the same command again to train them again", count(*.of, "run"), path.display())]
    Lost {
        /// The file.
        path: PathBuf,
        /// Number of missing runs.
        lost: usize,
        /// Number of written runs.
        of: usize,
    },
    /// The record of one run is damaged.
    #[error("failed to use run {id} of {}: {why}; train it again with --rerun all", path.display())]
    Run {
        /// The file.
        path: PathBuf,
        /// The run.
        id: RunId,
        /// What is wrong with its record.
        why: String,
    },
    /// Any other error of SQLite.
    #[error("failed to use {}: {source}; check the disk and run the same command again, stored runs are kept", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// The error of SQLite.
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// Returns the error of a file or folder that cannot be created or opened.
    pub(super) fn access(path: &Path, source: impl Error + Send + Sync + 'static) -> StoreError {
        StoreError::Access {
            path: path.to_owned(),
            source: Box::new(source),
        }
    }

    /// Returns the error of the report folder, which cannot be created.
    pub(super) fn folder(path: &Path, source: std::io::Error) -> StoreError {
        #[allow(
            clippy::wildcard_enum_match_arm,
            reason = "the standard library has more kinds of errors from version to version"
        )]
        let why = match source.kind() {
            ErrorKind::AlreadyExists => "a file has this name".to_owned(),
            ErrorKind::NotADirectory => "a part of the path is a file".to_owned(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::ReadOnlyFilesystem => {
                return StoreError::write(path, source);
            }
            _ => source.to_string(),
        };
        StoreError::Folder {
            path: path.to_owned(),
            why,
        }
    }

    /// Returns the error of a file next to the store that cannot be written.
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

    /// Returns whether this version can never use the file, in contrast to an error that can pass.
    pub fn is_of_the_file(&self) -> bool {
        match self {
            StoreError::Newer { .. }
            | StoreError::Foreign { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Page { .. } => true,
            StoreError::Access { .. }
            | StoreError::Folder { .. }
            | StoreError::Full { .. }
            | StoreError::Locked { .. }
            | StoreError::ReadOnly { .. }
            | StoreError::Gone { .. }
            | StoreError::Lost { .. }
            | StoreError::Run { .. }
            | StoreError::Database { .. } => false,
        }
    }

    /// Converts an error of SQLite while it reads one run.
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

    /// Converts an error of SQLite.
    pub(super) fn of(path: &Path, source: rusqlite::Error) -> StoreError {
        let path = path.to_owned();
        if let rusqlite::Error::SqliteFailure(code, _) = &source
            && code.extended_code == ffi::SQLITE_IOERR_SHMSIZE
        {
            // The index of the log cannot grow.
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

/// Returns whether the error is a value of a wrong type.
fn is_of_type(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)
    )
}

/// Collects rows, without rows that contain values of a wrong type.
pub(super) fn sound<T>(
    rows: impl Iterator<Item = rusqlite::Result<T>>,
) -> rusqlite::Result<Vec<T>> {
    rows.filter(|row| !row.as_ref().is_err_and(is_of_type))
        .collect()
}
