//! Finds the sweep files of a command line, and names their pages.

use crate::spec::{COMMAND_LINE, Fault};
use crate::store;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// A sweep file with the folder of its page below the report folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// The path of the file below the given folder, without extension: `deep/lr`. For a file argument, its name
    /// without extension.
    pub page: String,
}

/// Returns the given files and those in the given folders, sorted within each folder, without duplicates. Also
/// returns errors: unreadable paths, folders without sweep files, and files with the same page or a reserved name.
pub fn find(paths: &[PathBuf]) -> (Vec<Found>, Vec<Fault>) {
    let (found, mut wrong) = files(paths);
    wrong.extend(clashes(&found));
    wrong.extend(found.iter().filter_map(taken));
    (found, wrong.into_iter().map(of_command_line).collect())
}

/// The same for commands that write no pages.
pub fn find_files(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Fault>) {
    let (found, wrong) = files(paths);
    let found = found.into_iter().map(|file| file.path);
    (
        found.collect(),
        wrong.into_iter().map(of_command_line).collect(),
    )
}

fn of_command_line(message: String) -> Fault {
    Fault::of(Path::new(COMMAND_LINE), message)
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
            Err(error) => wrong.push(format!("failed to read {}: {error}", path.display())),
        }
    }
    let mut met = BTreeSet::new();
    found.retain(|file| met.insert(file.path.canonicalize().unwrap_or(file.path.clone())));
    (found, wrong)
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

/// Returns one message per page that several files would write.
fn clashes(found: &[Found]) -> Vec<String> {
    let mut pages: BTreeMap<&str, Vec<&Path>> = BTreeMap::new();
    for file in found {
        pages.entry(&file.page).or_default().push(&file.path);
    }
    pages
        .iter()
        .filter(|(_, files)| files.len() > 1)
        .map(|(page, files)| {
            let files: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
            format!(
                "{} would write the same page {page}; rename one, or pass a folder above both",
                files.join(" and ")
            )
        })
        .collect()
}

/// Reserved names in the report folder, in addition to the files of the store, which start with [`store::FILE`].
const OF_THE_REPORT: [&str; 3] = ["index.html", "assets", "export"];
/// Reserved names in the folder of a page.
const OF_A_PAGE: [&str; 13] = [
    "index.html",
    "run.html",
    "compare.html",
    "inspect.html",
    "inspect",
    "cells.js",
    "runs",
    "weights",
    "cures",
    "sweep.json",
    "fix.json",
    "halving.json",
    "standalone.html",
];

/// Returns the error of a file with a page in the place of a reserved name. Some file systems ignore case.
fn taken(file: &Found) -> Option<String> {
    let mut parts = file.page.split('/').map(str::to_lowercase).enumerate();
    let part = parts.find(|(depth, part)| match depth {
        _ if ["", ".", ".."].contains(&part.as_str()) => true,
        0 => OF_THE_REPORT.contains(&part.as_str()) || part.starts_with(store::FILE),
        _ => OF_A_PAGE.contains(&part.as_str()),
    });
    part.map(|(_, part)| {
        format!(
            "{} would write the page {}, but the report needs the name `{part}`; rename the file",
            file.path.display(),
            file.page
        )
    })
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
    }

    #[test]
    fn two_files_with_the_same_page_and_missing_files_are_errors() {
        let folder = folder(&["a/lr.toml", "b/lr.toml", "c/notes.md"]);
        let message = pages(&folder, &["a", "b"]).unwrap_err();
        assert!(message.contains("the same page lr"), "{message}");
        let message = pages(&folder, &["c", "d"]).unwrap_err();
        assert!(message.contains("no *.toml"), "{message}");
        let missing = folder.path().join("d");
        let unread = format!("failed to read {}: ", missing.display());
        assert!(message.contains(&unread), "{message}");
    }

    #[test]
    fn pages_with_reserved_names_are_errors() {
        let good = folder(&[
            "a/lr/runs.b/x.toml",
            "a/runs/lr.toml",
            "a/sweep.toml",
            "a/index.toml",
        ]);
        assert_eq!(pages(&good, &["a"]).map(|p| p.len()), Ok(4));
        let bad = [
            "index.html.toml",
            "Index.HTML.toml",
            "sweep.db.toml",
            "sweep.db-wal.toml",
            "assets/lr.toml",
            "lr/run.html.toml",
            "lr/runs/x.toml",
            "lr/inspect/x.toml",
            "lr/index.html/x.toml",
            "lr/sweep.json.toml",
        ];
        for file in bad {
            let message = pages(&folder(&[file, "lr.toml"]), &[""]).unwrap_err();
            assert!(message.contains("the report needs"), "{file}: {message}");
            assert_eq!(message.lines().count(), 1, "{file}: {message}");
        }
        let message = pages(&folder(&["...toml"]), &["...toml"]).unwrap_err();
        assert!(message.contains("the report needs"), "{message}");
    }
}
