//! Which sweep files are meant, and how their pages are named.

use super::problem::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// A sweep file, and the folder of its page below the report folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// The file's path below the folder given, without its ending: `deep/lr`. The file's own name
    /// where it was given itself.
    pub page: String,
}

/// The files given, and those in the folders given, sorted within each folder. A file that is met
/// twice counts once.
///
/// # Errors
/// Paths that don't exist or hold no sweep file, and files that would write the same page.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Found>, Problem> {
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for path in paths {
        if path.is_dir() {
            match walk(path) {
                Ok(files) => found.extend(files),
                Err(message) => wrong.push(message),
            }
        } else if path.is_file() {
            found.push(Found {
                path: path.clone(),
                page: page(Path::new(path.file_name().unwrap_or_default())),
            });
        } else {
            wrong.push(format!("there is no file or folder {}", path.display()));
        }
    }
    let mut met = BTreeSet::new();
    found.retain(|file| met.insert(file.path.canonicalize().unwrap_or(file.path.clone())));
    wrong.extend(clashes(&found));
    match wrong.is_empty() {
        true => Ok(found),
        false => Err(Problem::Wrong(wrong.join("\n"))),
    }
}

/// Every `*.toml` below a folder, but for hidden ones.
fn walk(folder: &Path) -> Result<Vec<Found>, String> {
    let visible = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.');
    let mut found = Vec::new();
    let entries = WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || visible(entry.file_name()));
    for entry in entries {
        let entry =
            entry.map_err(|error| format!("failed to walk {}: {error}", folder.display()))?;
        let path = entry.path();
        if entry.file_type().is_file() && path.extension().is_some_and(|end| end == "toml") {
            found.push(Found {
                path: path.to_owned(),
                page: page(path.strip_prefix(folder).unwrap_or(path)),
            });
        }
    }
    match found.is_empty() {
        true => Err(format!("there is no *.toml in {}", folder.display())),
        false => Ok(found),
    }
}

/// The path without its ending, with `/` between parts on every system.
fn page(path: &Path) -> String {
    let bare = path.with_extension("");
    let parts: Vec<_> = bare
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// One message per page that several files would write.
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
                "{} would all write the page {page}; rename one, or give a folder above both",
                files.join(" and ")
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs;

    /// A folder with these files.
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
        find(&paths)
            .map(|found| found.into_iter().map(|f| f.page).collect())
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_page_is_named_after_the_path_below_the_folder_given() {
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
    fn two_files_with_one_page_and_missing_files_are_refused() {
        let folder = folder(&["a/lr.toml", "b/lr.toml", "c/notes.md"]);
        let message = pages(&folder, &["a", "b"]).unwrap_err();
        assert!(message.contains("would all write the page lr"), "{message}");
        let message = pages(&folder, &["c", "d"]).unwrap_err();
        assert!(message.contains("no *.toml"), "{message}");
        assert!(message.contains("no file or folder"), "{message}");
    }
}
