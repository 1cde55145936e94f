//! Recognizes a mistyped command: `sweep chekc lr.toml` does not mean a file named `chekc`.

use super::args::Cli;
use super::problem::Problem;
use clap::CommandFactory;
use std::path::PathBuf;

/// Rejects a first file that does not exist and resembles the name of a command.
///
/// # Errors
/// Names the similar command.
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
            "the command must come first; write `sweep {name} …`"
        ))),
        Some((far, name)) if far <= 2 && far < name.len() / 2 + 1 => Err(Problem::Wrong(format!(
            "unknown command `{word}`, and no file of that name; did you mean `{name}`?"
        ))),
        _ => Ok(()),
    }
}
