//! Text on its way to the terminal, line by line.
//!
//! What a line quotes comes from files: titles, names, columns, paths, error texts. A line stays one line whatever
//! they hold, and no escape sequence but those of [`painted`] reaches the terminal: all of it goes through [`shown`].

use crate::escape;
use anstyle::Style;
use std::fmt::Display;
use std::sync::OnceLock;

/// Lines of our own making, each of which may quote anything.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Text(Vec<String>);

/// What can be said: a [`Text`], or anything that is a line.
pub trait Say {
    /// Returns its lines.
    fn text(self) -> Text;
}

impl Text {
    /// Returns text without anything quoted in it, which has lines of its own.
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

/// Stands for ESC in the sequences of [`painted`]. It is no character (Unicode keeps it for use within a program), so
/// that texts have none; one that does can take colors, and nothing else.
const PAINT: char = '\u{fdd0}';

/// Returns text in a style, which the stream drops where there are no colors.
pub fn painted(text: impl Display, style: Style) -> String {
    let paint = |sequence: String| sequence.replace('\x1b', &PAINT.to_string());
    let (on, off) = (paint(style.to_string()), paint(format!("{style:#}")));
    format!("{on}{text}{off}")
}

/// Returns a line as it is shown: what is unsafe is escaped, what was painted has its style.
pub fn shown(line: &str) -> String {
    let safe = escape::line(line);
    let command = on_github().then(|| harmless(&styled(&safe, ""))).flatten();
    command.unwrap_or_else(|| styled(&safe, "\x1b"))
}

/// Returns a line with this in place of what stands for ESC; without it, there are no styles.
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

/// The rest of a style sequence that starts here: `[1m`.
fn style(text: &str) -> Option<&str> {
    let end = text.find('m')?;
    let codes = text.strip_prefix('[')?.get(..end - 1)?;
    let all = codes.bytes().all(|b| b.is_ascii_digit() || b == b';');
    all.then(|| &text[..=end])
}

/// Whether this is a job of GitHub's, which takes lines of its log for commands.
pub fn on_github() -> bool {
    static IS: OnceLock<bool> = OnceLock::new();
    *IS.get_or_init(|| std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true"))
}

/// Returns what to show of a line without styles that GitHub would take for a command: such a line starts with `::`, or
/// has `##[` anywhere. Nothing of another.
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
    fn what_we_paint_has_its_color_and_what_is_quoted_has_none() {
        let bold = Style::new().bold();
        let line = painted("a\u{1b}[31m\n::error::b", bold);
        let (on, off) = (bold.to_string(), format!("{bold:#}"));
        assert_eq!(shown(&line), format!(r"{on}a\u{{1b}}[31m\n::error::b{off}"));
        // Of the character that stands for ESC only colors come.
        assert_eq!(shown("\u{fdd0}[2Ja\u{fdd0}]0;b"), "[2Ja]0;b");
    }

    #[test]
    fn a_line_is_no_command_of_a_ci_service() {
        let harmless = |line: &str| harmless(&styled(line, ""));
        let harmless = |line: &str| harmless(line).unwrap_or_default();
        assert_eq!(harmless("::error::x"), r"\u{3a}:error::x");
        assert_eq!(
            harmless("  ::add-mask::x##[a]"),
            r"  \u{3a}:add-mask::x#\u{23}[a]"
        );
        assert_eq!(harmless("a ##[error]x"), r"a #\u{23}[error]x");
        assert_eq!(harmless("a: b::c"), "");
        // Where there are no colors, a style leaves nothing between the two.
        let bold = Style::new().bold();
        assert_eq!(harmless(&painted("::error::x", bold)), r"\u{3a}:error::x");
        assert_eq!(harmless("\u{fdd0}[1m:\u{fdd0}[1m:a"), r"\u{3a}:a");
    }
}
