//! Plain values of a sweep file, with the type of their key.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One value of one key. `lr = 1` is a [`Value::Number`], because `lr` is a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A finite real number.
    Number(f64),
    /// A string or word.
    Text(String),
    /// A list, such as `hidden = [32, 16]`.
    List(Vec<Value>),
    /// An inline table, such as `{ normal = 0.005 }`, in the order written.
    Table(Vec<(String, Value)>),
}

impl Value {
    /// Returns the text of a word; none of any other value.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Bool(_)
            | Value::Integer(_)
            | Value::Number(_)
            | Value::List(_)
            | Value::Table(_) => None,
        }
    }

    /// Returns the number, whole or not; none of any other value.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(v) => Some(*v),
            Value::Integer(v) => Some(*v as f64),
            Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Table(_) => None,
        }
    }

    /// Returns the integer; none of any other value.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Value::Integer(v) => Some(*v),
            Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Table(_) => None,
        }
    }

    /// Formats the value as TOML.
    pub fn toml(&self) -> String {
        match self {
            Value::Text(text) => format!("{text:?}"),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(Value::toml).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Table(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|(k, v)| format!("{k} = {}", v.toml()))
                    .collect();
                format!("{{ {} }}", items.join(", "))
            }
            Value::Number(v) if v.fract() == 0.0 && v.abs() < 1e7 => format!("{v:.1}"),
            Value::Bool(_) | Value::Integer(_) | Value::Number(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Value {
    /// Formats the value as TOML, but words without quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(v) => write!(f, "{v}"),
            Value::Integer(v) => write!(f, "{v}"),
            // Display never uses an exponent; 1e-20 would take 22 characters.
            Value::Number(v) if *v != 0.0 && !(1e-4..1e7).contains(&v.abs()) => write!(f, "{v:e}"),
            Value::Number(v) => write!(f, "{v}"),
            Value::Text(v) => write!(f, "{v}"),
            Value::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Value::Table(items) => {
                for (i, (key, item)) in items.iter().enumerate() {
                    write!(f, "{}{key} {item}", if i == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}
