//! Commands about one run of a sweep, as one would type them.

use crate::grid::Cell;
use crate::identity::RunId;
use crate::spec::{Sweep, Value};

/// The folder that it writes to: of its own, so that the page of the whole sweep stays as it is, and
/// with a store of its own, so that the run is trained and not looked up.
pub const FOLDER: &str = "rerun";

/// Trains one run again: `sweep run FILE --set lr=0.1 --seeds 3..4 --out rerun`.
pub fn command(sweep: &Sweep, cell: &Cell, seed: u64) -> String {
    // Where the command line has changed what the file says, all of it is said again.
    let given = sweep.given.0.iter().filter(|_| sweep.overridden);
    let fixed = given.filter(|(key, _)| cell.varied.iter().all(|(varied, _)| varied != key));
    let sets = fixed.chain(&cell.varied);
    let sets =
        sets.map(|(key, value)| format!(" --set {}", word(&format!("{key}={}", plain(value)))));
    format!(
        "sweep run {}{} --seeds {seed}..{} --out {FOLDER}",
        word(&sweep.path.display().to_string()),
        sets.collect::<String>(),
        seed.saturating_add(1),
    )
}

/// `sweep fix FILE`.
pub fn fix(sweep: &Sweep) -> String {
    format!("sweep fix {}", word(&sweep.path.display().to_string()))
}

/// `sweep run FILE`: trains what is missing.
pub fn rest(sweep: &Sweep) -> String {
    format!("sweep run {}", word(&sweep.path.display().to_string()))
}

/// So many digits of its name say which run is meant, where a store does not hold millions.
const DIGITS: usize = 12;

/// `sweep inspect 3f2a80c94b1d`.
pub fn inspect(id: &RunId) -> String {
    format!("sweep inspect {:.DIGITS$}", id.to_string())
}

/// A value as `--set` takes it: a word that can only be text needs no quotes.
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

/// A word of a shell, in quotes where it needs them.
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
    fn what_a_shell_would_read_otherwise_stands_in_quotes() {
        assert_eq!(word("experiments/lr.toml"), "experiments/lr.toml");
        assert_eq!(word("my file"), "'my file'");
        assert_eq!(word("it's"), r"'it'\''s'");
        assert_eq!(plain(&Value::Text("sgd".to_owned())), "sgd");
        assert_eq!(plain(&Value::Text("true".to_owned())), "\"true\"");
        assert_eq!(plain(&Value::Text("a b".to_owned())), "\"a b\"");
    }
}
