//! What the table of keys says of each: its name, what it may be, what it is where nothing says so.

use super::kind::Kind;
use super::rules;
use super::value::{Value, Values};

/// One key of `[data]` or `[base]`.
#[derive(Debug)]
pub struct Key {
    /// Its full name; keys of `[data]` carry the prefix `data.`.
    pub name: &'static str,
    /// One line on what it is.
    pub doc: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it is where nothing says so.
    pub default: Default,
    /// Which cells make use of it.
    pub used: Used,
    /// Other names that people try for it.
    pub also: &'static [&'static str],
}

/// Which cells make use of a key.
#[derive(Debug, Clone, Copy)]
pub enum Used {
    /// Those whose values say so.
    Where(fn(&Values) -> bool),
    /// Those of a model that was added.
    By(&'static str),
}

/// What a key is where nothing says so.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    /// Nothing.
    None,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A word.
    Word(&'static str),
    /// An empty list.
    Empty,
    /// `[low, high]`.
    Pair(f64, f64),
    /// It follows from other keys: what of, and how.
    From(&'static str, fn(&Values) -> Option<Value>),
}

impl Default {
    /// The value in a cell that gives these values.
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

/// A key that every cell uses, or every network.
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
        also: &[],
    }
}

impl Key {
    pub(super) const fn also(mut self, also: &'static [&'static str]) -> Key {
        self.also = also;
        self
    }

    /// Whether a cell with these values makes any use of it.
    pub fn is_used(&self, values: &Values) -> bool {
        match self.used {
            Used::Where(rule) => rule(values),
            Used::By(model) => rules::word(values, "model") == model,
        }
    }

    /// The name within its section.
    pub fn short(&self) -> &'static str {
        self.name.strip_prefix("data.").unwrap_or(self.name)
    }

    /// The section that it stands in, without brackets.
    pub fn section(&self) -> &'static str {
        if self.name.starts_with("data.") {
            "data"
        } else {
            "base"
        }
    }
}

/// A name of a key as it stands in a sweep file: in quotes where it has a dot.
pub fn in_toml(name: &str) -> String {
    match name.contains('.') {
        true => format!("\"{name}\""),
        false => name.to_owned(),
    }
}
