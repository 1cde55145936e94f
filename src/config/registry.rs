//! Keys, the values of a cell, and the registry of all keys. They are defined together because each refers to the
//! others: a default follows from the values of a cell, and the values know the registry with their keys.
//!
//! [`super::keys`] has the built-in keys, [`super::custom`] adds those of a program.

use super::kind::{Field, Kind};
use super::value::Value;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// One key of `[data]` or `[base]`.
#[derive(Debug)]
pub struct Key {
    /// Its full name; keys of `[data]` carry the prefix `data.`.
    pub name: &'static str,
    /// A description in one line.
    pub doc: &'static str,
    /// The values that it accepts.
    pub kind: Kind,
    /// Its default.
    pub default: Default,
    /// Which cells use it.
    pub used: Used,
}

/// Which cells use a key.
#[derive(Debug, Clone, Copy)]
pub enum Used {
    /// Cells with values that meet a condition.
    Where(fn(&Values) -> bool),
    /// Cells of this custom model.
    By(&'static str),
}

/// The default of a key.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    /// No default.
    None,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A word.
    Word(&'static str),
    /// An empty list.
    Empty,
    /// `[low, high]`.
    Pair(f64, f64),
    /// A value that follows from other keys: a description, and the rule.
    From(&'static str, fn(&Values) -> Option<Value>),
}

impl Default {
    /// Returns the default in a cell with these given values.
    pub fn value(&self, values: &Values) -> Option<Value> {
        Some(match *self {
            Default::None => return None,
            Default::Bool(v) => Value::Bool(v),
            Default::Integer(v) => Value::Integer(v),
            Default::Number(v) => Value::Number(v),
            Default::Word(v) => Value::Text(v.to_owned()),
            Default::Empty => Value::List(Vec::new()),
            Default::Pair(low, high) => Value::List(vec![Value::Number(low), Value::Number(high)]),
            Default::From(_, rule) => return rule(values),
        })
    }
}

/// Returns a key that is used by the cells that meet a condition.
pub(super) const fn key(
    name: &'static str,
    kind: Kind,
    default: Default,
    used: fn(&Values) -> bool,
    doc: &'static str,
) -> Key {
    Key {
        name,
        doc,
        kind,
        default,
        used: Used::Where(used),
    }
}

impl Key {
    /// Returns whether a cell with these values uses it.
    pub fn is_used(&self, values: &Values) -> bool {
        match self.used {
            Used::Where(rule) => rule(values),
            Used::By(model) => word(values, "model") == model,
        }
    }

    /// Returns the name within its section.
    pub fn short(&self) -> &'static str {
        self.name.strip_prefix("data.").unwrap_or(self.name)
    }

    /// Returns the name of its section, without brackets.
    pub fn section(&self) -> &'static str {
        if self.name.starts_with("data.") {
            "data"
        } else {
            "base"
        }
    }
}

/// Returns the name of a key as written in a sweep file: in quotes if it has a dot.
pub fn in_toml(name: &str) -> String {
    match name.contains('.') {
        true => format!("\"{name}\""),
        false => name.to_owned(),
    }
}

/// Every key of a cell with its value, defaults included, in the order of the table of keys. Keys of `[data]` have
/// the prefix `data.`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(pub Vec<(String, Value)>, #[serde(skip)] Registry);

impl PartialEq for Values {
    /// Compares keys with their values; the registry only says what other keys there are.
    fn eq(&self, other: &Values) -> bool {
        self.0 == other.0
    }
}

impl From<Vec<(String, Value)>> for Values {
    /// Returns values of built-in keys.
    fn from(values: Vec<(String, Value)>) -> Values {
        Values::of(values, <Registry as std::default::Default>::default())
    }
}

impl Values {
    /// Returns values of the keys of a registry.
    pub fn of(values: Vec<(String, Value)>, registry: Registry) -> Values {
        Values(values, registry)
    }

    /// Returns the registry with their keys.
    pub fn registry(&self) -> Registry {
        self.1
    }

