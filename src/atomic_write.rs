//! Atomic writes of files and folders.
//!
//! A file or folder has a temporary name in the same folder until it is complete, and then replaces its target in one
//! step. The writer holds a lock on it. Since the lock ends with the process, the next command can distinguish the
//! leftovers of a killed process from the files of a running one.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};
use walkdir::WalkDir;

/// Suffix of incomplete files and folders.
const PARTIAL: &str = ".sweep-partial";
/// Suffix of an old folder while its successor takes its place.
const ASIDE: &str = ".sweep-aside";
/// Maximum bytes of the final name in a temporary name. File systems allow 255 in total.
const LONGEST: usize = 120;

/// Maximum time that an exiting process waits for a current step.
const PATIENCE: Duration = Duration::from_millis(500);

/// Number of times that an exiting process removes incomplete files.
const ROUNDS: usize = 4;

/// Temporary paths of this process.
static OPEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
/// Folders that this process has cleaned.
static CLEANED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Writes a file atomically, and creates its folder. A reader sees the old or the new content.
///
/// # Errors
/// The file cannot be written; the old one is unchanged.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let partial = Partial::create(path)?;
    (&partial.file).write_all(content)?;
    partial.finish()
}

/// Writes a new file atomically.
///
/// # Errors
/// The file exists, or cannot be written.
pub fn create_new(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let partial = Partial::create(path)?;
    (&partial.file).write_all(content)?;
    match &partial.temporary {
        // A link never replaces another file, as a rename does.
        Some(temporary) => match fs::hard_link(temporary, path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => partial.finish(),
            linked => linked,
        },
        None => Ok(()),
    }
}

/// Checks that a file can be written, without changing it.
///
/// # Errors
/// The file cannot be written.
pub fn try_out(path: &Path) -> io::Result<()> {
    if path.exists() {
        OpenOptions::new().append(true).open(path)?;
    }
    Partial::create(path).map(drop)
}

/// An incomplete file, which is removed if it is dropped before [`Partial::finish`].
#[derive(Debug)]
pub struct Partial {
    file: File,
    /// `None` for a target that is no regular file, such as `/dev/stdout`, and is written in place.
    temporary: Option<PathBuf>,
    target: PathBuf,
}

impl Partial {
    /// Starts a file, and creates its folder if that is missing.
    ///
    /// # Errors
    /// The file or the folder cannot be created.
    pub fn create(path: &Path) -> io::Result<Partial> {
        let target = behind_links(path);
        let folder = folder_of(&target);
        fs::create_dir_all(folder)?;
        let old = fs::metadata(&target).ok();
        if old.as_ref().is_some_and(|old| !old.is_file()) {
            let file = OpenOptions::new().write(true).open(&target)?;
            let temporary = None;
            return Ok(Partial {
                file,
                temporary,
                target,
            });
        }
        remove_abandoned(folder);
        let make = |path: &Path| File::create_new(path);
        let (temporary, file) = temporary_for(&target, PARTIAL, make)?;
        let partial = Partial {
            file,
            temporary: Some(temporary),
            target,
        };
        if let Some(old) = old {
            partial.file.set_permissions(old.permissions())?;
        }
        Ok(partial)
    }

    /// Returns the path of the incomplete file.
    pub fn path(&self) -> &Path {
        self.temporary.as_deref().unwrap_or(&self.target)
    }

    /// Flushes what is written to the disk.
    ///
    /// # Errors
    /// Errors of the system.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Returns a writer, which must be flushed before [`Partial::finish`].
    ///
    /// # Errors
    /// The system has no file handle left.
    pub fn writer(&self) -> io::Result<BufWriter<File>> {
        self.file.try_clone().map(BufWriter::new)
    }

    /// Replaces the target with the file.
    ///
    /// # Errors
    /// The target cannot be replaced; it is unchanged.
    pub fn finish(self) -> io::Result<()> {
        // Under the lock, so that no target is replaced while the process exits.
        let mut open = lock(&OPEN);
        if let Some(temporary) = &self.temporary {
            fs::rename(temporary, &self.target)?;
            open.remove(temporary);
        }
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            discard(temporary);
        }
    }
}

