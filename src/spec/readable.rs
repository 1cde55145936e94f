//! Opens the files that a sweep is made of: regular files, and for a sweep file also a pipe, as `<(…)` of a shell
//! makes one. A device, a socket or a folder is refused, and so is what never ends or never comes.

use crate::spec::limits;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a pipe may say nothing.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks at a pipe that says nothing.
const PAUSE: Duration = Duration::from_millis(5);

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It can't be opened or read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is no regular file.
    #[error("it is {0}, not a regular file")]
    Kind(&'static str),
    /// A pipe in which nothing comes.
    #[error("it is a pipe, and nothing writes into it")]
    Silent,
    /// It goes on beyond the limit.
    #[error("it has more than {} bytes, the limit of a sweep file", limits::FILE.most)]
    Long,
}

impl Unreadable {
    /// What to do about a sweep file.
    pub(crate) fn help(&self) -> Option<&'static str> {
        match self {
            Unreadable::Io(_) => None,
            Unreadable::Kind(_) => Some("name a sweep file"),
            Unreadable::Silent => Some("start what writes into it first, or name a file"),
            Unreadable::Long => Some(limits::FILE.help),
        }
    }

    /// The kind of an error of the system.
    pub(crate) fn kind(&self) -> Option<ErrorKind> {
        match self {
            Unreadable::Io(error) => Some(error.kind()),
            Unreadable::Kind(_) | Unreadable::Silent | Unreadable::Long => None,
        }
    }
}

/// Reads a sweep file, whole.
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
            // An end without a start: a pipe that nobody has opened to write.
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

/// Opens a data file, with its length: more of it is not to be read. It is read more than once, so that it must be a
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

/// Opens a file without waiting for whoever writes it.
#[cfg(unix)]
fn open_at_once(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.read(true).custom_flags(libc::O_NONBLOCK);
    options.open(path)
}

/// The same where there are no such pipes.
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

/// What is no regular file.
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
