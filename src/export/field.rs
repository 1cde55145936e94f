//! Columns and fields of tables.

use crate::config::Value;
use crate::trace::Real;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    /// 64-bit floats.
    Number,
    /// Booleans.
    Flag,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// The value of a column in one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// A missing value, which is different from NaN.
    Nothing,
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

/// Returns a column.
pub fn column(name: impl Into<String>, kind: Kind) -> Column {
    Column {
        name: name.into(),
        kind,
    }
}

/// Returns a text field.
pub fn text(text: impl ToString) -> Field {
    Field::Text(text.to_string())
}

/// Returns a field with a count.
pub fn count(n: u64) -> Field {
    Field::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Returns a number, or a missing value.
pub fn number(x: Option<f64>) -> Field {
    x.map_or(Field::Nothing, Field::Number)
}

/// Returns a measured number, or a missing value.
pub fn real(x: Option<Real>) -> Field {
    number(x.map(|x| x.0))
}

/// Returns the type of a column for all these values; text for lists, tables and mixed types.
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

/// Returns a setting for a column of this type. Lists and tables are written as in a sweep file.
pub fn setting(value: &Value, kind: Kind) -> Field {
    match (value, kind) {
        (Value::Bool(value), Kind::Flag) => Field::Flag(*value),
        (Value::Integer(value), Kind::Integer) => Field::Integer(*value),
        (Value::Integer(value), Kind::Number) => Field::Number(*value as f64),
        (Value::Number(value), Kind::Number) => Field::Number(*value),
        (value, _) => Field::Text(in_words(value)),
    }
}

/// Returns a setting as text.
pub fn in_words(value: &Value) -> String {
    match value {
        Value::List(_) | Value::Table(_) => value.toml(),
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::Text(_) => value.to_string(),
    }
}