/// An incomplete folder, which is removed if it is dropped before [`PartialFolder::finish`].
#[derive(Debug)]
pub struct PartialFolder {
    path: PathBuf,
    target: PathBuf,
    /// The handle with the lock.
    _held: Option<File>,
}

impl PartialFolder {
    /// Starts an empty folder that will replace `target`.
    ///
    /// # Errors
    /// The folder cannot be created.
    pub fn create(target: &Path) -> io::Result<PartialFolder> {
        let target = behind_links(target);
        let parent = folder_of(&target);
        fs::create_dir_all(parent)?;
        remove_abandoned(parent);
        let make = |path: &Path| {
            fs::create_dir(path)?;
            // Without a handle there is no lock, and no process treats the folder as abandoned.
            Ok(File::open(path).ok())
        };
        let (path, _held) = temporary_for(&target, PARTIAL, make)?;
        Ok(PartialFolder {
            path,
            target,
            _held,
        })
    }

    /// Returns the temporary path, for writing its files.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces the target with the folder. Keeps all files and folders of an existing target, except those that
    /// `is_replaced` selects by their depth and path, and those that the new folder contains.
    ///
    /// # Errors
    /// The target cannot be replaced; it is unchanged.
    pub fn finish(self, is_replaced: impl Fn(usize, &Path) -> bool) -> io::Result<()> {
        let (new, target) = (&self.path, &self.target);
        if fs::symlink_metadata(target).is_ok() {
            carry_over(target, new, &is_replaced, &|from, to| {
                fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
            })?;
            // Under the lock, so that the process does not exit between the steps.
            let _open = lock(&OPEN);
            exchange(new, target)?;
            // Files that others have written there meanwhile.
            carry_over(new, target, &is_replaced, &|from, to| fs::rename(from, to))?;
        } else {
            let mut open = lock(&OPEN);
            fs::rename(new, target)?;
            open.remove(new);
        }
        Ok(())
    }
}

impl Drop for PartialFolder {
    fn drop(&mut self) {
        discard(&self.path);
    }
}

/// Brings files that are not replaced from one folder into another that does not have them.
fn carry_over(
    from: &Path,
    to: &Path,
    is_replaced: &dyn Fn(usize, &Path) -> bool,
    bring: &dyn Fn(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let walk = WalkDir::new(from).min_depth(1).into_iter();
    for entry in walk.filter_entry(|entry| !is_replaced(entry.depth(), entry.path())) {
        let entry = entry?;
        let place = to.join(entry.path().strip_prefix(from).unwrap_or(entry.path()));
        if entry.file_type().is_dir() {
            fs::create_dir_all(place)?;
        } else if fs::symlink_metadata(&place).is_err() {
            bring(entry.path(), &place)?;
        }
    }
    Ok(())
}

/// Exchanges two folders, atomically if the file system can.
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    let held = File::open(old).ok();
    held.hold();
    let aside = name_beside(old, ASIDE, 0);
    fs::rename(old, &aside)?;
    if let Err(error) = fs::rename(new, old) {
        fs::rename(&aside, old)?;
        return Err(error);
    }
    fs::rename(&aside, new)
}

/// Removes the leftovers of killed processes in a folder, once per process and folder.
pub fn remove_abandoned(folder: &Path) {
    if !lock(&CLEANED).insert(folder.to_owned()) {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let is_plain = |kind: fs::FileType| kind.is_file() || kind.is_dir();
        if !entry.file_type().is_ok_and(is_plain) {
            continue;
        }
        let Some((old, is_new)) = final_name(&name) else {
            continue;
        };
        // The lock is held until it is removed, so that a writer that has just created it notices.
        let Some(_held) = abandoned(&path) else {
            continue;
        };
        match old.map(|old| folder.join(old)) {
            // A folder that was moved aside goes back if it has no successor. If it cannot, it stays.
            Some(old) if !is_new && !old.exists() => drop(fs::rename(&path, old)),
            _ => remove(&path),
        }
    }
}

