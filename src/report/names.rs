//! Names of pages: each page needs a folder of its own, and no page may take the place of a file of the report.

use crate::store;
use std::collections::BTreeMap;
use std::path::Path;

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

/// Returns the errors of pages that several files would write, and of pages with a reserved name. Each entry of
/// `sweeps` is the name of a page below the report folder, and its sweep file.
pub fn conflicts(sweeps: &[(&str, &Path)]) -> Vec<String> {
    let mut errors = shared(sweeps);
    errors.extend(
        sweeps
            .iter()
            .filter_map(|(page, file)| reserved(page, file)),
    );
    errors
}

/// Returns one error per page that several files would write.
fn shared(sweeps: &[(&str, &Path)]) -> Vec<String> {
    let mut pages: BTreeMap<&str, Vec<&Path>> = BTreeMap::new();
    for &(page, file) in sweeps {
        pages.entry(page).or_default().push(file);
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

/// Returns the error of a page in the place of a reserved name. Some file systems ignore case.
fn reserved(page: &str, file: &Path) -> Option<String> {
    let mut parts = page.split('/').map(str::to_lowercase).enumerate();
    let part = parts.find(|(depth, part)| match depth {
        _ if ["", ".", ".."].contains(&part.as_str()) => true,
        0 => OF_THE_REPORT.contains(&part.as_str()) || part.starts_with(store::FILE),
        _ => OF_A_PAGE.contains(&part.as_str()),
    });
    part.map(|(_, part)| {
        format!(
            "{} would write the page {page}, but the report needs the name `{part}`; rename the file",
            file.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the errors of files with these pages.
    fn errors(pages: &[&str]) -> Vec<String> {
        let file = |page: &&str| format!("experiments/{page}.toml");
        let files: Vec<String> = pages.iter().map(file).collect();
        let files = files.iter().map(Path::new);
        let sweeps: Vec<(&str, &Path)> = pages.iter().copied().zip(files).collect();
        conflicts(&sweeps)
    }

    #[test]
    fn two_files_with_the_same_page_are_an_error() {
        let sweeps = [
            ("lr", Path::new("a/lr.toml")),
            ("deep/lr", Path::new("deep/lr.toml")),
            ("lr", Path::new("b/lr.toml")),
        ];
        assert_eq!(
            conflicts(&sweeps),
            [
                "a/lr.toml and b/lr.toml would write the same page lr; rename one, or pass a folder above both"
            ]
        );
    }

    #[test]
    fn pages_with_reserved_names_are_errors() {
        let good = ["lr/runs.b/x", "runs/lr", "sweep", "index"];
        assert_eq!(errors(&good), Vec::<String>::new());
        let bad = [
            "index.html",
            "Index.HTML",
            "sweep.db",
            "sweep.db-wal",
            "assets/lr",
            "lr/run.html",
            "lr/runs/x",
            "lr/inspect/x",
            "lr/index.html/x",
            "lr/sweep.json",
            "..",
        ];
        for page in bad {
            let all = errors(&[page, "lr"]);
            assert_eq!(all.len(), 1, "{page}: {all:?}");
            assert!(all[0].contains("the report needs"), "{page}: {all:?}");
        }
    }
}
