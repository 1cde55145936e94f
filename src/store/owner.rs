//! The sweep file that owns a page: two files must not write the same page, not even in separate commands.

use super::{Store, StoreError, SweepEntry};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Pages that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Pages belong to other files; at least one.
    #[error("{}", joined(.0))]
    Others(Vec<OtherOwner>),
}

/// A page that belongs to another file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OtherOwner {
    /// It belongs to another sweep file.
    #[error(
        "{} would overwrite the page {}, which belongs to {}; use another folder with --out, or pass a folder above \
         both files, which gives their pages different names",
        file.display(), page.display(), owner.display()
    )]
    File {
        /// The file that would write the page.
        file: PathBuf,
        /// The folder of the page.
        page: PathBuf,
        /// The file that owns the page, relative to the current folder if possible.
        owner: PathBuf,
    },
    /// It belongs to imported runs.
    #[error(
        "{} would overwrite the page {} of imported runs; use another folder with --out, rename the file, or import \
         the runs with another --name",
        file.display(), page.display()
    )]
    Import {
        /// The file that would write the page.
        file: PathBuf,
        /// The folder of the page.
        page: PathBuf,
    },
}

/// Returns the messages of all errors.
fn joined(others: &[OtherOwner]) -> String {
    let messages: Vec<String> = others.iter().map(ToString::to_string).collect();
    messages.join("; ")
}

/// Rejects sweep files with a page that belongs to another existing file. A file loses its old page if it has moved, or
/// has another page in this command. Each entry of `sweeps` is the name of a page below the report folder `out`, and
/// its sweep file.
///
/// # Errors
/// Pages that belong to other files, or a store that cannot be read.
pub fn refuse_others(
    sweeps: &[(&str, &Path)],
    store: &Store,
    out: &Path,
) -> Result<(), OwnerError> {
    let given = sweeps
        .iter()
        .filter_map(|(_, file)| file.canonicalize().ok());
    let given: BTreeSet<PathBuf> = given.collect();
    let entries = store.sweeps()?;
    let mut others = Vec::new();
    for &(page, file) in sweeps {
        let entry = entries.iter().find(|entry| entry.name == page);
        let is_of_file = entry.is_some_and(|entry| entry.path.extension() == Some("toml".as_ref()));
        if !is_of_file && store.import(page)?.is_some() {
            others.push(OtherOwner::Import {
                file: file.to_owned(),
                page: out.join(page),
            });
            continue;
        }
        let owner = entry.and_then(|entry| owner(entry, out));
        if let Some(owner) = owner.filter(|owner| !given.contains(owner)) {
            others.push(OtherOwner::File {
                file: file.to_owned(),
                page: out.join(page),
                owner: from_here(&owner),
            });
        }
    }
    match others.is_empty() {
        true => Ok(()),
        false => Err(OwnerError::Others(others)),
    }
}

/// Returns the file that a page was written from, if both exist.
fn owner(entry: &SweepEntry, out: &Path) -> Option<PathBuf> {
    let page = out.join(&entry.name).join("index.html");
    whole(entry, out).filter(|_| page.exists())
}

/// Returns the file of a sweep if it exists, relative to the current folder if possible.
pub fn file_of(entry: &SweepEntry, out: &Path) -> Option<PathBuf> {
    whole(entry, out).map(|path| from_here(&path))
}

fn whole(entry: &SweepEntry, out: &Path) -> Option<PathBuf> {
    let out = out.canonicalize().ok()?;
    out.join(&entry.path).canonicalize().ok()
}

/// Returns the path of a file relative to the report folder. It stays valid if both are moved or copied together, and
/// in any current folder.
pub fn seen_from(out: &Path, file: &Path) -> PathBuf {
    let (Ok(out), Ok(file)) = (out.canonicalize(), file.canonicalize()) else {
        return file.to_owned();
    };
    let pairs = out.components().zip(file.components());
    let shared = pairs.take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return file;
    }
    let up = out.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(file.components().skip(shared)).collect()
}

/// Returns a path relative to the current folder, if it is below that.
fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let below = here.ok().and_then(|here| path.strip_prefix(here).ok());
    below.unwrap_or(path).to_owned()
}
