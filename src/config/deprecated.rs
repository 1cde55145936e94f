//! Words of sweep files that have a better name by now: they go on working, with a warning.
//!
//! One [table](DEPRECATED) has every such word. Reading, warnings, `sweep migrate`, the schema and the docs are made
//! from it. A value is translated when it is read, so that cells, tables, pages and exports have the new word only.
//! Run IDs stay, because [`crate::identity`] hashes words of its own.

use super::kind::Word;
use super::place::Place;
use super::value::Value;
use std::borrow::Cow;
use std::fmt;

/// A word that still works, and what to write in its place.
#[derive(Debug, PartialEq)]
pub struct Deprecated {
    /// Where it stands: the path of the key that takes it, or `expect` for a key of `[[expect]]`.
    pub at: &'static str,
    /// The word.
    pub old: &'static str,
    /// The word to write.
    pub new: &'static str,
    /// What else there is to say; mostly nothing.
    pub note: &'static str,
}

/// Path of the key that takes the name of a fix.
pub(crate) const FIXED_BY: &str = "expect.fixed_by";

/// Path of the key that takes names of outcomes.
pub(crate) const OUTCOME: &str = "expect.outcome";

/// Path of the keys of an `[[expect]]` block.
pub(super) const EXPECT: &str = "expect";

/// Every deprecated word.
pub const DEPRECATED: [Deprecated; 17] = [
    Deprecated {
        at: "data.source.task",
        old: "classes",
        new: "classification",
        note: "",
    },
    Deprecated {
        at: "init",
        old: "xavier",
        new: "lecun",
        note: "for PyTorch's `xavier_normal_` use \"glorot\"",
    },
    Deprecated {
        at: "solver",
        old: "trainer",
        new: "none",
        note: "",
    },
    Deprecated {
        at: "stop.method",
        old: "asha",
        new: "successive-halving",
        note: "",
    },
    Deprecated {
        at: EXPECT,
        old: "cured_by",
        new: "fixed_by",
        note: "",
    },
    Deprecated {
        at: OUTCOME,
        old: "failed",
        new: "crashed",
        note: "",
    },
    Deprecated {
        at: OUTCOME,
        old: "stopped",
        new: "pruned",
        note: "",
    },
    // The names of fixes of version 0.1.
    fix("batch normalisation", "batch normalization"),
    fix(
        "batch normalisation of the input",
        "batch normalization of the input",
    ),
    fix(
        "batch normalisation of the output",
        "batch normalization of the output",
    ),
    fix("He's initialisation", "He initialization"),
    fix("Xavier's initialisation", "LeCun initialization"),
    fix("PyTorch's initialisation", "PyTorch initialization"),
    fix("lower rate", "lower learning rate"),
    fix("higher rate", "higher learning rate"),
    fix("standardised features", "standardized features"),
    fix("early stop", "early stopping"),
];

/// Returns an old name of a fix.
const fn fix(old: &'static str, new: &'static str) -> Deprecated {
    let (at, note) = (FIXED_BY, "");
    Deprecated { at, old, new, note }
}

impl Deprecated {
    /// Whether it is a key, and no value.
    pub(super) fn is_key(&self) -> bool {
        self.at == EXPECT
    }

    /// Whether it stands at this path. Within `[data]` paths lack their `data.`.
    fn is_at(&self, at: &str) -> bool {
        self.at == at || self.at.strip_prefix("data.") == Some(at)
    }

    /// Name of the key that takes it.
    fn key(&self) -> &'static str {
        self.at.rsplit('.').next().unwrap_or(self.at)
    }

    /// Returns the old word as a file has it: `init = "xavier"`, or a key.
    pub fn as_written(&self) -> String {
        match self.is_key() {
            true => self.old.to_owned(),
            false => format!("{} = {:?}", self.key(), self.old),
        }
    }

    /// Returns what to write: `"lecun"`, or a key, and the note in parentheses.
    pub fn instead(&self) -> String {
        let new = match self.is_key() {
            true => format!("`{}`", self.new),
            false => format!("{:?}", self.new),
        };
        match self.note {
            "" => new,
            note => format!("{new} ({note})"),
        }
    }

    /// Returns where it stands, in Markdown.
    pub(super) fn place(&self) -> String {
        match self.at.rsplit_once('.') {
            _ if self.is_key() => "key of `[[expect]]`".to_owned(),
            Some(("stop", key)) => format!("`{key}` in `[stop]`"),
            Some((EXPECT, key)) => format!("`{key}` in `[[expect]]`"),
            Some((of, key)) => format!("`{key}` of `{}`", of.rsplit('.').next().unwrap_or(of)),
            None => format!("`{}`", self.at),
        }
    }
}