    /// Returns the value of a key, if it has one.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Sets the value of a key.
    pub fn set(&mut self, key: &str, value: Value) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }
}

/// Returns the given word of a key, or its fixed default.
pub(crate) fn word<'a>(values: &'a Values, key: &str) -> &'a str {
    match values.get(key) {
        Some(Value::Text(word)) => word,
        _ => match values.registry().find(key).map(|key| key.default) {
            Some(Default::Word(word)) => word,
            _ => "",
        },
    }
}

/// What sweep files can say: the built-in keys and words, and those of custom models and data sources. Its default has
/// the built-in ones only.
#[derive(Clone, Copy)]
pub struct Registry(&'static KeyTable);

/// All keys, with the custom models and data sources among their words.
#[derive(Debug)]
pub(super) struct KeyTable {
    /// The keys, in the order in which values are listed.
    pub keys: &'static [Key],
    pub models: Vec<(CustomModel, CustomCode)>,
    pub sources: Vec<(CustomSource, CustomCode)>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Registry")
    }
}

impl Registry {
    /// Returns the registry of a table.
    pub(super) fn of(table: &'static KeyTable) -> Registry {
        Registry(table)
    }

    /// Returns every key, in the order in which values are listed.
    pub fn all(self) -> &'static [Key] {
        self.0.keys
    }

    /// Returns the key of this full name.
    pub fn find(self, name: &str) -> Option<&'static Key> {
        self.all().iter().find(|key| key.name == name)
    }

    /// Returns the key of a name without its section.
    pub(super) fn by_short_name(self, name: &str) -> Option<&'static Key> {
        self.all().iter().find(|key| key.short() == name)
    }

    /// Returns the custom model with this name.
    pub(super) fn model(self, name: &str) -> Option<&'static (CustomModel, CustomCode)> {
        let mut models = self.0.models.iter();
        models.find(|(model, _)| model.name == name)
    }

    /// Returns the custom data source with this name.
    pub(super) fn source(self, name: &str) -> Option<&'static (CustomSource, CustomCode)> {
        self.sources().find(|(source, _)| source.name == name)
    }

    /// Returns every custom data source.
    pub(super) fn sources(self) -> impl Iterator<Item = &'static (CustomSource, CustomCode)> {
        self.0.sources.iter()
    }
}

/// A custom model: a word of `model`.
#[derive(Debug, Clone)]
pub struct CustomModel {
    /// The word.
    pub name: &'static str,
    /// A description in one line.
    pub doc: &'static str,
    /// Part of the run ID. Increase it whenever the code of the model changes its results, so that stored runs of the
    /// old code are not reused.
    pub version: u32,
    /// Keys of `[base]` that only this model uses.
    pub keys: &'static [CustomKey],
}

/// A key of a custom model.
#[derive(Debug, Clone, Copy)]
pub struct CustomKey {
    /// The name in a sweep file.
    pub name: &'static str,
    /// A description in one line.
    pub doc: &'static str,
    /// The values that it accepts.
    pub kind: Kind,
    /// Its default.
    pub default: Default,
}

/// A custom data source: a value of `data.source`.
#[derive(Debug, Clone)]
pub struct CustomSource {
    /// The word, or the name of its first field.
    pub name: &'static str,
    /// A description in one line.
    pub doc: &'static str,
    /// Its fields, as in `source = { name = …, … }`; empty for `source = "name"`.
    pub fields: &'static [Field],
}

/// The function of a custom model or data source. Its type belongs to the module that calls it, so that sweep files can
/// be read without that module.
#[derive(Clone, Default)]
pub struct CustomCode(Option<Arc<dyn Any + Send + Sync>>);

impl CustomCode {
    /// Returns this function as code.
    pub fn new(function: impl Any + Send + Sync) -> CustomCode {
        CustomCode(Some(Arc::new(function)))
    }

    /// Returns the function; `None` for settings of another process, and of another type of function.
    pub fn get<F: Any>(&self) -> Option<&F> {
        self.0.as_ref()?.downcast_ref()
    }
}

impl fmt::Debug for CustomCode {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("CustomCode")
    }
}
