//! Whose page a page is: two files must not write the same one, not even in two calls.

use super::open::Opened;
use super::problem::Problem;
use crate::store::{Store, SweepEntry};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Refuses sweeps whose page belongs to another file that is still there. A file that has moved,
/// or whose page has another name in this call, owns the old page no longer.
///
/// # Errors
/// Which pages are meant, and the store can't be read.
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
                 --out, or give a folder above both files, below which their pages have names of \
                 their own",
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

/// The file that a page was made from, where both are still there.
fn owner(entry: &SweepEntry, out: &Path) -> Option<PathBuf> {
    let page = out.join(&entry.name).join("index.html");
    whole(entry, out).filter(|_| page.exists())
}

/// The file that a sweep was made from, as one would type it, where it is still there.
pub fn file_of(entry: &SweepEntry, out: &Path) -> Option<PathBuf> {
    whole(entry, out).map(|path| from_here(&path))
}

fn whole(entry: &SweepEntry, out: &Path) -> Option<PathBuf> {
    let out = out.canonicalize().ok()?;
    out.join(&entry.path).canonicalize().ok()
}

/// Where a file lies as seen from the report folder, so that the two still know each other where
/// they are moved or copied together, whatever folder the program is called from.
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

/// A path as one would type it.
fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let below = here.ok().and_then(|here| path.strip_prefix(here).ok());
    below.unwrap_or(path).to_owned()
}
