//! Shared state of the parser: the text, the errors so far, and tables with their keys.

use super::choices::FormatName;
use super::convert::{Node, shape};
use super::deprecated::{Deprecated, DeprecatedUse};
use super::kind::either;
use super::place::{Document, Place};
use super::registry::Key;
use super::registry::Registry;
use super::suggest::{suggestion, ticked};
use crate::config::error::{Fault, FaultList};
use crate::config::top_keys::TopKey;
use crate::config::value_error::Wrong;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// Reads one text and collects its errors.
#[derive(Debug)]
pub(crate) struct Reader {
    pub document: Arc<Document>,
    pub registry: Registry,
    pub faults: FaultList,
    /// Keys with unreadable values. Checks that depend on them are skipped.
    pub doubtful: BTreeSet<&'static str>,
    /// Words that have a better name by now.
    pub deprecated: Vec<DeprecatedUse>,
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

impl Section {
    fn has(self, key: &Key) -> bool {
        match self {
            Section::Data => key.section() == "data",
            Section::Base => key.section() == "base",
            Section::Full => true,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Section::Data => "[data]",
            Section::Base => "[base]",
            Section::Full => "a sweep",
        }
    }
}

/// Returns the names that a wrong one may stand for, or all valid ones.
fn meant_or_expected(name: &str, names: &[&str]) -> String {
    suggestion(name, names.iter().copied(), ticked)
        .unwrap_or_else(|| format!("expected {}", either(names)))
}

impl Reader {
    pub fn new(document: Arc<Document>, registry: Registry) -> Reader {
        Reader {
            document,
            registry,
            faults: FaultList::default(),
            doubtful: BTreeSet::new(),
            deprecated: Vec::new(),
        }
    }

    pub fn place(&self, span: Range<usize>) -> Place {
        Place {
            document: self.document.clone(),
            span,
        }
    }

    pub fn deprecated(&mut self, word: &'static Deprecated, span: Range<usize>) {
        let place = self.place(span);
        self.deprecated.push(DeprecatedUse { word, place });
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
                wrong.into().into_iter().for_each(|wrong| self.wrong(wrong));
                None
            }
        }
    }

    /// Adds the error of a value.
    pub fn wrong(&mut self, wrong: Wrong) {
        self.fault(wrong.span, wrong.message, wrong.label, wrong.help);
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
        let known = self.registry.find(&full);
        if known.is_some() && !(section == Section::Base && full.starts_with("data.")) {
            return known;
        }
        let message = format!("unknown key `{name}`");
        if self.faults.is_full(&message) {
            // The suggestion is skipped, so any key may be meant.
            self.doubtful
                .extend(self.registry.all().iter().map(|key| key.name));
            self.fault(span, message, "", None);
            return None;
        }
        let (label, help) = self.unknown(section, name);
        self.fault(span, message, label, help);
        None
    }

    /// Returns what is wrong with a name that is no key of a section, and what to write instead.
    fn unknown(&mut self, section: Section, name: &str) -> (String, Option<String>) {
        let bare = name.strip_prefix("data.").unwrap_or(name);
        if let Some(key) = self.registry.by_short_name(bare) {
            self.doubtful.insert(key.name);
            let help = match section {
                Section::Full => format!("write \"{}\"", key.name),
                Section::Data | Section::Base => format!("move it to [{}]", key.section()),
            };
            return (
                format!("`{bare}` is a key of [{}]", key.section()),
                Some(help),
            );
        }
        if section == Section::Data && FormatName::has_field(bare) {
            let help =
                "write source = { csv = \"…\", target = \"…\" }, with every option of the file"
                    .to_owned();
            return (format!("`{bare}` is part of `source`"), Some(help));
        }
        if TopKey::VALUES.contains(&bare) {
            let help = "move it to the top of the file, above the first section".to_owned();
            return (format!("`{bare}` is not a key of a cell"), Some(help));
        }
        self.meant(section, bare).unwrap_or_else(|| {
            let here = self.registry.all().iter().filter(|key| section.has(key));
            let names: Vec<&str> = here.map(Key::short).collect();
            let label = format!("{} has no such key", section.title());
            (label, Some(format!("expected {}", either(&names))))
        })
    }

    /// Returns which keys a wrong name may stand for. Keys of the section come first.
    fn meant(&mut self, section: Section, name: &str) -> Option<(String, Option<String>)> {
        let (here, others): (Vec<&Key>, Vec<&Key>) =
            self.registry.all().iter().partition(|key| section.has(key));
        let names = here.iter().chain(&others).map(|key| key.short());
        let help = suggestion(name, names.chain(TopKey::VALUES), |name| {
            let Some(key) = self.registry.by_short_name(name) else {
                return format!("`{name}`, at the top of the file");
            };
            self.doubtful.insert(key.name);
            match section {
                Section::Full => ticked(key.name),
                Section::Data | Section::Base if section.has(key) => ticked(name),
                Section::Data | Section::Base => format!("`{name}`, in [{}]", key.section()),
            }
        });
        Some(("no such key".to_owned(), Some(help?)))
    }

    /// Adds the error of a key with an unknown name.
    pub fn unknown_name(&mut self, span: Range<usize>, name: &str, names: &[&str]) {
        let message = format!("unknown key `{name}`");
        let help = match self.faults.is_full(&message) {
            true => None,
            false => Some(meant_or_expected(name, names)),
        };
        self.fault(span, message, "no such key here", help);
    }

    /// Returns the entries of a table of keys with full names. `data.noise = 1` and `data = { noise = 1 }` are equal
    /// to `"data.noise" = 1`.
    pub fn entries<'t, 'i>(&mut self, table: &'t DeTable<'i>) -> Vec<Entry<'t, 'i>> {
        let mut entries: Vec<Entry> = Vec::new();
        for (name, node) in table {
            match node.get_ref().as_table() {
                Some(inner) if name.get_ref() == "data" => {
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
