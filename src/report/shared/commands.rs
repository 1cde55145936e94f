//! Command lines that pages show.

use crate::config::{Sweep, Value};
use crate::grid::Cell;
use crate::identity::RunId;

/// The output folder of a rerun: a separate one, so that the page of the sweep stays unchanged, with a
/// separate store, so that the run is trained and not cached.
pub const FOLDER: &str = "rerun";

/// Returns the command that trains one run again: `sweep run FILE --set lr=0.1 --seeds 3..4 --out rerun`.
pub fn rerun(sweep: &Sweep, cell: &Cell, seed: u64) -> String {
    // If the command line has overridden keys of the file, all of them are repeated.
    let given = sweep.given.0.iter().filter(|_| sweep.overridden);
    let fixed = given.filter(|(key, _)| cell.varied.iter().all(|(varied, _)| varied != key));
    let sets = fixed.chain(&cell.varied);
    let sets =
        sets.map(|(key, value)| format!(" --set {}", word(&format!("{key}={}", plain(value)))));
    format!(
        "sweep run {}{} --seeds {} --out {FOLDER}",
        word(&sweep.path.display().to_string()),
        sets.collect::<String>(),
        only(seed),
    )
}

/// Returns the range of a single seed: `3..4`.
pub fn only(seed: u64) -> String {
    format!("{seed}..{}", seed.saturating_add(1))
}

/// Returns the command `sweep fix FILE`.
pub fn fix(sweep: &Sweep) -> String {
    format!("sweep fix {}", word(&sweep.path.display().to_string()))
}

/// Returns the command `sweep run FILE`, which trains missing runs.
pub fn rest(sweep: &Sweep) -> String {
    format!("sweep run {}", word(&sweep.path.display().to_string()))
}

/// Number of digits that identify a run, unless a store has millions.
const DIGITS: usize = 12;

/// Returns the command `sweep inspect 3f2a80c94b1d`.
pub fn inspect(id: &RunId) -> String {
    format!("sweep inspect {:.DIGITS$}", id.to_string())
}

/// Formats a value for `--set`: a word that can only be text needs no quotes.
fn plain(value: &Value) -> String {
    let is_word = |text: &str| {
        let mut bytes = text.bytes();
        bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
            && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !["true", "false", "inf", "nan"].contains(&text)
    };
    match value.text() {
        Some(text) if is_word(text) => text.to_owned(),
        _ => value.toml(),
    }
}

/// Quotes a word for a shell, if necessary.
fn word(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./=,:+@%".contains(&b);
    match !text.is_empty() && text.bytes().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_a_meaning_in_a_shell_are_quoted() {
        assert_eq!(word("experiments/lr.toml"), "experiments/lr.toml");
        assert_eq!(word("my file"), "'my file'");
        assert_eq!(word("it's"), r"'it'\''s'");
        assert_eq!(plain(&Value::Text("sgd".to_owned())), "sgd");
        assert_eq!(plain(&Value::Text("true".to_owned())), "\"true\"");
        assert_eq!(plain(&Value::Text("a b".to_owned())), "\"a b\"");
    }
}
