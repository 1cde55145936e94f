//! Places in a text: in a sweep file, or on the command line.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A text that errors can point into.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The sweep file, or `command line`.
    pub path: PathBuf,
    /// Its whole text.
    pub text: Arc<str>,
    /// The byte positions of its line breaks.
    ends: Vec<usize>,
}

impl Document {
    /// Returns a text with the path of its file.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Document {
        let text = text.into();
        let ends = text.match_indices('\n').map(|(at, _)| at).collect();
        Document {
            path: path.into(),
            text,
            ends,
        }
    }
}

/// A span of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The text.
    pub document: Arc<Document>,
    /// The bytes.
    pub span: Range<usize>,
}

impl Place {
    /// Returns the line of its start, from 1.
    pub fn line(&self) -> usize {
        let before = |end: &usize| *end < self.span.start;
        self.document.ends.partition_point(before) + 1
    }
}

/// The places of the parts of a sweep, for errors that only cells reveal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Places {
    /// For every key with a base value in the file, the place of that value.
    pub values: Vec<(String, Place)>,
    /// For every axis and every key of it, the place of each point.
    pub axes: Vec<Vec<Vec<Place>>>,
    /// For every `[[exclude]]`, the place of its `where`.
    pub exclude: Vec<Place>,
    /// For every `[[expect]]`, the place of its `where`, or of the block without one.
    pub expectations: Vec<Place>,
    /// For every check of every `[[expect]]`, its place.
    pub checks: Vec<Vec<Place>>,
    /// The section `[stop]`.
    pub stop: Option<Place>,
    /// The start of the file.
    pub file: Option<Place>,
}

impl Places {
    /// Returns the place of the base value of a key; `None` for a default.
    pub fn value(&self, key: &str) -> Option<&Place> {
        let found = self.values.iter().find(|(name, _)| name == key);
        found.map(|(_, place)| place)
    }
}
