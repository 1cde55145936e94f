//! Files and folders that are there whole or not at all.
//!
//! What is written stays under a temporary name in the same folder until it is complete, and then takes its
//! place in one step. The writer holds a lock on it. The lock ends with the process, however that ends, so
//! the next call can distinguish what a killed process left from what a live one is writing.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};
use walkdir::WalkDir;

/// End of the name of what is not complete.
const PARTIAL: &str = ".sweep-partial";
/// End of the name of a folder that makes room for its successor.
const ASIDE: &str = ".sweep-aside";
/// Most bytes of the final name that a temporary one repeats: file systems allow 255 in all.
const LONGEST: usize = 120;

/// How long a process that ends waits for a step that is under way.
const PATIENCE: Duration = Duration::from_millis(500);

/// So many times what is not complete is removed then.
const ROUNDS: usize = 4;

/// Temporary paths of this process.
static OPEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
/// Folders that have been cleaned by this process.
static CLEANED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Writes a file with its folder, so that a reader sees the old one or the new one and never half of it.
///
/// # Errors
/// It can't be written; what was there before is still there.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let partial = Partial::create(path)?;
    (&partial.file).write_all(content)?;
    partial.finish()
}

/// Writes a file where there is none, whole or not at all.
///
/// # Errors
/// It exists, or can't be written.
pub fn create_new(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let partial = Partial::create(path)?;
    (&partial.file).write_all(content)?;
    match &partial.temporary {
        // A link never takes the place of another file, as a rename does.
        Some(temporary) => match fs::hard_link(temporary, path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => partial.finish(),
            linked => linked,
        },
        None => Ok(()),
    }
}

/// Finds out whether a file can be written, and leaves what is there.
///
/// # Errors
/// It can't.
pub fn try_out(path: &Path) -> io::Result<()> {
    if path.exists() {
        OpenOptions::new().append(true).open(path)?;
    }
    Partial::create(path).map(drop)
}

/// A file under way. Dropped before its end, it leaves nothing.
#[derive(Debug)]
pub struct Partial {
    file: File,
    /// None where the target is no regular file, such as `/dev/stdout`, and is written in place.
    temporary: Option<PathBuf>,
    target: PathBuf,
}

impl Partial {
    /// Starts a file, and makes its folder where that is missing.
    ///
    /// # Errors
    /// Neither can be made.
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

    /// Takes what is to be written. It must be flushed before [`Partial::finish`].
    ///
    /// # Errors
    /// The system has no handle left.
    pub fn writer(&self) -> io::Result<BufWriter<File>> {
        self.file.try_clone().map(BufWriter::new)
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// It can't be put there; what was there before is still there.
    pub fn finish(self) -> io::Result<()> {
        // Under the lock, so that nothing takes its place while the process ends.
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

/// A folder under way. Dropped before its end, it leaves nothing.
#[derive(Debug)]
pub struct PartialFolder {
    path: PathBuf,
    target: PathBuf,
    /// Holds the lock.
    _held: Option<File>,
}

impl PartialFolder {
    /// Starts an empty folder that will take the place of `target`.
    ///
    /// # Errors
    /// It can't be made.
    pub fn create(target: &Path) -> io::Result<PartialFolder> {
        let target = behind_links(target);
        let parent = folder_of(&target);
        fs::create_dir_all(parent)?;
        remove_abandoned(parent);
        let make = |path: &Path| {
            fs::create_dir(path)?;
            // Where folders can't be opened, nobody can lock one, nor find it abandoned.
            Ok(File::open(path).ok())
        };
        let (path, _held) = temporary_for(&target, PARTIAL, make)?;
        Ok(PartialFolder {
            path,
            target,
            _held,
        })
    }

    /// Where its files are written meanwhile.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the folder in its place. Of a folder that is there, all files and folders stay but those that
    /// `is_replaced` selects, by their depth in it and their path, and those that the new one has itself.
    ///
    /// # Errors
    /// It can't be put there; what was there before is still there.
    pub fn finish(self, is_replaced: impl Fn(usize, &Path) -> bool) -> io::Result<()> {
        let (new, target) = (&self.path, &self.target);
        if fs::symlink_metadata(target).is_ok() {
            carry_over(target, new, &is_replaced, &|from, to| {
                fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
            })?;
            // Under the lock, so that the process does not end between the steps.
            let _open = lock(&OPEN);
            exchange(new, target)?;
            // What others have written there meanwhile.
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

/// Brings what is not replaced from one folder into another that lacks it.
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

/// Two folders take each other's place, in one step where the file system has one.
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

/// Removes what processes that are gone have left in a folder, once per call and folder.
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
        // Held until it is gone, so that a writer that has just made it notices.
        let Some(_held) = abandoned(&path) else {
            continue;
        };
        match old.map(|old| folder.join(old)) {
            // What was moved aside goes back where its successor never came. If it can't, it stays.
            Some(old) if !is_new && !old.exists() => drop(fs::rename(&path, old)),
            _ => remove(&path),
        }
    }
}

/// The lock of a temporary path, where nobody holds it. Where there are no locks, nothing is abandoned.
fn abandoned(path: &Path) -> Option<File> {
    let file = File::open(path).ok()?;
    file.try_lock().is_ok().then_some(file)
}

/// Of a temporary name: the name that it stands for, where it has all of that, and whether it is new.
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

/// Removes every temporary file and folder of this process, and lets no other take its place: for a
/// process that ends while it writes.
pub fn abandon() {
    let clock = Instant::now();
    let open = loop {
        match OPEN.try_lock() {
            Ok(open) => break open,
            Err(TryLockError::Poisoned(open)) => break open.into_inner(),
            // A file system that hangs holds nobody up; the next call cleans up.
            Err(TryLockError::WouldBlock) if clock.elapsed() > PATIENCE => return,
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    // Other threads may be making one more file each.
    for _ in 0..ROUNDS {
        open.iter().for_each(|path| remove(path));
        std::thread::sleep(Duration::from_millis(5));
    }
    std::mem::forget(open);
}

/// Waits while the process ends: nothing is added to what [`abandon`] removes.
pub fn wait_while_ending() {
    drop(lock(&OPEN));
}

/// A new temporary path for a target, with its lock held.
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
                // Between making and locking it, another process may have taken it for abandoned.
                if fs::symlink_metadata(&path).is_ok() {
                    open.insert(path.clone());
                    return Ok((path, made));
                }
            }
            // Left by a process that had the same number.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// What can be locked.
trait Lockable {
    /// Takes the lock, where the file system has any.
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

/// `.runs.csv.4711-3.sweep-partial`.
fn name_beside(target: &Path, end: &str, count: u64) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut stem = name.into_owned();
    while stem.len() > LONGEST {
        stem.pop();
    }
    let pid = std::process::id();
    folder_of(target).join(OsString::from(format!(".{stem}.{pid}-{count}{end}")))
}

/// The folder of a path; the current one of a bare name.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// What a symbolic link stands for, so that the link stays; any other path itself.
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

/// Half a file is of no use to anyone. One that can't be removed is found by a later call.
fn remove(path: &Path) {
    let _ = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        _ => fs::remove_file(path),
    };
}

/// What a thread that panicked has left of the set is as good as ever.
fn lock<T>(set: &Mutex<T>) -> MutexGuard<'_, T> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}
