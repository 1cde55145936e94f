//! What the command line says in place of the file: `--set key=value`, `--seeds`.

use super::axes::Axes;
use super::convert::{self, Node};
use super::deprecated;
use super::place::{Document, Place};
use super::reader::{Reader, Section};
use super::rules::rivals;
use super::value::Values;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeValue;

/// The path that faults of the command line carry.
pub const COMMAND_LINE: &str = "command line";

/// What the command line says in place of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// `--set key=value`, in order; the value as TOML (a bare word is text). Sets the base value of
    /// a key; a key that is an axis loses its axis, and so does its rival (`epochs` and `steps`,
    /// `hidden` and `depth` with `width`).
    pub set: Vec<(String, String)>,
    /// `--seeds`: a number n for seeds 0..n, or a list, or a range `a..b`; in place of the file's.
    pub seeds: Option<Vec<u64>>,
}

/// Text of the command line that faults can point into.
pub(crate) fn document(text: &str) -> Arc<Document> {
    Arc::new(Document::new(COMMAND_LINE, text))
}

/// Sets one base value, and takes its axis away.
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
        // A bare word is text.
        let node: Node = parsed.unwrap_or_else(|_| {
            Spanned::new(0..value.len(), DeValue::String(Cow::Borrowed(value)))
        });
        let shifted = |span: Range<usize>| start + span.start..start + span.end;
        let mut met = Vec::new();
        deprecated::in_value(&mut met, known.name, &known.kind, &node);
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
            // What is wrong with the file's own value is no longer of interest.
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
