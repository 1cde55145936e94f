//! `sweep init`: a file to start from; or the templates of the report, to start one's own from.

use super::args::InitArgs;
use super::output::Output;
use super::problem::Problem;
use crate::expect::count;
use crate::replace::create_new;
use crate::report::write_templates;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// The starter file; a test runs it.
const STARTER: &str = include_str!("../../templates/starter.toml");

/// Writes the starter file, and never over another.
///
/// # Errors
/// It exists, or can't be written.
pub fn init(args: &InitArgs, output: &Output) -> Result<u8, Problem> {
    if let Some(folder) = &args.templates {
        return templates(folder, output);
    }
    let path = &args.file;
    create_new(path, STARTER.as_bytes()).map_err(|source| unwritten(path.clone(), source))?;
    output.message(format_args!("wrote {0}; next: sweep {0}", path.display()));
    Ok(0)
}

/// Writes the templates of the report into a folder, and none over another.
fn templates(folder: &Path, output: &Output) -> Result<u8, Problem> {
    let files = write_templates(folder).map_err(|(path, source)| unwritten(path, source))?;
    output.message(format_args!(
        "wrote {} into {1}; keep those that you change; next: sweep --templates {1} FILE",
        count(files.len(), "template"),
        folder.display()
    ));
    Ok(0)
}

fn unwritten(path: PathBuf, source: Error) -> Problem {
    if source.kind() == ErrorKind::AlreadyExists {
        return Problem::Wrong(format!(
            "{} exists already, and is left as it is; name another",
            path.display()
        ));
    }
    Problem::Write { path, source }
}
