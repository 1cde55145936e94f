//! The entries of the table of keys: name, accepted values, default.

use super::kind::Kind;
use super::rules;
use super::value::{Value, Values};

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
            Used::By(model) => rules::word(values, "model") == model,
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
