//! A custom model or data source in the settings of a cell, with the values of its keys.

use crate::config::Value;
use crate::config::registry::{CustomCode, Values};

/// A custom model or data source in the settings of a cell.
#[derive(Debug, Clone)]
pub struct CustomSettings {
    /// The word.
    pub name: String,
    /// The version of a model; 0 for a source, because the rows themselves are part of the run ID.
    pub version: u32,
    /// Its keys or fields, with their values.
    pub given: Given,
    /// What builds or reads it.
    pub code: CustomCode,
}

impl PartialEq for CustomSettings {
    /// Compares what a run ID contains. The code of a name and version is always the same.
    fn eq(&self, other: &CustomSettings) -> bool {
        self.name == other.name && self.version == other.version && self.given == other.given
    }
}

/// Keys with their values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Given(pub Values);

/// A key that was requested but not declared, or declared with another kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to read `{key}` as {wanted}: declare the key with this kind and a default")]
pub struct Undeclared {
    key: String,
    wanted: &'static str,
}

impl Given {
    /// Returns the integer of a key.
    ///
    /// # Errors
    /// The key is not declared as an integer.
    pub fn count(&self, key: &str) -> Result<usize, Undeclared> {
        match self.0.get(key) {
            Some(Value::Integer(n)) => usize::try_from(*n).ok(),
            _ => None,
        }
        .ok_or_else(|| undeclared(key, "an integer of at least 0"))
    }

    /// Returns the number of a key.
    ///
    /// # Errors
    /// The key is not declared as a number.
    pub fn number(&self, key: &str) -> Result<f64, Undeclared> {
        match self.0.get(key) {
            Some(Value::Number(x)) => Ok(*x),
            Some(Value::Integer(n)) => Ok(*n as f64),
            _ => Err(undeclared(key, "a number")),
        }
    }

    /// Returns the string or word of a key.
    ///
    /// # Errors
    /// The key is not declared as a string.
    pub fn text(&self, key: &str) -> Result<&str, Undeclared> {
        match self.0.get(key) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(undeclared(key, "a string")),
        }
    }

    /// Returns the flag of a key.
    ///
    /// # Errors
    /// The key is not declared as `true` or `false`.
    pub fn flag(&self, key: &str) -> Result<bool, Undeclared> {
        match self.0.get(key) {
            Some(Value::Bool(flag)) => Ok(*flag),
            _ => Err(undeclared(key, "true or false")),
        }
    }
}

fn undeclared(key: &str, wanted: &'static str) -> Undeclared {
    Undeclared {
        key: key.to_owned(),
        wanted,
    }
}
