//! `sweep chekc lr.toml` means a command, not a file named `chekc`.

use super::args::Cli;
use super::problem::Problem;
use clap::CommandFactory;
use std::path::PathBuf;

/// Refuses a first file that isn't there and looks like the name of a command.
///
/// # Errors
/// Which command was probably meant.
pub fn refuse(files: &[PathBuf]) -> Result<(), Problem> {
    let Some(word) = files.first().filter(|file| !file.exists()) else {
        return Ok(());
    };
    let word = word.to_string_lossy();
    let command = Cli::command();
    let names = command.get_subcommands().map(|command| command.get_name());
    let nearest = names
        .map(|name| (strsim::damerau_levenshtein(&word, name), name))
        .min();
    match nearest {
        Some((0, name)) => Err(Problem::Wrong(format!(
            "the command comes first: sweep {name} …"
        ))),
        Some((far, name)) if far <= 2 && far < name.len() / 2 + 1 => Err(Problem::Wrong(format!(
            "there is no command '{word}', and no such file; did you mean '{name}'?"
        ))),
        _ => Ok(()),
    }
}
