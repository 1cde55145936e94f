//! Recipes: the settings of one cell in the words of sweep files, as keys with TOML values.
//!
//! Cases are edited as text, as a person would edit them, and read by the reader of sweep files. They can be
//! pasted into a file.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result};

/// Keys that replace each other: setting the first removes the others.
const PUBLISHED: &[(&str, &[&str])] = &[
    ("epochs", &["steps"]),
    ("steps", &["epochs"]),
    ("depth", &["hidden"]),
    ("width", &["hidden"]),
];

/// Keys with their values in TOML; keys of the data start with `data.`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipe(BTreeMap<String, String>);

impl Recipe {
    /// Sets a value in TOML: a number, a list, a table.
    pub fn set(mut self, key: &str, value: impl Display) -> Recipe {
        for (_, published) in PUBLISHED.iter().filter(|(name, _)| *name == key) {
            published.iter().for_each(|rule| drop(self.0.remove(*rule)));
        }
        self.0.insert(key.to_owned(), value.to_string());
        self
    }

    /// Sets a word.
    pub fn word(self, key: &str, word: &str) -> Recipe {
        self.set(key, format_args!("\"{word}\""))
    }

    /// Removes these keys.
    pub fn without(mut self, keys: &[&str]) -> Recipe {
        self.0.retain(|key, _| !keys.contains(&key.as_str()));
        self
    }

    /// Returns the text of a value, without the quotation marks of a word; empty if the key is not set.
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", |value| value.trim_matches('"'))
    }

    /// Returns a number; NaN if the key is not set.
    pub fn number(&self, key: &str) -> f64 {
        self.get(key).parse().unwrap_or(f64::NAN)
    }

    /// Multiplies a number, and rounds it to three digits.
    pub fn times(self, key: &str, factor: f64) -> Recipe {
        let value = short(self.number(key) * factor);
        self.set(key, value)
    }

    /// Multiplies the budget.
    pub fn longer(self, factor: f64) -> Recipe {
        let key = if self.0.contains_key("steps") {
            "steps"
        } else {
            "epochs"
        };
        let length = (self.number(key) * factor).round().max(1.0);
        self.set(key, length)
    }

    /// Returns the keys that differ from `other`, with the values of this recipe; empty text for a missing key.
    pub fn apart_from<'a>(&'a self, other: &'a Recipe) -> Vec<(&'a str, &'a str)> {
        let differs = |(key, value): &(&String, &String)| other.0.get(*key) != Some(value);
        let own = self.0.iter().filter(differs);
        let own = own.map(|(key, value)| (key.as_str(), value.as_str()));
        let gone = other.0.keys().filter(|key| !self.0.contains_key(*key));
        own.chain(gone.map(|key| (key.as_str(), ""))).collect()
    }

    /// Applies edits, such as those of [`Recipe::apart_from`].
    pub fn edited(mut self, edits: &[(&str, &str)]) -> Recipe {
        for (key, value) in edits {
            self = match *value {
                "" => self.without(&[key]),
                value => self.set(key, value),
            };
        }
        self
    }

    /// Returns the sweep file with this cell.
    pub fn file(&self) -> String {
        let lines = |data: bool| -> String {
            let keys = self
                .0
                .iter()
                .filter(|(key, _)| key.starts_with("data.") == data);
            keys.map(|(key, value)| format!("{} = {value}\n", key.trim_start_matches("data.")))
                .collect()
        };
        format!("seeds = 1\n[data]\n{}[base]\n{}", lines(true), lines(false))
    }
}

/// Formats a number with three significant digits.
pub fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    let text = rounded.to_string();
    if text.len() > 8 {
        format!("{rounded:e}")
    } else {
        text
    }
}

impl Display for Recipe {
    /// Writes all keys on one line.
    fn fmt(&self, f: &mut Formatter) -> Result {
        let keys: Vec<String> = self.0.iter().map(|(k, v)| format!("{k}={v}")).collect();
        f.write_str(&keys.join(" "))
    }
}
