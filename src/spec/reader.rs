//! Shared state of the parser: the text, the errors so far, and tables with their keys.

use super::convert::{Node, shape};
use super::fault::{Fault, FaultList};
use super::key::Key;
use super::keys;
use super::kind::either;
use super::place::{Document, Place};
use super::suggest::nearest;
use super::wrong::Wrong;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// Reads one text and collects its errors.
#[derive(Debug)]
pub(crate) struct Reader {
    pub document: Arc<Document>,
    pub faults: FaultList,
    /// Keys with unreadable values. Checks that depend on them are skipped.
    pub doubtful: BTreeSet<&'static str>,
}

/// An entry of a table of keys: full name, span of the name, value.
pub(crate) struct Entry<'t, 'i> {
    pub name: String,
    pub span: Range<usize>,
    pub node: &'t Node<'i>,
}

/// The section in which a key was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Data,
    Base,
    /// `[grid]`, `[zip.*]`, `where`, `better_than` and `--set`, which use full names.
    Full,
}

impl Reader {
    pub fn new(document: Arc<Document>) -> Reader {
        Reader {
            document,
            faults: FaultList::default(),
            doubtful: BTreeSet::new(),
        }
    }

    pub fn place(&self, span: Range<usize>) -> Place {
        Place {
            document: self.document.clone(),
            span,
        }
    }

    pub fn fault(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        let mut fault = Fault::at(&self.place(span), message, label);
        fault.help = help;
        self.faults.push(fault);
    }

    /// Returns the value, or adds its errors.
    pub fn check<T>(&mut self, result: Result<T, impl Into<Vec<Wrong>>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(wrong) => {
                for wrong in wrong.into() {
                    self.fault(wrong.span, wrong.message, wrong.label, wrong.help);
                }
                None
            }
        }
    }

    /// Like [`Reader::check`], for the value of a key. After an error, the key is doubtful.
    pub fn check_key<T>(
        &mut self,
        key: &'static Key,
        result: Result<T, impl Into<Vec<Wrong>>>,
    ) -> Option<T> {
        if result.is_err() {
            self.doubtful.insert(key.name);
        }
        self.check(result)
    }

    /// Returns the table of a value, or adds an error.
    pub fn table<'t, 'i>(&mut self, node: &'t Node<'i>, what: &str) -> Option<&'t DeTable<'i>> {
        if let DeValue::Table(table) = node.get_ref() {
            return Some(table);
        }
        let label = format!("expected a table, found {}", shape(node));
        self.fault(
            node.span(),
            format!("{what} has the wrong type"),
            label,
            None,
        );
        None
    }

    /// Returns the key of a name in a section, or adds an error with the nearest valid name.
    pub fn key(
        &mut self,
        section: Section,
        name: &str,
        span: Range<usize>,
    ) -> Option<&'static Key> {
        let full = match section {
            Section::Data => format!("data.{name}"),
            Section::Base | Section::Full => name.to_owned(),
        };
        let known = keys::find(&full);
        if known.is_some() && !(section == Section::Base && full.starts_with("data.")) {
            return known;
        }
        let message = format!("unknown key `{name}`");
        if self.faults.is_full(&message) {
            // The suggestion is skipped, so any key may be meant.
            self.doubtful.extend(keys::all().iter().map(|key| key.name));
            self.fault(span, message, "", None);
            return None;
        }
        let (label, help) = self.unknown(section, name);
        self.fault(span, message, label, help);
        None
    }

    fn unknown(&mut self, section: Section, name: &str) -> (String, Option<String>) {
        let bare = name.strip_prefix("data.").unwrap_or(name);
        let here = |key: &&Key| match section {
            Section::Data => key.section() == "data",
            Section::Base => key.section() == "base",
            Section::Full => true,
        };
        // The key exists, but in another section.
        if let Some(key) = keys::all().iter().find(|key| key.short() == bare) {
            self.doubtful.insert(key.name);
            return match section {
                Section::Full => (
                    format!("`{bare}` is a key of [data]"),
                    Some(format!("write \"{}\"", key.name)),
                ),
                _ => (
                    format!("`{bare}` is a key of [{}]", key.section()),
                    Some(format!("move it to [{}]", key.section())),
                ),
            };
        }
        let names =
            |key: &'static Key| std::iter::once(key.short()).chain(key.also.iter().copied());
        let owner = |name: &str| {
            let own = keys::all()
                .iter()
                .filter(here)
                .find(|key| names(key).any(|n| n == name));
            own.or_else(|| keys::all().iter().find(|key| names(key).any(|n| n == name)))
        };
        let near = || {
            nearest(bare, keys::all().iter().filter(here).flat_map(names))
                .or_else(|| nearest(bare, keys::all().iter().flat_map(names)))
        };
        let Some(key) = owner(bare).or_else(|| owner(near()?)) else {
            let names: Vec<&str> = keys::all().iter().filter(here).map(Key::short).collect();
            let section = match section {
                Section::Data => "[data]",
                Section::Base => "[base]",
                Section::Full => "a sweep",
            };
            return (
                format!("{section} has no such key"),
                Some(format!("expected {}", either(&names))),
            );
        };
        self.doubtful.insert(key.name);
        let help = match section {
            Section::Full => format!("did you mean `{}`?", key.name),
            _ if here(&key) => format!("did you mean `{}`?", key.short()),
            _ => format!("did you mean `{}`, in [{}]?", key.short(), key.section()),
        };
        ("no such key".to_owned(), Some(help))
    }

    /// Adds the error of a key with an unknown name.
    pub fn unknown_name(&mut self, span: Range<usize>, name: &str, names: &[&str]) {
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected {}", either(names)),
        };
        self.fault(
            span,
            format!("unknown key `{name}`"),
            "no such key here",
            Some(help),
        );
    }

    /// Returns the entries of a table of keys with full names. `data.noise = 1` and `data = { noise = 1 }` are equal
    /// to `"data.noise" = 1`.
    pub fn entries<'t, 'i>(&mut self, table: &'t DeTable<'i>) -> Vec<Entry<'t, 'i>> {
        let mut entries: Vec<Entry> = Vec::new();
        for (name, node) in table {
            match node.get_ref() {
                DeValue::Table(inner) if name.get_ref() == "data" => {
                    entries.extend(inner.iter().map(|(name, node)| Entry {
                        name: format!("data.{}", name.get_ref()),
                        span: name.span(),
                        node,
                    }));
                }
                _ => entries.push(Entry {
                    name: name.get_ref().to_string(),
                    span: name.span(),
                    node,
                }),
            }
        }
        let mut seen = BTreeSet::new();
        entries.retain(|entry| {
            let new = seen.insert(entry.name.clone());
            if !new {
                let message = format!("`{}` is given twice", entry.name);
                self.fault(
                    entry.span.clone(),
                    message,
                    "the second one",
                    Some("remove one of the two".to_owned()),
                );
            }
            new
        });
        entries
    }
}
