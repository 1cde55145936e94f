//! Finds sweep files by their paths and folders, and opens them.

use super::{Loaded, load_or_recall, load_with};
use crate::config;
use crate::config::keys::Registry;
use crate::config::{COMMAND_LINE, Fault, Faults, Overrides, Sweep, nearest};
use crate::grid::Cell;
use crate::train::datasets::{Files, Recorded};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Maximum number of files among which a missing file is looked for.
const MOST_COMPARED: usize = 10_000;

/// A sweep file with the name of its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The path of the file.
    pub path: PathBuf,
    /// The folder of its page below the report folder: the path of the file below the given folder, without extension,
    /// such as `deep/lr`. For a file argument, its name without extension.
    pub page: String,
}

/// A sweep file without errors, ready for training.
#[derive(Debug)]
pub struct OpenedSweep {
    /// The folder of its page below the report folder.
    pub page: String,
    /// The sweep file.
    pub sweep: Sweep,
    /// Its cells, in the order of the grid.
    pub cells: Vec<Cell>,
    /// The data files of the cells.
    pub files: Files,
}

impl Found {
    /// Reads the file.
    ///
    /// # Errors
    /// All errors in the file.
    pub fn open(self, overrides: &Overrides, registry: Registry) -> Result<OpenedSweep, Faults> {
        let Loaded {
            sweep,
            cells,
            files,
        } = load_with(&self.path, &config::text(&self.path)?, overrides, registry)?;
        Ok(OpenedSweep {
            page: self.page,
            sweep,
            cells,
            files,
        })
    }

    /// Reads the file to look at its stored runs. A data file that is missing, or has changed since the last run, is as it
    /// was then, and the second value says so.
    ///
    /// # Errors
    /// All errors in the file, and in data files that the last run did not use.
    pub fn open_or_recall(
        self,
        overrides: &Overrides,
        registry: Registry,
        recorded: Option<&[Recorded]>,
    ) -> Result<(OpenedSweep, Option<String>), Faults> {
        let (text, recorded) = (config::text(&self.path)?, recorded.unwrap_or_default());
        let (loaded, why) = load_or_recall(&self.path, &text, overrides, registry, recorded)?;
        let path = self.path.display();
        let note =
            why.map(|why| format!("{path}: {why}; showing its runs on the data of its last run"));
        let Loaded {
            sweep,
            cells,
            files,
        } = loaded;
        let opened = OpenedSweep {
            page: self.page,
            sweep,
            cells,
            files,
        };
        Ok((opened, note))
    }
}

/// Returns the given files and those in the given folders, sorted within each folder, without duplicates. Also
/// returns errors: unreadable paths, and folders without sweep files.
pub fn find(paths: &[PathBuf]) -> (Vec<Found>, Vec<Fault>) {
    let (found, wrong) = files(paths);
    let of_command_line = |message: String| Fault::of(Path::new(COMMAND_LINE), message);
    (found, wrong.into_iter().map(of_command_line).collect())
}

/// The files, and paths that can't be read or hold no sweep file.
fn files(paths: &[PathBuf]) -> (Vec<Found>, Vec<String>) {
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for path in paths {
        match fs::metadata(path) {
            Ok(data) if data.is_dir() => walk(path, &mut found, &mut wrong),
            Ok(_) => found.push(Found {
                path: path.clone(),
                page: page(Path::new(path.file_name().unwrap_or_default())),
            }),
            Err(error) => wrong.push(format!(
                "failed to read {}: {error}{}",
                path.display(),
                similar(path)
            )),
        }
    }
    let mut met = BTreeSet::new();
    found.retain(|file| met.insert(file.path.canonicalize().unwrap_or(file.path.clone())));
    (found, wrong)
}

