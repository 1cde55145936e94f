//! Columns and fields of tables, and the sink that receives them row by row.

use crate::config::Value;
use crate::trace::Real;
use std::io;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
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
    pub kind: ColumnType,
}

/// The value of a column in one row.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue {
    /// A missing value, which is different from NaN.
    Nothing,
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

/// Receives a table row by row.
pub trait Sink {
    /// Receives a row, in the order of the columns.
    fn row(&mut self, row: Vec<FieldValue>) -> io::Result<()>;
    /// Ends the table.
    fn end(self: Box<Self>) -> io::Result<()>;
}

/// Returns a column.
pub fn column(name: impl Into<String>, kind: ColumnType) -> Column {
    Column {
        name: name.into(),
        kind,
    }
}

/// Returns a text field.
pub fn text(text: impl ToString) -> FieldValue {
    FieldValue::Text(text.to_string())
}

/// Returns a field with a count.
pub fn count(n: u64) -> FieldValue {
    FieldValue::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Returns a number, or a missing value.
pub fn number(x: Option<f64>) -> FieldValue {
    x.map_or(FieldValue::Nothing, FieldValue::Number)
}

/// Returns a measured number, or a missing value.
pub fn real(x: Option<Real>) -> FieldValue {
    number(x.map(|x| x.0))
}

/// Returns the type of a column for all these values; text for lists, tables and mixed types.
pub fn kind<'a>(values: impl IntoIterator<Item = &'a Value>) -> ColumnType {
    let own = |value: &Value| match value {
        Value::Bool(_) => ColumnType::Flag,
        Value::Integer(_) => ColumnType::Integer,
        Value::Number(_) => ColumnType::Number,
        Value::Text(_) | Value::List(_) | Value::Table(_) => ColumnType::Text,
    };
    let both = |a, b| match (a, b) {
        _ if a == b => a,
        (ColumnType::Integer, ColumnType::Number) | (ColumnType::Number, ColumnType::Integer) => {
            ColumnType::Number
        }
        _ => ColumnType::Text,
    };
    values
        .into_iter()
        .map(own)
        .reduce(both)
        .unwrap_or(ColumnType::Text)
}

/// Returns a setting for a column of this type. Lists and tables are written as in a sweep file.
pub fn setting(value: &Value, kind: ColumnType) -> FieldValue {
    match (value, kind) {
        (Value::Bool(value), ColumnType::Flag) => FieldValue::Flag(*value),
        (Value::Integer(value), ColumnType::Integer) => FieldValue::Integer(*value),
        (Value::Integer(value), ColumnType::Number) => FieldValue::Number(*value as f64),
        (Value::Number(value), ColumnType::Number) => FieldValue::Number(*value),
        (value, _) => FieldValue::Text(in_words(value)),
    }
}

/// Returns a setting as text.
pub fn in_words(value: &Value) -> String {
    match value {
        Value::List(_) | Value::Table(_) => value.toml(),
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::Text(_) => value.to_string(),
    }
}