/// Returns the lock of a temporary path that no process holds. Without locks, nothing counts as abandoned.
fn abandoned(path: &Path) -> Option<File> {
    let file = File::open(path).ok()?;
    file.try_lock().is_ok().then_some(file)
}

/// Parses a temporary name: returns the final name, if it is complete, and whether it is a new file or folder.
fn final_name(name: &OsStr) -> Option<(Option<String>, bool)> {
    let name = name.to_str()?.strip_prefix('.')?;
    let (rest, is_new) = match name.strip_suffix(PARTIAL) {
        Some(rest) => (rest, true),
        None => (name.strip_suffix(ASIDE)?, false),
    };
    let (stem, number) = rest.rsplit_once('.')?;
    let (pid, count) = number.split_once('-')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_ours = digits(pid) && digits(count);
    is_ours.then(|| ((stem.len() + 4 < LONGEST).then(|| stem.to_owned()), is_new))
}

/// Removes every temporary file and folder of this process, and prevents new ones, before the process exits.
pub fn abandon() {
    let clock = Instant::now();
    let open = loop {
        match OPEN.try_lock() {
            Ok(open) => break open,
            Err(TryLockError::Poisoned(open)) => break open.into_inner(),
            // A hanging file system must not delay the exit; the next command cleans up.
            Err(TryLockError::WouldBlock) if clock.elapsed() > PATIENCE => return,
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    // Each other thread can still create one file.
    for _ in 0..ROUNDS {
        open.iter().for_each(|path| remove(path));
        std::thread::sleep(Duration::from_millis(5));
    }
    std::mem::forget(open);
}

/// Blocks while the process exits, so that [`abandon`] misses no file.
pub fn wait_while_ending() {
    drop(lock(&OPEN));
}

/// Creates a temporary file or folder for a target, and locks it.
fn temporary_for<T: Lockable>(
    target: &Path,
    end: &str,
    make: impl Fn(&Path) -> io::Result<T>,
) -> io::Result<(PathBuf, T)> {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    loop {
        let path = name_beside(target, end, COUNT.fetch_add(1, Ordering::Relaxed));
        let mut open = lock(&OPEN);
        match make(&path) {
            Ok(made) => {
                made.hold();
                // Before it was locked, another process can have removed it as abandoned.
                if fs::symlink_metadata(&path).is_ok() {
                    open.insert(path.clone());
                    return Ok((path, made));
                }
            }
            // A leftover of a process with the same ID.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// A value that can be locked.
trait Lockable {
    /// Acquires the lock, if the file system supports locks.
    fn hold(&self);
}

impl Lockable for File {
    fn hold(&self) {
        let _ = self.lock();
    }
}

impl Lockable for Option<File> {
    fn hold(&self) {
        self.iter().for_each(Lockable::hold);
    }
}

/// Returns a temporary path such as `.runs.csv.4711-3.sweep-partial`.
fn name_beside(target: &Path, end: &str, count: u64) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut stem = name.into_owned();
    while stem.len() > LONGEST {
        stem.pop();
    }
    let pid = std::process::id();
    folder_of(target).join(OsString::from(format!(".{stem}.{pid}-{count}{end}")))
}

/// Returns the folder of a path; the current one for a bare name.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Resolves a symbolic link, so that the link itself is not replaced. Returns any other path unchanged.
fn behind_links(path: &Path) -> PathBuf {
    let target = fs::read_link(path).map(|target| folder_of(path).join(target));
    match target {
        Ok(target) => path.canonicalize().unwrap_or(target),
        Err(_) => path.to_owned(),
    }
}

fn discard(temporary: &Path) {
    if lock(&OPEN).remove(temporary) {
        remove(temporary);
    }
}

/// Removes a file or folder. If that fails, a later command finds it.
fn remove(path: &Path) {
    let _ = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        _ => fs::remove_file(path),
    };
}

/// Locks a set, also after a panic of another thread: the set is valid then.
fn lock<T>(set: &Mutex<T>) -> MutexGuard<'_, T> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}
