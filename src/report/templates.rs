//! Templates, style sheet and script of the pages: built-in files, or custom ones in their place.

use super::error::ReportError;
use super::files::name_below;
use super::shared::theme::{diagnosis_css, hue_css};
use crate::atomic_write::create_new;
use crate::config::nearest;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tera::{Context, ErrorKind, Tera};
use walkdir::WalkDir;

/// Lists templates by their names, each with its folder.
macro_rules! pages {
    ($($folder:literal / $name:literal),* $(,)?) => {
        &[$((
            concat!($name, ".html"),
            include_str!(concat!("../../templates/", $folder, "/", $name, ".html")),
        )),*]
    };
}

/// Lists parts of the script by their names among the templates, each with its folder.
macro_rules! parts {
    ($($folder:literal / $name:literal),* $(,)?) => {
        &[$((
            concat!("script/", $name, ".js"),
            include_str!(concat!("../../templates/", $folder, "/", $name, ".js")),
        )),*]
    };
}

/// The templates of pages, with their names. A custom file has the name, without the folder.
const PAGES: &[(&str, &str)] = pages![
    "shared" / "base",
    "shared" / "figure",
    "index" / "index",
    "sweep" / "sweep",
    "sweep" / "row",
    "sweep" / "running",
    "run" / "run",
    "run" / "body",
    "run" / "settings",
    "compare" / "compare",
    "inspect" / "inspect",
    "inspect" / "replay",
];

/// The style sheet, with its name among the templates.
const SHEET: (&str, &str) = (
    "sweep.css",
    include_str!("../../templates/shared/sweep.css"),
);

/// The parts of the pages' script, in their order, with their names among the templates.
const SCRIPT: &[(&str, &str)] = parts![
    "shared" / "colours",
    "shared" / "parts",
    "shared" / "standalone",
    "shared" / "figures",
    "shared" / "later",
    "shared" / "theme",
    "sweep" / "filter",
    "sweep" / "map",
    "sweep" / "cells",
    "sweep" / "curves",
    "sweep" / "points",
    "sweep" / "sweep",
    "run" / "cure",
    "run" / "run",
    "inspect" / "inspect",
    "compare" / "compare",
    "index" / "index",
    "sweep" / "running",
    "shared" / "start",
];

/// Templates, style sheet and script.
#[derive(Debug)]
pub struct Templates {
    tera: Tera,
    /// The style sheet.
    pub(super) sheet: String,
    /// The script.
    pub(super) script: String,
    /// The folder of custom files, and these files by name.
    own: Option<(PathBuf, BTreeMap<String, String>)>,
}

/// An error of custom templates.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The folder or a file in it can't be read.
    #[error("failed to read {}: {source}", path.display())]
    Read {
        /// Path of the folder or file.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The name of a file is not that of a template.
    #[error("{}: the report has no template with this name; {help}", path.display())]
    Unknown {
        /// Path of the file.
        path: PathBuf,
        /// A suggestion.
        help: String,
    },
    /// An error in a template, with file and line.
    #[error("{0}")]
    Fault(String),
}

/// Returns every file that can be replaced, with its name: templates, style sheet, parts of the script.
fn embedded() -> impl Iterator<Item = (&'static str, &'static str)> {
    let pages = PAGES.iter().copied();
    pages.chain([SHEET]).chain(SCRIPT.iter().copied())
}

/// Writes the built-in files to a folder, without overwriting any, and returns their paths.
///
/// # Errors
/// The path of the file that can't be written, and the reason.
pub fn write_templates(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let write = |(name, text): (&str, &str)| {
        let path = folder.join(name);
        match create_new(&path, text.as_bytes()) {
            Ok(()) => Ok(path),
            Err(error) => Err((path, error)),
        }
    };
    embedded().map(write).collect()
}

impl Templates {
    /// Returns the built-in templates.
    ///
    /// # Errors
    /// An error in a template.
    pub fn embedded() -> Result<Templates, TemplateError> {
        Templates::of(None)
    }

    /// Returns the templates of a folder, and the built-in ones that the folder does not replace.
    ///
    /// # Errors
    /// Files that can't be read or have an unknown name, and the first error in a template.
    pub fn with(folder: &Path) -> Result<Templates, Vec<TemplateError>> {
        let own = read(folder)?;
        Templates::of(Some((folder.to_owned(), own))).map_err(|fault| vec![fault])
    }

    fn of(own: Option<(PathBuf, BTreeMap<String, String>)>) -> Result<Templates, TemplateError> {
        let text = |(name, text): &(&'static str, &'static str)| {
            let own = own.as_ref().and_then(|(_, files)| files.get(*name));
            own.map_or_else(|| (*text).to_owned(), Clone::clone)
        };
        let mut tera = Tera::new();
        tera.autoescape_on([""]);
        let pages = PAGES.iter().map(|page| (page.0, text(page)));
        let read = tera.add_raw_templates(pages);
        let parts: Vec<String> = SCRIPT.iter().map(text).collect();
        let templates = Templates {
            tera,
            // The style sheet comes after these colors, so that a custom one can change them.
            sheet: format!("{}{}{}", diagnosis_css(), hue_css(), text(&SHEET)),
            script: joined(&parts),
            own,
        };
        match read {
            Ok(_) => Ok(templates),
            Err(error) => Err(TemplateError::Fault(templates.located(&error))),
        }
    }