impl fmt::Display for Deprecated {
    /// Writes a sentence without a full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is deprecated: use {}",
            self.as_written(),
            self.instead()
        )
    }
}

/// A deprecated word in a file, or on the command line.
#[derive(Debug, Clone, PartialEq)]
pub struct DeprecatedUse {
    /// Which.
    pub word: &'static Deprecated,
    /// Where.
    pub place: Place,
}

/// Returns the deprecated words that a key of this path can have.
pub(super) fn words_at(at: &str) -> impl Iterator<Item = &'static Deprecated> {
    DEPRECATED.iter().filter(move |word| word.is_at(at))
}

pub(super) fn find(at: &str, word: &str) -> Option<&'static Deprecated> {
    words_at(at).find(|known| known.old == word)
}

/// Returns the deprecated word that a key of this path has; none where `word` is one of its words, or where its
/// words lack the new one, as those of a custom source do.
pub(super) fn found(at: &str, word: &str, words: &[Word]) -> Option<&'static Deprecated> {
    let has = |name: &str| words.iter().any(|word| word.name == name);
    find(at, word).filter(|known| !has(word) && has(known.new))
}

/// Returns the new word in place of a deprecated one, and any other as it is.
pub(crate) fn current<'a>(at: &str, word: &'a str) -> &'a str {
    find(at, word).map_or(word, |known| known.new)
}

/// Returns a stored value of a key in new words.
pub(crate) fn renewed(at: &str, value: &Value) -> Value {
    translated(at, value, &|at, word| current(at, word).to_owned())
}

/// Returns a value of a key in the words of version 0.1.0, in which some random numbers are keyed.
pub(crate) fn in_first_words(at: &str, value: &Value) -> Value {
    translated(at, value, &|at, word| {
        let known = words_at(at).find(|known| known.new == word);
        known.map_or(word, |known| known.old).to_owned()
    })
}

fn translated(at: &str, value: &Value, of: &dyn Fn(&str, &str) -> String) -> Value {
    match value {
        Value::Text(word) => Value::Text(of(at, word)),
        Value::List(items) => {
            let items = items.iter().map(|item| translated(at, item, of));
            Value::List(items.collect())
        }
        Value::Table(items) => {
            let items = items.iter().map(|(key, item)| {
                let item = translated(&format!("{at}.{key}"), item, of);
                (key.clone(), item)
            });
            Value::Table(items.collect())
        }
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) => value.clone(),
    }
}

/// Returns the stored name of a cell, `init xavier, lr 0.1`, in new words.
pub(crate) fn renewed_name(name: &str) -> String {
    let parts = name.split(", ").map(|part| {
        let mut words = DEPRECATED.iter().filter(|word| !word.is_key());
        let known = words.find(|word| {
            let rest = part.strip_suffix(word.old);
            rest.is_some_and(|rest| rest.strip_suffix(' ') == Some(word.key()))
        });
        known.map_or(Cow::Borrowed(part), |word| {
            format!("{} {}", word.key(), word.new).into()
        })
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Returns a stored message that quotes values as a file has them, `init = "xavier"`, in new words.
pub(crate) fn renewed_message(message: &str) -> String {
    let words = DEPRECATED.iter().filter(|word| !word.is_key());
    words.fold(message.to_owned(), |message, word| {
        let new = format!("{} = {:?}", word.key(), word.new);
        message.replace(&word.as_written(), &new)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::kind::word;

    #[test]
    fn a_custom_source_keeps_words_of_its_own() {
        let own = [word("classes", ""), word("rows", "")];
        assert_eq!(found("data.source.task", "classes", &own), None);
        assert_eq!(found("data.source.task", "classes", &own[1..]), None);
    }

    #[test]
    fn stored_names_and_values_have_new_words() {
        let name = "data.source csv a.csv, target init xavier, task classes, init xavier, lr 0.1";
        assert_eq!(
            renewed_name(name),
            "data.source csv a.csv, target init xavier, task classification, init lecun, lr 0.1"
        );
        let text = |word: &str| Value::Text(word.to_owned());
        for key in ["init", "solver"] {
            let word = words_at(key).next().unwrap();
            assert_eq!(renewed(key, &text(word.old)), text(word.new));
            assert_eq!(in_first_words(key, &text(word.new)), text(word.old));
            assert_eq!(renewed("activation", &text(word.old)), text(word.old));
        }
        let source = |task: &str| Value::Table(vec![("task".to_owned(), text(task))]);
        let list = |task: &str| Value::List(vec![source(task)]);
        assert_eq!(
            renewed("data.source", &list("classes")),
            list("classification")
        );
        assert_eq!(
            renewed_message("`init = \"xavier\"` looks at the inputs"),
            "`init = \"lecun\"` looks at the inputs"
        );
    }
}
