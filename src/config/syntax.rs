//! Parses the text of a sweep file as TOML, and collects the errors of its syntax.

use super::brackets;
use super::check_limits;
use super::error::Fault;
use super::reader::Reader;
use crate::escape;
use toml::Spanned;
use toml::de::DeTable;

/// The tables of a text, and whether it is TOML at all, and within the limits of a sweep file.
pub(super) fn parsed<'i>(reader: &mut Reader, text: &'i str) -> (Spanned<DeTable<'i>>, bool) {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut parsed = true;
    let (errors, open) = without_consequences(errors, text);
    for place in open {
        let (what, label) = match text[place..].starts_with('{') {
            true => ("inline table", "no `}` closes it"),
            false => ("array", "no `]` closes it"),
        };
        let message = format!("invalid TOML: unclosed {what}");
        reader.fault(place..place + 1, message, label, None);
        parsed = false;
    }
    for (i, error) in errors.iter().enumerate() {
        parsed &= error.message() == "duplicate key";
        if i < MOST_ERRORS {
            syntax(reader, error, text);
        }
    }
    if errors.len() > MOST_ERRORS {
        let more = errors.len() - MOST_ERRORS;
        let message = format!("… and {more} more TOML syntax errors");
        let mut rest = Fault::of(&reader.document.path, message);
        (rest.counts, rest.line) = (more, usize::MAX);
        reader.faults.push(rest);
    }
    // What is beyond its limits is not looked at any closer.
    let parsed = parsed && check_limits::check(reader, root.get_ref());
    (root, parsed)
}

/// Returns the errors without the consequences of unclosed brackets, and the places of these brackets: after such a
/// bracket, every line is an error.
fn without_consequences(
    mut errors: Vec<toml::de::Error>,
    text: &str,
) -> (Vec<toml::de::Error>, Vec<usize>) {
    let is_unclosed = |error: &toml::de::Error| {
        let message = error.message();
        message.starts_with("unclosed array") || message.starts_with("unclosed inline table")
    };
    let open = match errors.iter().any(is_unclosed) {
        true => brackets::unclosed(text).unwrap_or_default(),
        false => Vec::new(),
    };
    if let Some(&first) = open.first() {
        errors.retain(|error| error.span().is_some_and(|span| span.start < first));
    }
    (errors, open)
}

/// Maximum number of separate TOML errors. A file that is not TOML at all has an error in every word.
const MOST_ERRORS: usize = 1_000;

fn syntax(reader: &mut Reader, error: &toml::de::Error, text: &str) {
    let span = error.span().unwrap_or(text.len()..text.len());
    let found = escape::brief(text.get(span.clone()).unwrap_or(""), 80);
    if error.message() == "duplicate key" {
        let message = format!("`{found}` is given twice");
        let help = "remove one of the two".to_owned();
        return reader.fault(span, message, "the second one", Some(help));
    }
    let (what, expected) = error
        .message()
        .split_once(", ")
        .unwrap_or((error.message(), ""));
    // An unexpected part, such as the last `.2` of 0.1.2.
    let label = match expected {
        "expected nothing" => "remove this",
        expected => expected,
    };
    reader.fault(span, format!("invalid TOML: {what}"), label, None);
}
