//! JSON for `<script>` elements and script files.

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};
use std::io::{self, Write};

/// Returns JSON with `<`, `>`, `&` and the line separators of JavaScript as escapes, so that no text in it
/// can end a script or open a comment.
///
/// # Errors
/// A value that has no JSON form, such as a map with keys that are not text.
pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(
        &mut bytes, Safe,
    ))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

struct Safe;

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (before, from) = rest.split_at(at);
            let mut after = from.chars();
            let escaped = after.next().map_or(0, u32::from);
            write!(writer, "{before}\\u{escaped:04x}")?;
            rest = after.as_str();
        }
        writer.write_all(rest.as_bytes())?;
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        CompactFormatter.write_char_escape(writer, escape)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn no_text_can_end_the_script() {
        let text = "</script><!--\u{2028}\u{2029}&\"\\\n";
        let safe = json(&[text]).unwrap();
        assert!(
            !safe.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\n']),
            "{safe}"
        );
        assert_eq!(serde_json::from_str::<Vec<String>>(&safe).unwrap(), [text]);
    }
}
