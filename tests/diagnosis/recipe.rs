//! The settings of one cell as a sweep file spells them: key by key, in TOML.
//!
//! Cases are edited as text, as a person would edit them, and read by the program's own reader: what
//! a case says can be pasted into a file.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result};

/// Keys that say the same in another way, and give way to the one that is set.
const RIVALS: &[(&str, &[&str])] = &[
    ("epochs", &["steps"]),
    ("steps", &["epochs"]),
    ("depth", &["hidden"]),
    ("width", &["hidden"]),
];

/// Every key that is given, with its value in TOML; those of the data begin with `data.`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipe(BTreeMap<String, String>);

impl Recipe {
    /// With a value in TOML: a number, a list, a table.
    pub fn set(mut self, key: &str, value: impl Display) -> Recipe {
        for (_, rivals) in RIVALS.iter().filter(|(name, _)| *name == key) {
            rivals.iter().for_each(|rival| drop(self.0.remove(*rival)));
        }
        self.0.insert(key.to_owned(), value.to_string());
        self
    }

    /// With a word.
    pub fn word(self, key: &str, word: &str) -> Recipe {
        self.set(key, format_args!("\"{word}\""))
    }

    /// Without these keys.
    pub fn without(mut self, keys: &[&str]) -> Recipe {
        self.0.retain(|key, _| !keys.contains(&key.as_str()));
        self
    }

    /// The value of a key as it is spelled, without the quotation marks of a word; empty where it is
    /// not given.
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", |value| value.trim_matches('"'))
    }

    /// The value of a key that is a number; NaN where it is not given.
    pub fn number(&self, key: &str) -> f64 {
        self.get(key).parse().unwrap_or(f64::NAN)
    }

    /// The same with a number multiplied, and rounded to three digits.
    pub fn times(self, key: &str, factor: f64) -> Recipe {
        let value = short(self.number(key) * factor);
        self.set(key, value)
    }

    /// Trained this many times as long.
    pub fn longer(self, factor: f64) -> Recipe {
        let key = if self.0.contains_key("steps") {
            "steps"
        } else {
            "epochs"
        };
        let length = (self.number(key) * factor).round().max(1.0);
        self.set(key, length)
    }

    /// The keys that `other` gives in another way or not at all, as this one gives them.
    pub fn apart_from<'a>(&'a self, other: &'a Recipe) -> Vec<(&'a str, &'a str)> {
        let differs = |(key, value): &(&String, &String)| other.0.get(*key) != Some(value);
        let own = self.0.iter().filter(differs);
        let own = own.map(|(key, value)| (key.as_str(), value.as_str()));
        let gone = other.0.keys().filter(|key| !self.0.contains_key(*key));
        own.chain(gone.map(|key| (key.as_str(), ""))).collect()
    }

    /// With edits such as [`Recipe::apart_from`] tells.
    pub fn edited(mut self, edits: &[(&str, &str)]) -> Recipe {
        for (key, value) in edits {
            self = match *value {
                "" => self.without(&[key]),
                value => self.set(key, value),
            };
        }
        self
    }

    /// The sweep file of this one cell.
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

/// Three significant digits, as short as they can be written.
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
    /// On one line.
    fn fmt(&self, f: &mut Formatter) -> Result {
        let keys: Vec<String> = self.0.iter().map(|(k, v)| format!("{k}={v}")).collect();
        f.write_str(&keys.join(" "))
    }
}
