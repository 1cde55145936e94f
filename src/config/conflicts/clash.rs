//! One conflict: the keys that take part in it, what is wrong, and how to fix it.

use std::fmt;

/// A conflict between values of a cell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {help}")]
pub struct Clash {
    /// The keys that take part in it, the most likely cause first.
    pub keys: Vec<&'static str>,
    /// What is wrong.
    pub message: String,
    /// A short form of the message, for the place of the cause.
    pub label: String,
    /// How to fix it.
    pub help: String,
    /// Whether the first key is unused because of the value of the second. It does no harm to cells with other values.
    pub is_unused: bool,
}

pub(super) fn clash(
    keys: &[&'static str],
    message: impl Into<String>,
    label: impl Into<String>,
    help: impl Into<String>,
) -> Clash {
    Clash {
        keys: keys.to_vec(),
        message: message.into(),
        label: label.into(),
        help: help.into(),
        is_unused: false,
    }
}

/// Returns the conflict of a key that does nothing because of the value of another one. `by` says what ignores it.
pub(super) fn unused(
    [key, other]: [&'static str; 2],
    by: impl fmt::Display,
    label: impl Into<String>,
    help: impl Into<String>,
) -> Clash {
    let message = format!("unused key `{key}`: {by}");
    Clash {
        is_unused: true,
        ..clash(&[key, other], message, label, help)
    }
}

/// A word, or a record of this name, that the table of keys lists and nothing implements.
pub(crate) fn unimplemented(key: &'static str, word: &str) -> Clash {
    let short = key.strip_prefix("data.").unwrap_or(key);
    clash(
        &[key],
        format!("`{short}` can't be `{word}` yet: the word is not implemented"),
        "not implemented",
        format!("choose another `{short}`, and report this as a bug"),
    )
}
