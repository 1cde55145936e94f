//! Overrides from the command line: `--set key=value`, `--seeds`.

use super::axes::Axes;
use super::convert::{self, Node};
use super::deprecated_uses;
use super::place::{Document, Place};
use super::reader::{Reader, Section};
use super::registry::Values;
use super::rules::rivals;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeValue;

/// The path of errors of the command line.
pub const COMMAND_LINE: &str = "command line";

/// Overrides from the command line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// `--set key=value`, in order; the value is TOML, or a bare word as a string. Sets the base value of a key. The
    /// key, and keys that conflict with it (`epochs` and `steps`, `hidden` and `depth` with `width`), lose their
    /// axis.
    pub set: Vec<(String, String)>,
    /// `--seeds`: a number n for seeds 0..n, or a list, or a range `a..b`; replaces the seeds of the file.
    pub seeds: Option<Vec<u64>>,
}

/// Returns a text of the command line that errors can point into.
pub(crate) fn document(text: &str) -> Arc<Document> {
    Arc::new(Document::new(COMMAND_LINE, text))
}

/// Sets one base value, and removes its axis.
pub(crate) fn set(
    reader: &mut Reader,
    (key, value): &(String, String),
    given: &mut Values,
    places: &mut Vec<(String, Place)>,
    axes: &mut Axes,
) {
    let before = "--set ".len();
    let document = document(&format!("--set {key}={value}"));
    let own = std::mem::replace(&mut reader.document, document.clone());
    if let Some(known) = reader.key(Section::Full, key, before..before + key.len()) {
        let start = before + key.len() + 1;
        let parsed = DeValue::parse(value);
        // A bare word is a string.
        let node: Node = parsed.unwrap_or_else(|_| {
            Spanned::new(0..value.len(), DeValue::String(Cow::Borrowed(value)))
        });
        let shifted = |span: Range<usize>| start + span.start..start + span.end;
        let mut met = Vec::new();
        deprecated_uses::in_value(&mut met, known.name, &known.kind, &node);
        for (word, span) in met {
            reader.deprecated(word, shifted(span));
        }
        let read = convert::value(&node, &known.kind, known.name).map_err(|mut wrong| {
            for wrong in &mut wrong {
                wrong.span = shifted(wrong.span.clone());
            }
            wrong
        });
        if let Some(read) = reader.check_key(known, read) {
            // An error in the value of the file no longer matters.
            reader.doubtful.remove(known.name);
            for rival in rivals(known.name) {
                given.0.retain(|(name, _)| name != rival);
                axes.drop_key(rival);
            }
            axes.drop_key(known.name);
            given.set(known.name, read);
            places.retain(|(name, _)| name != known.name);
            let span = 0..document.text.len();
            places.push((known.name.to_owned(), Place { document, span }));
        }
    }
    reader.document = own;
}
