//! What stands in one place of a table.

use crate::spec::Value;
use crate::trace::Real;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Whole numbers.
    Integer,
    /// 64-bit floats.
    Number,
    /// True or false.
    Flag,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// What stands in one row of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// There is no such thing, which is something else than NaN.
    Nothing,
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

/// A column of this name.
pub fn column(name: impl Into<String>, kind: Kind) -> Column {
    Column {
        name: name.into(),
        kind,
    }
}

/// A text.
pub fn text(text: impl ToString) -> Field {
    Field::Text(text.to_string())
}

/// A count.
pub fn count(n: u64) -> Field {
    Field::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}

/// A number, where there is one.
pub fn number(x: Option<f64>) -> Field {
    x.map_or(Field::Nothing, Field::Number)
}

/// A measured number, where there is one.
pub fn real(x: Option<Real>) -> Field {
    number(x.map(|x| x.0))
}

/// The kind of column that holds all these values: what only lists, tables and words share is text.
pub fn kind<'a>(values: impl IntoIterator<Item = &'a Value>) -> Kind {
    let own = |value: &Value| match value {
        Value::Bool(_) => Kind::Flag,
        Value::Integer(_) => Kind::Integer,
        Value::Number(_) => Kind::Number,
        Value::Text(_) | Value::List(_) | Value::Table(_) => Kind::Text,
    };
    let both = |a, b| match (a, b) {
        _ if a == b => a,
        (Kind::Integer, Kind::Number) | (Kind::Number, Kind::Integer) => Kind::Number,
        _ => Kind::Text,
    };
    values
        .into_iter()
        .map(own)
        .reduce(both)
        .unwrap_or(Kind::Text)
}

/// A setting in a column of this kind: words as they are, lists and tables as a sweep file would have
/// them.
pub fn setting(value: &Value, kind: Kind) -> Field {
    match (value, kind) {
        (Value::Bool(value), Kind::Flag) => Field::Flag(*value),
        (Value::Integer(value), Kind::Integer) => Field::Integer(*value),
        (Value::Integer(value), Kind::Number) => Field::Number(*value as f64),
        (Value::Number(value), Kind::Number) => Field::Number(*value),
        (value, _) => Field::Text(in_words(value)),
    }
}

/// A setting as text.
pub fn in_words(value: &Value) -> String {
    match value {
        Value::List(_) | Value::Table(_) => value.toml(),
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::Text(_) => value.to_string(),
    }
}
