//! Opens input files: regular files, and for a sweep file also a pipe, such as `<(…)` of a shell. Rejects devices,
//! sockets, folders, pipes without a writer, and input without end.

use crate::config::limits;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long to wait for data from a pipe.
const PATIENCE: Duration = Duration::from_secs(10);
/// The time between two reads of an empty pipe.
const PAUSE: Duration = Duration::from_millis(5);

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It cannot be opened or read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is not a regular file.
    #[error("it is {0}, not a regular file")]
    Kind(&'static str),
    /// An array file without any byte.
    #[error("it is empty")]
    Empty,
    /// A pipe without data.
    #[error("it is a pipe without a writer")]
    Silent,
    /// It exceeds the limit.
    #[error("it has more than {} bytes, the limit of a sweep file", limits::FILE.most)]
    Long,
}

impl Unreadable {
    /// Returns what to do about a sweep file.
    pub(crate) fn help(&self) -> Option<&'static str> {
        match self {
            Unreadable::Io(_) | Unreadable::Empty => None,
            Unreadable::Kind(_) => Some("pass the path of a sweep file"),
            Unreadable::Silent => Some("start the program that writes to the pipe, or pass a file"),
            Unreadable::Long => Some(limits::FILE.help),
        }
    }

    /// Returns the kind of a system error.
    pub(crate) fn kind(&self) -> Option<ErrorKind> {
        match self {
            Unreadable::Io(error) => Some(error.kind()),
            Unreadable::Kind(_) | Unreadable::Empty | Unreadable::Silent | Unreadable::Long => None,
        }
    }
}

/// Reads a whole sweep file.
///
/// # Errors
/// [`Unreadable`].
pub(crate) fn sweep_file(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() && !is_pipe(&metadata) {
        return Err(Unreadable::Kind(kind(&metadata)));
    }
    let mut file = open_at_once(path)?;
    let mut bytes = Vec::new();
    let mut last = Instant::now();
    loop {
        let before = bytes.len();
        let room = limits::FILE.most + 1 - before;
        match file.by_ref().take(room as u64).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() > limits::FILE.most => return Err(Unreadable::Long),
            // End of file without data: no process has opened the pipe for writing.
            Ok(_) if bytes.is_empty() && is_pipe(&metadata) => return Err(Unreadable::Silent),
            Ok(_) => return Ok(bytes),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if bytes.len() > before {
                    last = Instant::now();
                }
                if last.elapsed() > PATIENCE {
                    return Err(Unreadable::Silent);
                }
                std::thread::sleep(PAUSE);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Opens a data file and returns its length; later growth is ignored. It is read more than once, so it must be a
/// regular file.
///
/// # Errors
/// [`Unreadable`].
pub(crate) fn data_file(path: &Path) -> Result<(File, u64), Unreadable> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(Unreadable::Kind(kind(&metadata)));
    }
    let file = open_at_once(path)?;
    let length = file.metadata()?.len();
    Ok((file, length))
}

/// Opens a data file as [`data_file`] does, and rejects an empty one, which has no format.
///
/// # Errors
/// [`Unreadable`].
pub(crate) fn array_file(path: &Path) -> Result<(File, u64), Unreadable> {
    match data_file(path)? {
        (_, 0) => Err(Unreadable::Empty),
        opened => Ok(opened),
    }
}

/// Opens a file without waiting for the writer of a pipe.
#[cfg(unix)]
fn open_at_once(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.read(true).custom_flags(libc::O_NONBLOCK);
    options.open(path)
}

/// Opens a file; this system has no such pipes.
#[cfg(not(unix))]
fn open_at_once(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn is_pipe(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

/// Names the kind of a file that is not regular.
#[cfg(unix)]
fn kind(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    match () {
        () if kind.is_dir() => "a folder",
        () if kind.is_fifo() => "a pipe",
        () if kind.is_socket() => "a socket",
        () => "a device",
    }
}

#[cfg(not(unix))]
fn kind(metadata: &Metadata) -> &'static str {
    if metadata.is_dir() {
        "a folder"
    } else {
        "a device"
    }
}
