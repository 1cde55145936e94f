//! `sweep init`: a file to start from.

use super::args::InitArgs;
use super::output::Output;
use super::problem::Problem;
use std::io::{ErrorKind, Write};

/// The starter file; a test runs it.
const STARTER: &str = include_str!("../../templates/starter.toml");

/// Writes the starter file, and never over another.
///
/// # Errors
/// It exists, or can't be written.
pub fn init(args: &InitArgs, output: &Output) -> Result<u8, Problem> {
    let path = &args.file;
    std::fs::File::create_new(path)
        .and_then(|mut file| file.write_all(STARTER.as_bytes()))
        .map_err(|source| match source.kind() {
            ErrorKind::AlreadyExists => Problem::Wrong(format!(
                "{} exists already, and is left as it is; name another file",
                path.display()
            )),
            _ => Problem::Write {
                path: path.clone(),
                source,
            },
        })?;
    output.message(format_args!("wrote {0}; next: sweep {0}", path.display()));
    Ok(0)
}
