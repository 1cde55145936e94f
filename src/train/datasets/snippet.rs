//! Finds the text of a wrong record in a data file, and the position of the error.
//!
//! The CSV reader returns values without quotes and positions. A file with errors is opened again, so a file without
//! errors has no cost.

use crate::config::readable;
use crate::config::settings::Delimiter;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

/// Maximum number of bytes of a record that are shown.
const MOST: u64 = 1 << 16;

/// The part of a record with the error.
#[derive(Debug, Clone, Copy)]
pub(super) enum RecordPart {
    /// All of it.
    Whole,
    /// The value in this column, from 0.
    Value(usize),
    /// This value and all after it.
    From(usize),
    /// The quote that opens this value.
    Quote(usize),
}

/// Returns the text of the record that starts at this byte, and the span of a part. Returns `None` if the file cannot
/// be read again.
pub(super) fn excerpt(
    path: &Path,
    delimiter: Delimiter,
    start: u64,
    part: RecordPart,
) -> Option<(String, Range<usize>)> {
    let (mut file, _) = readable::data_file(path).ok()?;
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let values = values(text, delimiter.byte());
    let end = values.last().map_or(0, |value| value.end);
    let nth = |i: usize| values.get(i).cloned().unwrap_or(end..end);
    let span = match part {
        RecordPart::Whole => 0..end,
        RecordPart::Value(i) | RecordPart::Quote(i) => nth(i),
        RecordPart::From(i) => nth(i).start..end,
    };
    let span = trimmed(text, span);
    let span = match part {
        RecordPart::Quote(_) => {
            let first = text[span.clone()].chars().next();
            span.start..span.start + first.map_or(0, char::len_utf8)
        }
        RecordPart::Whole | RecordPart::Value(_) | RecordPart::From(_) => span,
    };
    Some((text[..end].to_owned(), span))
}

/// Returns the spans of the values of the first record, quotes included. A quote counts only at the start of a value,
/// and a doubled quote does not end it.
fn values(text: &str, delimiter: u8) -> Vec<Range<usize>> {
    let (mut values, mut start, mut quoted, mut closed) = (Vec::new(), 0, false, None);
    for (i, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if quoted => (quoted, closed) = (false, Some(i + 1)),
            b'"' if i == start || closed == Some(i) => quoted = true,
            byte if byte == delimiter && !quoted => {
                values.push(start..i);
                start = i + 1;
            }
            b'\n' | b'\r' if !quoted => {
                values.push(start..i);
                return values;
            }
            _ => {}
        }
    }
    values.push(start..text.len());
    values
}

/// Trims the whitespace around a span.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let whole = &text[span.clone()];
    let start = span.start + (whole.len() - whole.trim_start().len());
    start..start + whole.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_with_any_quoting() {
        let parts = |text| -> Vec<&str> {
            let values = values(text, b',').into_iter();
            values.map(|value| &text[trimmed(text, value)]).collect()
        };
        assert_eq!(parts("a, b ,,c\r\nd"), ["a", "b", "", "c"]);
        let quoted = "\"a, \"\"b\"\"\nc\",d\"e,\"f\"g\nh";
        assert_eq!(parts(quoted), ["\"a, \"\"b\"\"\nc\"", "d\"e", "\"f\"g"]);
        assert_eq!(parts("é,\"ü"), ["é", "\"ü"]);
        assert_eq!(parts(""), [""]);
    }
}