    /// Returns whether some of them are custom.
    pub fn are_own(&self) -> bool {
        self.own.is_some()
    }

    /// Renders a page.
    ///
    /// # Errors
    /// [`ReportError::Render`], with file and line.
    pub(super) fn render(&self, page: &'static str, of: &Context) -> Result<String, ReportError> {
        let made = self.tera.render(page, of);
        made.map_err(|error| ReportError::Render {
            page,
            why: self.located(&error),
        })
    }

    /// Returns an error with file and line: `mine/sweep.html:3: …`.
    fn located(&self, error: &tera::Error) -> String {
        let (ErrorKind::SyntaxError(at) | ErrorKind::RenderingError(at)) = error.kind() else {
            return error.to_string();
        };
        let name = at.filename();
        let path = match &self.own {
            Some((folder, files)) if files.contains_key(name) => folder.join(name),
            _ => PathBuf::from(name),
        };
        let line = at.span().start_line;
        format!("{}:{line}: {}", path.display(), at.message())
    }
}

/// Joins the parts to one script, in a function of its own, so that its names are not global.
fn joined(parts: &[String]) -> String {
    format!("\"use strict\";\n(() => {{\n{}}})();\n", parts.join("\n"))
}

/// Reads the files of a folder, by their relative paths, without hidden ones.
fn read(folder: &Path) -> Result<BTreeMap<String, String>, Vec<TemplateError>> {
    let (mut files, mut wrong) = (BTreeMap::new(), Vec::new());
    let visible = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.');
    let walk = WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || visible(entry.file_name()));
    for entry in walk {
        let failed = |path: &Path, source| TemplateError::Read {
            path: path.to_owned(),
            source,
        };
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                let source = error.into_io_error();
                let circle = || io::Error::other("it contains a link to itself");
                wrong.push(failed(&path, source.unwrap_or_else(circle)));
                continue;
            }
        };
        let path = entry.path();
        match entry.file_type().is_dir() {
            true => continue,
            false if entry.depth() == 0 => {
                wrong.push(failed(path, io::ErrorKind::NotADirectory.into()));
                continue;
            }
            false => {}
        }
        let name = name_below(folder, path);
        if embedded().all(|(known, _)| known != name) {
            let path = path.to_owned();
            wrong.push(TemplateError::Unknown {
                path,
                help: help(&name),
            });
            continue;
        }
        match fs::read_to_string(path) {
            Ok(text) => drop(files.insert(name, text)),
            Err(source) => wrong.push(failed(path, source)),
        }
    }
    match wrong.is_empty() {
        true => Ok(files),
        false => Err(wrong),
    }
}

/// Returns a suggestion for the name of a file.
fn help(name: &str) -> String {
    match nearest(name, embedded().map(|(known, _)| known)) {
        Some(near) => format!("did you mean {near}?"),
        None => "`sweep init --templates DIR` writes all templates".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::codes::Code;

    /// Returns the errors of a folder with these files.
    fn wrong(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let wrong = Templates::with(folder.path()).err().unwrap_or_default();
        let root = format!("{}/", folder.path().display());
        let messages = wrong.iter().map(|error| error.to_string());
        messages.map(|error| error.replace(&root, "")).collect()
    }

    #[test]
    fn written_templates_can_be_read_and_are_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("mine");
        let paths = write_templates(&own).unwrap();
        assert_eq!(paths.len(), embedded().count());
        let (read, own_ones) = (Templates::with(&own).unwrap(), Templates::embedded());
        assert_eq!(read.script, own_ones.unwrap().script);
        let (path, error) = write_templates(&own).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(path, paths[0]);
    }

    #[test]
    fn every_diagnosis_has_a_color_of_its_own_on_light_and_on_dark_pages() {
        let sheet = Templates::embedded().unwrap().sheet;
        for code in Code::ALL {
            let [light, dark] = code.colors();
            let (name, colors) = (code.name(), format!("light-dark({light}, {dark})"));
            assert!(sheet.contains(&format!("--d-{name}: {colors};")), "{name}");
            for of in 0..2 {
                let same = |other: &&Code| other.colors()[of] == code.colors()[of];
                assert_eq!(Code::ALL.iter().filter(same).count(), 1, "{name}");
            }
        }
    }

    #[test]
    fn all_files_that_are_no_template_are_reported() {
        let files = [
            ("swep.html", ""),
            ("script/start.js", ""),
            ("start.js", ""),
            ("notes/a.txt", ""),
            (".git/x", ""),
        ];
        let errors = wrong(&files);
        assert_eq!(errors.len(), 3, "{errors:?}");
        assert!(errors[2].starts_with("swep.html: "), "{errors:?}");
        assert!(errors[2].contains("sweep.html?"), "{errors:?}");
        let missing = Templates::with(Path::new("not/there")).unwrap_err();
        let missing = missing[0].to_string();
        assert!(missing.contains("failed to read not/there"), "{missing}");
    }

    #[test]
    fn an_error_in_a_template_has_file_and_line() {
        let errors = wrong(&[("index.html", "one\ntwo {% if %}\n")]);
        assert!(errors[0].starts_with("index.html:2: "), "{errors:?}");
    }
}
