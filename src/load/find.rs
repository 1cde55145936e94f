//! Finds the sweep files of a command line, and names their pages.

use crate::spec::{COMMAND_LINE, Fault, nearest};
use crate::store;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Maximum number of files among which a missing file is looked for.
const MOST_COMPARED: usize = 10_000;

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
    "fixes",
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
