//! Text for the terminal, line by line.
//!
//! Lines quote text from files: titles, names, columns, paths, error messages. [`shown`] keeps each line on one line,
//! and removes all escape sequences but those of [`painted`].

use crate::escape;
use anstyle::Style;
use std::fmt::Display;
use std::sync::OnceLock;

/// Lines of output, which may quote any text.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Text(Vec<String>);

/// Printable text: a [`Text`], or a value that is one line.
pub trait Say {
    /// Returns its lines.
    fn text(self) -> Text;
}

impl Text {
    /// Splits trusted text, which quotes nothing, into lines.
    pub fn ours(text: &str) -> Text {
        Text(text.split('\n').map(str::to_owned).collect())
    }

    /// Appends a line.
    pub fn line(&mut self, line: impl Display) {
        self.0.push(line.to_string());
    }

    /// Appends lines.
    pub fn add(&mut self, text: Text) {
        self.0.extend(text.0);
    }

    /// Returns the lines as they are shown.
    pub fn shown(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|line| shown(line))
    }
}

impl Say for Text {
    fn text(self) -> Text {
        self
    }
}

impl<T: Display> Say for T {
    fn text(self) -> Text {
        Text(vec![self.to_string()])
    }
}

/// Replaces ESC in the sequences of [`painted`]. Unicode reserves this code point for internal use, so that text does
/// not contain it. If it does, it can set colors, and nothing else.
const PAINT: char = '\u{fdd0}';

/// Returns text in a style, which the stream removes if it has no colors.
pub fn painted(text: impl Display, style: Style) -> String {
    let paint = |sequence: String| sequence.replace('\x1b', &PAINT.to_string());
    let (on, off) = (paint(style.to_string()), paint(format!("{style:#}")));
    format!("{on}{text}{off}")
}

/// Returns a line as it is printed: escapes unsafe characters, and applies styles.
pub fn shown(line: &str) -> String {
    let safe = escape::line(line);
    let command = on_github().then(|| harmless(&styled(&safe, ""))).flatten();
    command.unwrap_or_else(|| styled(&safe, "\x1b"))
}

/// Replaces [`PAINT`] with `escape`; an empty `escape` removes all styles.
fn styled(line: &str, escape: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(PAINT) {
        shown.push_str(&rest[..at]);
        rest = &rest[at + PAINT.len_utf8()..];
        let style = style(rest).unwrap_or_default();
        if !escape.is_empty() {
            shown.extend((!style.is_empty()).then_some(escape));
            shown.push_str(style);
        }
        rest = &rest[style.len()..];
    }
    shown + rest
}

/// Returns the rest of a style sequence at the start of a text: `[1m`.
fn style(text: &str) -> Option<&str> {
    let end = text.find('m')?;
    let codes = text.strip_prefix('[')?.get(..end - 1)?;
    let all = codes.bytes().all(|b| b.is_ascii_digit() || b == b';');
    all.then(|| &text[..=end])
}

/// Returns whether this is a job of GitHub Actions, which reads commands in its log.
pub fn on_github() -> bool {
    static IS: OnceLock<bool> = OnceLock::new();
    *IS.get_or_init(|| std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true"))
}

/// Escapes a line without styles that GitHub would read as a command, because it starts with `::` or contains `##[`.
/// Returns `None` for other lines.
fn harmless(line: &str) -> Option<String> {
    let start = line.len() - line.trim_start().len();
    if let Some(rest) = line[start..].strip_prefix("::") {
        let rest = rest.replace("##[", r"#\u{23}[");
        return Some(format!(r"{}\u{{3a}}:{rest}", &line[..start]));
    }
    line.contains("##[")
        .then(|| line.replace("##[", r"#\u{23}["))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn painted_text_has_its_color_and_quoted_text_has_none() {
        let bold = Style::new().bold();
        let line = painted("a\u{1b}[31m\n::error::b", bold);
        let (on, off) = (bold.to_string(), format!("{bold:#}"));
        assert_eq!(shown(&line), format!(r"{on}a\u{{1b}}[31m\n::error::b{off}"));
        // Text with the internal code point gets no other sequences.
        assert_eq!(shown("\u{fdd0}[2Ja\u{fdd0}]0;b"), "[2Ja]0;b");
    }

    #[test]
    fn no_line_is_a_command_of_a_ci_service() {
        let harmless = |line: &str| harmless(&styled(line, ""));
        let harmless = |line: &str| harmless(line).unwrap_or_default();
        assert_eq!(harmless("::error::x"), r"\u{3a}:error::x");
        assert_eq!(
            harmless("  ::add-mask::x##[a]"),
            r"  \u{3a}:add-mask::x#\u{23}[a]"
        );
        assert_eq!(harmless("a ##[error]x"), r"a #\u{23}[error]x");
        assert_eq!(harmless("a: b::c"), "");
        // Without colors, a style leaves nothing between the two colons.
        let bold = Style::new().bold();
        assert_eq!(harmless(&painted("::error::x", bold)), r"\u{3a}:error::x");
        assert_eq!(harmless("\u{fdd0}[1m:\u{fdd0}[1m:a"), r"\u{3a}:a");
    }
}
