//! The sweep file that owns a page: two files must not write the same page, not even in separate commands.

use super::open::Opened;
use super::problem::Problem;
use crate::store::{Store, SweepEntry};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Rejects sweeps with a page that belongs to another existing file. A file loses its old page if it has moved, or
/// has another page in this command.
///
/// # Errors
/// Pages that belong to other files, or a store that cannot be read.
pub fn refuse_others(sweeps: &[Opened], store: &Store, out: &Path) -> Result<(), Problem> {
    let own = |sweep: &Opened| sweep.sweep.path.canonicalize().ok();
    let given: BTreeSet<PathBuf> = sweeps.iter().filter_map(own).collect();
    let entries = store.sweeps()?;
    let mut wrong = Vec::new();
    for sweep in sweeps {
        let entry = entries.iter().find(|entry| entry.name == sweep.page);
        let owner = entry.and_then(|entry| owner(entry, out));
        if let Some(owner) = owner.filter(|owner| !given.contains(owner)) {
            wrong.push(format!(
                "{} would overwrite the page {}, which belongs to {}; use another folder with \
                 --out, or pass a folder above both files, which gives their pages different names",
                sweep.sweep.path.display(),
                out.join(&sweep.page).display(),
                from_here(&owner).display(),
            ));
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Problem::Several(wrong)),
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
