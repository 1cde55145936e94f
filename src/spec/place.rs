//! Where in a text something stands: in a sweep file, or in what the command line says.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A text that faults can point into.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The sweep file, or `command line`.
    pub path: PathBuf,
    /// Its whole text.
    pub text: Arc<str>,
    /// The bytes at which its lines end.
    ends: Vec<usize>,
}

impl Document {
    /// A text by the path of its file.
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

/// Some bytes of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The text.
    pub document: Arc<Document>,
    /// The bytes.
    pub span: Range<usize>,
}

impl Place {
    /// Line on which it starts, from 1.
    pub fn line(&self) -> usize {
        let before = |end: &usize| *end < self.span.start;
        self.document.ends.partition_point(before) + 1
    }
}

/// Where a sweep says what it says, for the faults that only its cells bring to light.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Places {
    /// For every key with a base value of its own, where that value stands.
    pub values: Vec<(String, Place)>,
    /// For every axis, for every key of it, where each point stands.
    pub axes: Vec<Vec<Vec<Place>>>,
    /// For every `[[exclude]]`, its `where`.
    pub exclude: Vec<Place>,
    /// For every `[[expect]]`, its `where` (the block where it has none).
    pub expectations: Vec<Place>,
    /// For every check of every `[[expect]]`, where it stands.
    pub checks: Vec<Vec<Place>>,
    /// The section `[stop]`.
    pub stop: Option<Place>,
    /// The start of the file.
    pub file: Option<Place>,
}

impl Places {
    /// Where a key gets its base value; nowhere if it has only a default.
    pub fn value(&self, key: &str) -> Option<&Place> {
        let found = self.values.iter().find(|(name, _)| name == key);
        found.map(|(_, place)| place)
    }
}
