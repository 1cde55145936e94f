//! Escapes text from files for a line of a terminal, a log or an XML attribute.
//!
//! Titles, names, columns, paths and error messages can contain unsafe characters. A line break starts a new line of a
//! log, which a CI service can read as a command. An escape sequence moves the cursor. A bidirectional override
//! reorders the text after it. Each such character is written as in a Rust string: `\n`, `\u{1b}`.

use std::borrow::Cow;

/// Escapes every character that is not safe within a line.
pub fn line(text: &str) -> Cow<'_, str> {
    with(text, is_unsafe)
}

/// Escapes every character that is not safe, except line breaks and tabs.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    let escapes = |c| is_unsafe(c) && !matches!(c, '\n' | '\t');
    if !text.contains("\r\n") {
        return with(text, escapes);
    }
    let parts = text.split("\r\n").map(|part| with(part, escapes));
    parts.collect::<Vec<_>>().join("\r\n").into()
}

/// Escapes a line, and truncates it to `most` characters with a note.
pub(crate) fn brief(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => line(text),
        Some((end, _)) => {
            let cut = text[end..].chars().count();
            format!("{}… ({cut} more characters)", line(&text[..end])).into()
        }
    }
}

/// Returns whether a character ends a line, controls a terminal or reorders text: C0, DEL and C1, separators of lines
/// and paragraphs, and the bidirectional controls of Unicode (UAX #9).
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn with(text: &str, escapes: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&escapes) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if !escapes(c) => escaped.push(c),
            '\n' | '\r' | '\t' => escaped.extend(c.escape_default()),
            c => escaped.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_that_control_a_terminal_are_escaped() {
        let text = "a\u{1b}[31m\r\n\u{9b}2J\u{7f}\u{202e}\u{2067}\u{2028}\tz";
        assert_eq!(
            line(text),
            r"a\u{1b}[31m\r\n\u{9b}2J\u{7f}\u{202e}\u{2067}\u{2028}\tz"
        );
        assert_eq!(lines("a\r\n\n\tb\u{1b}\r"), "a\r\n\n\tb\\u{1b}\\r");
        let plain = "η ≤ 0.1 – \"naïve\" 日本 👩‍🔬 C:\\new";
        assert!(matches!(line(plain), Cow::Borrowed(_)));
        // Escaping twice equals escaping once.
        assert_eq!(line(&line(text)), line(text));
    }

    #[test]
    fn long_text_is_truncated_with_a_note() {
        assert_eq!(brief("éé\n", 3), "éé\\n");
        assert_eq!(brief("ééé\n", 2), "éé… (2 more characters)");
    }
}
