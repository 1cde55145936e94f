//! `sweep init`: writes a starter file, or the built-in templates of the report.

use super::args::InitArgs;
use super::problem::Problem;
use crate::atomic_write::create_new;
use crate::format::count;
use crate::report::write_templates;
use crate::terminal::output::Output;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// The starter file, which a test runs.
const STARTER: &str = include_str!("../../templates/starter.toml");

/// Writes the starter file, without overwriting another.
///
/// # Errors
/// The file exists, or cannot be written.
pub fn init(args: &InitArgs, output: &Output) -> Result<u8, Problem> {
    if let Some(folder) = &args.templates {
        return templates(folder, output);
    }
    let path = &args.file;
    create_new(path, STARTER.as_bytes()).map_err(|source| unwritten(path.clone(), source))?;
    output.add("files", || path.display().to_string().into());
    output.message(format_args!("wrote {0}; next: sweep {0}", path.display()));
    Ok(0)
}

/// Writes the templates of the report to a folder, without overwriting any.
fn templates(folder: &Path, output: &Output) -> Result<u8, Problem> {
    let files = write_templates(folder).map_err(|(path, source)| unwritten(path, source))?;
    output.add("files", || folder.display().to_string().into());
    output.message(format_args!(
        "wrote {} to {1}; keep those that you change, remove the others; next: sweep --templates {1} FILE",
        count(files.len(), "template"),
        folder.display()
    ));
    Ok(0)
}

fn unwritten(path: PathBuf, source: Error) -> Problem {
    if source.kind() == ErrorKind::AlreadyExists {
        return Problem::Wrong(format!(
            "{} already exists; choose another name",
            path.display()
        ));
    }
    Problem::Write { path, source }
}
