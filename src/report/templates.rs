//! Templates, style sheet and script of the pages: the embedded ones, or a person's own in their place.

use super::{ReportError, files, pages};
use crate::code::Code;
use crate::replace::create_new;
use crate::spec::nearest;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tera::{Context, ErrorKind, Tera};
use walkdir::WalkDir;

/// The style sheet, by its name among the templates.
const SHEET: (&str, &str) = ("sweep.css", include_str!("../../templates/sweep.css"));

/// What pages are made with.
#[derive(Debug)]
pub struct Templates {
    tera: Tera,
    /// The style sheet.
    pub(super) sheet: String,
    /// The script.
    pub(super) script: String,
    /// A person's own files by their names, and their folder.
    own: Option<(PathBuf, BTreeMap<String, String>)>,
}

/// A person's own templates that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The folder, or a file in it.
    #[error("failed to read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that would take no other's place.
    #[error("{}: the report has no template of this name; {help}", path.display())]
    Unknown {
        /// Which.
        path: PathBuf,
        /// What it may have meant.
        help: String,
    },
    /// A fault in a template, with its file and line.
    #[error("{0}")]
    Fault(String),
}

/// Every file that can be replaced, by its name: templates, style sheet, and the parts of the script.
fn embedded() -> impl Iterator<Item = (&'static str, &'static str)> {
    let pages = pages::TEMPLATES.iter().copied();
    pages.chain([SHEET]).chain(files::SCRIPT.iter().copied())
}

/// Writes the embedded files into a folder, to start one's own from; never over another. Gives their paths.
///
/// # Errors
/// The file that can't be written, and why.
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
    /// Those of the program.
    ///
    /// # Errors
    /// A fault in a template.
    pub fn embedded() -> Result<Templates, TemplateError> {
        Templates::of(None)
    }

    /// Those in a folder, and those of the program for what the folder does not have.
    ///
    /// # Errors
    /// Files that can't be read or are called as no template is, and the first fault in a template.
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
        let pages = pages::TEMPLATES.iter().map(|page| (page.0, text(page)));
        let read = tera.add_raw_templates(pages);
        let parts: Vec<String> = files::SCRIPT.iter().map(text).collect();
        let templates = Templates {
            tera,
            sheet: format!("{}{}", colors(), text(&SHEET)),
            script: files::script(&parts),
            own,
        };
        match read {
            Ok(_) => Ok(templates),
            Err(error) => Err(TemplateError::Fault(templates.told(&error))),
        }
    }

    /// Whether some are a person's own.
    pub fn are_own(&self) -> bool {
        self.own.is_some()
    }

    /// A page, filled.
    ///
    /// # Errors
    /// [`ReportError::Render`], with file and line.
    pub(super) fn render(&self, page: &'static str, of: &Context) -> Result<String, ReportError> {
        let made = self.tera.render(page, of);
        made.map_err(|error| ReportError::Render {
            page,
            why: self.told(&error),
        })
    }

    /// `mine/sweep.html:3: what is wrong`.
    fn told(&self, error: &tera::Error) -> String {
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

/// The colors of all diagnoses, each never without its words: `--d-dead-relu` for maps and figures, `.d-dead-relu` for
/// what has `--d`. The style sheet comes after them, so that one of a person's own can have others.
fn colors() -> String {
    let of = |code: Code| {
        let (name, [light, dark]) = (code.name(), code.colors());
        format!(
            ":root {{ --d-{name}: light-dark({light}, {dark}); }}\n.d-{name} {{ --d: var(--d-{name}); }}\n"
        )
    };
    Code::ALL.map(of).concat()
}

/// The files of a folder, by their names below it; hidden ones are none.
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
                let circle = || io::Error::other("a link in it leads back to it");
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
        let name = super::name_below(folder, path);
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

/// What a file may have meant to be called.
fn help(name: &str) -> String {
    match nearest(name, embedded().map(|(known, _)| known)) {
        Some(near) => format!("did you mean {near}?"),
        None => "`sweep init --templates DIR` writes those that there are".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// What is wrong with a folder of these files.
    fn wrong(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let wrong = Templates::with(folder.path()).err().unwrap_or_default();
        let root = format!("{}/", folder.path().display());
        let told = wrong.iter().map(|error| error.to_string());
        told.map(|error| error.replace(&root, "")).collect()
    }

    #[test]
    fn what_is_written_out_can_be_read_in_again_and_is_not_written_over() {
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
    fn what_cannot_be_a_template_is_told_all_at_once() {
        let files = [
            ("swep.html", ""),
            ("script/start.js", ""),
            ("start.js", ""),
            ("notes/a.txt", ""),
            (".git/x", ""),
        ];
        let told = wrong(&files);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[2].starts_with("swep.html: "), "{told:?}");
        assert!(told[2].ends_with("did you mean sweep.html?"), "{told:?}");
        let missing = Templates::with(Path::new("not/there")).unwrap_err();
        let missing = missing[0].to_string();
        assert!(missing.contains("failed to read not/there"), "{missing}");
    }

    #[test]
    fn a_fault_is_told_with_its_file_and_line() {
        let told = wrong(&[("index.html", "one\ntwo {% if %}\n")]);
        assert!(told[0].starts_with("index.html:2: "), "{told:?}");
    }
}