/// Returns `; did you mean experiments/lr.toml?` for a file with a similar name in the same folder, or one of the same
/// name in a folder next to it; else nothing.
fn similar(missing: &Path) -> String {
    let (Some(name), Some(parent)) = (missing.file_name(), missing.parent()) else {
        return String::new();
    };
    let here = match parent.as_os_str().is_empty() {
        true => Path::new("."),
        false => parent,
    };
    let files = WalkDir::new(here).max_depth(2).sort_by_file_name();
    let files = files.into_iter().filter_map(Result::ok).take(MOST_COMPARED);
    let toml = |path: &Path| path.extension().is_some_and(|end| end == "toml");
    let sweeps: Vec<PathBuf> = files
        .map(walkdir::DirEntry::into_path)
        .filter(|path| toml(path))
        .collect();
    let siblings = || sweeps.iter().filter(|path| path.parent() == Some(here));
    let stem = |path: &Path| {
        path.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
    };
    let stems: Vec<String> = siblings().filter_map(|path| stem(path)).collect();
    let wanted = stem(missing).unwrap_or_default();
    let nearest = nearest(&wanted, stems.iter().map(String::as_str));
    let similar = siblings().find(|path| nearest.is_some() && stem(path).as_deref() == nearest);
    let path = similar.or(sweeps.iter().find(|path| path.file_name() == Some(name)));
    path.map_or(String::new(), |path| {
        let path = path.strip_prefix(".").unwrap_or(path);
        format!("; did you mean {}?", path.display())
    })
}

/// Adds every `*.toml` file below a folder, without hidden ones.
fn walk(folder: &Path, found: &mut Vec<Found>, wrong: &mut Vec<String>) {
    let visible = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.');
    let before = (found.len(), wrong.len());
    let entries = WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || visible(entry.file_name()));
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                wrong.push(format!("failed to read {}: {error}", folder.display()));
                continue;
            }
        };
        let path = entry.path();
        if entry.file_type().is_file() && path.extension().is_some_and(|end| end == "toml") {
            found.push(Found {
                path: path.to_owned(),
                page: page(path.strip_prefix(folder).unwrap_or(path)),
            });
        }
    }
    if (found.len(), wrong.len()) == before {
        wrong.push(format!("no *.toml files in {}", folder.display()));
    }
}

/// Returns a path without extension, with `/` as separator on every system.
fn page(path: &Path) -> String {
    let bare = path.with_extension("");
    let parts: Vec<_> = bare
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Creates a folder with these files.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    fn pages(folder: &tempfile::TempDir, given: &[&str]) -> Result<Vec<String>, String> {
        let paths: Vec<_> = given.iter().map(|p| folder.path().join(p)).collect();
        let (found, wrong) = find(&paths);
        match wrong.is_empty() {
            true => Ok(found.into_iter().map(|f| f.page).collect()),
            false => Err(wrong
                .into_iter()
                .map(|fault| fault.message + "\n")
                .collect()),
        }
    }

    #[test]
    fn a_page_is_named_after_the_path_below_the_given_folder() {
        let folder = folder(&[
            "e/lr.toml",
            "e/deep/lr.toml",
            "e/a.b.toml",
            "e/.git/x.toml",
            "e/n.md",
        ]);
        assert_eq!(
            pages(&folder, &["e"]),
            Ok(vec!["a.b".into(), "deep/lr".into(), "lr".into()])
        );
        assert_eq!(pages(&folder, &["e/lr.toml"]), Ok(vec!["lr".into()]));
        assert_eq!(pages(&folder, &["e/lr.toml", "e"]).map(|p| p.len()), Ok(3));
        fs::write(folder.path().join("...toml"), "").unwrap();
        assert_eq!(pages(&folder, &["...toml"]), Ok(vec!["..".into()]));
    }

    #[test]
    fn missing_files_and_folders_without_sweep_files_are_errors() {
        let folder = folder(&["a/lr.toml", "c/notes.md"]);
        let message = pages(&folder, &["c", "d"]).unwrap_err();
        assert!(message.contains("no *.toml"), "{message}");
        let missing = folder.path().join("d");
        let unread = format!("failed to read {}: ", missing.display());
        assert!(message.contains(&unread), "{message}");
    }

    #[test]
    fn a_missing_file_is_compared_with_those_that_exist() {
        let folder = folder(&["e/depth.toml", "lr.toml"]);
        for (missing, similar) in [
            ("e/dpeth.toml", "e/depth.toml"),
            ("depth.toml", "e/depth.toml"),
        ] {
            let message = pages(&folder, &[missing]).unwrap_err();
            let path = folder.path().join(similar);
            assert!(
                message.contains(&format!("did you mean {}?", path.display())),
                "{message}"
            );
        }
        let message = pages(&folder, &["other.toml"]).unwrap_err();
        assert!(!message.contains("did you mean"), "{message}");
    }
}
