//! Text from files as it can stand on a line of a terminal, a log or an XML attribute.
//!
//! Titles, names, columns, paths and error texts may hold anything: a line break starts a new line of a log, which
//! a CI service may take for a command, an escape sequence moves the cursor, a bidirectional override reorders
//! what follows. Each such character is written as Rust writes it in a string: `\n`, `\u{1b}`.

use std::borrow::Cow;

/// Returns the text with every character escaped that is not safe within a line.
pub fn line(text: &str) -> Cow<'_, str> {
    with(text, is_unsafe)
}

/// Returns the text with every character escaped that is not safe, except ends of lines and tabs.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    let escapes = |c| is_unsafe(c) && !matches!(c, '\n' | '\t');
    if !text.contains("\r\n") {
        return with(text, escapes);
    }
    let parts = text.split("\r\n").map(|part| with(part, escapes));
    parts.collect::<Vec<_>>().join("\r\n").into()
}

/// Returns the line, and where it is longer than `most` characters its start and how much was cut.
pub(crate) fn brief(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => line(text),
        Some((end, _)) => {
            let cut = text[end..].chars().count();
            format!("{}… ({cut} more characters)", line(&text[..end])).into()
        }
    }
}

/// Whether a character ends a line, controls a terminal or reorders text: C0, DEL and C1, separators of lines and
/// paragraphs, and the bidirectional controls of Unicode (UAX #9).
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
    fn what_controls_a_terminal_is_escaped_and_all_else_is_left() {
        let text = "a\u{1b}[31m\r\n\u{9b}2J\u{7f}\u{202e}\u{2067}\u{2028}\tz";
        assert_eq!(
            line(text),
            r"a\u{1b}[31m\r\n\u{9b}2J\u{7f}\u{202e}\u{2067}\u{2028}\tz"
        );
        assert_eq!(lines("a\r\n\n\tb\u{1b}\r"), "a\r\n\n\tb\\u{1b}\\r");
        let plain = "η ≤ 0.1 – \"naïve\" 日本 👩‍🔬 C:\\new";
        assert!(matches!(line(plain), Cow::Borrowed(_)));
        // What is escaped once is not escaped again.
        assert_eq!(line(&line(text)), line(text));
    }

    #[test]
    fn what_is_long_is_cut_and_says_so() {
        assert_eq!(brief("éé\n", 3), "éé\\n");
        assert_eq!(brief("ééé\n", 2), "éé… (2 more characters)");
    }
}
