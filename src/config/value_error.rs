//! Errors of a value before its text is known. A value with several parts may have several errors, and all are
//! reported.

use std::ops::Range;

/// One error of a value.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub span: Range<usize>,
    pub message: String,
    pub label: String,
    pub help: Option<String>,
}

impl Wrong {
    pub fn new(
        span: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) -> Wrong {
        Wrong {
            span,
            message: message.into(),
            label: label.into(),
            help,
        }
    }
}

impl Wrong {
    /// A word that a list of words has and nothing implements.
    pub fn unimplemented(span: Range<usize>, key: &str, word: &str) -> Wrong {
        Wrong::new(
            span,
            format!("`{key}` can't be `{word}` yet: the word is not implemented"),
            "not implemented",
            Some(format!("choose another `{key}`, and report this as a bug")),
        )
    }
}

impl From<Wrong> for Vec<Wrong> {
    fn from(wrong: Wrong) -> Vec<Wrong> {
        vec![wrong]
    }
}

/// Returns every value, or the errors of all of them.
pub(crate) fn all<T, W: Into<Vec<Wrong>>>(
    results: impl IntoIterator<Item = Result<T, W>>,
) -> Result<Vec<T>, Vec<Wrong>> {
    let (mut values, mut wrong) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(more) => wrong.extend(more.into()),
        }
    }
    none_or(wrong, values)
}

/// Returns the value, or the errors if there are any.
pub(crate) fn none_or<T>(wrong: Vec<Wrong>, value: T) -> Result<T, Vec<Wrong>> {
    match wrong.is_empty() {
        true => Ok(value),
        false => Err(wrong),
    }
}
