//! Custom models and data sources, which a program adds to the table of keys. Models become words of `model`, data
//! sources values of `data.source`, and keys of models keys of `[base]`. Parser, schema and messages treat them as
//! built-in.

use super::choices::{FormatName, ModelName, SourceName};
use super::key::{Default, Key, Used};
use super::keys::{KEYS, Registry};
use super::kind::{Field, Kind, Word};
use super::value::{Value, Values};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// A custom model: a word of `model`.
#[derive(Debug, Clone)]
pub struct OwnModel {
    /// The word.
    pub name: &'static str,
    /// A description in one line.
    pub doc: &'static str,
    /// Part of the run ID. Increase it whenever the code of the model changes its results, so that stored runs of the
    /// old code are not reused.
    pub version: u32,
    /// Keys of `[base]` that only this model uses.
    pub keys: &'static [OwnKey],
}

/// A key of a custom model.
#[derive(Debug, Clone, Copy)]
pub struct OwnKey {
    /// The name in a sweep file.
    pub name: &'static str,
    /// A description in one line.
    pub doc: &'static str,
    /// The values that it accepts.
    pub kind: Kind,
    /// Its default.
    pub default: Default,
}

/// A custom data source: a value of `data.source`.
#[derive(Debug, Clone)]
pub struct OwnSource {
    /// The word, or the name of its first field.
    pub name: &'static str,
    /// A description in one line.
    pub doc: &'static str,
    /// Its fields, as in `source = { name = …, … }`; empty for `source = "name"`.
    pub fields: &'static [Field],
}

/// A custom model or data source in the settings of a cell.
#[derive(Debug, Clone)]
pub struct Own {
    /// The word.
    pub name: String,
    /// The version of a model; 0 for a source, because the rows themselves are part of the run ID.
    pub version: u32,
    /// Its keys or fields, with their values.
    pub given: Given,
    /// What builds or reads it.
    pub code: Code,
}

impl PartialEq for Own {
    /// Compares what a run ID contains. The code of a name and version is always the same.
    fn eq(&self, other: &Own) -> bool {
        self.name == other.name && self.version == other.version && self.given == other.given
    }
}

/// The function of a custom model or data source. Its type belongs to the module that calls it, so that sweep files can
/// be read without that module.
#[derive(Clone, Default)]
pub struct Code(Option<Arc<dyn Any + Send + Sync>>);

impl Code {
    /// Returns this function as code.
    pub fn new(function: impl Any + Send + Sync) -> Code {
        Code(Some(Arc::new(function)))
    }

    /// Returns the function; `None` for settings of another process, and of another type of function.
    pub fn get<F: Any>(&self) -> Option<&F> {
        self.0.as_ref()?.downcast_ref()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Code")
    }
}

/// Keys with their values.
#[derive(Debug, Clone, PartialEq, std::default::Default)]
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

/// Why a custom model or source cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnError {
    /// The name is invalid.
    #[error("failed to add `{0}`: use lowercase letters, digits, `-` and `_` in the name")]
    Name(&'static str),
    /// The name exists.
    #[error("failed to add `{0}`: a word or key of this name exists; use another name")]
    Taken(&'static str),
    /// The first field of a source does not name it.
    #[error(
        "failed to add the source `{0}`: its first field must have the same name and be required"
    )]
    Field(&'static str),
}

/// Custom models and sources, with the full table of keys.
#[derive(Debug)]
pub(super) struct Table {
    pub keys: Vec<Key>,
    pub models: Vec<(OwnModel, Code)>,
    pub sources: Vec<(OwnSource, Code)>,
}

/// Returns the registry with these models and data sources among its words and keys. Its table lives as long as the
/// program, like the built-in one.
///
/// # Errors
/// [`OwnError`].
pub fn registry(
    models: Vec<(OwnModel, Code)>,
    sources: Vec<(OwnSource, Code)>,
) -> Result<Registry, OwnError> {
    let of_models: Vec<OwnModel> = models.iter().map(|(model, _)| model.clone()).collect();
    let of_sources: Vec<OwnSource> = sources.iter().map(|(source, _)| source.clone()).collect();
    check(&of_models, &of_sources)?;
    let keys = KEYS.iter();
    let keys = keys.map(|key| widened(key, &of_models, &of_sources));
    let own = of_models.iter().flat_map(|model| {
        let key = |own: &OwnKey| key_of(own, model.name);
        model.keys.iter().map(key)
    });
    let table = Table {
        keys: keys.chain(own).collect(),
        models,
        sources,
    };
    Ok(Registry::with(Box::leak(Box::new(table))))
}

fn check(models: &[OwnModel], sources: &[OwnSource]) -> Result<(), OwnError> {
    let mut taken: Vec<&str> = KEYS.iter().map(Key::short).collect();
    taken.extend(ModelName::ALL.map(ModelName::name));
    taken.extend(SourceName::ALL.map(SourceName::name));
    taken.extend(FormatName::ALL.map(FormatName::name));
    let keys = models.iter().flat_map(|model| model.keys);
    let names = models.iter().map(|model| model.name);
    let names = names.chain(sources.iter().map(|source| source.name));
    for name in names.chain(keys.map(|key| key.name)) {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            return Err(OwnError::Name(name));
        }
        if taken.contains(&name) {
            return Err(OwnError::Taken(name));
        }
        taken.push(name);
    }
    let bad = |source: &&OwnSource| {
        let first = source.fields.first();
        first.is_some_and(|first| first.name != source.name || !first.required)
    };
    match sources.iter().find(bad) {
        Some(source) => Err(OwnError::Field(source.name)),
        None => Ok(()),
    }
}

/// Returns a built-in key with the words of custom models and sources.
fn widened(key: &Key, models: &[OwnModel], sources: &[OwnSource]) -> Key {
    let word = |(name, doc)| Word { name, doc };
    let kind = match (key.name, key.kind) {
        ("model", Kind::Words(words)) => {
            let more = models.iter().map(|model| word((model.name, model.doc)));
            words_of(words, more)
        }
        ("data.source", Kind::Any(kinds)) => {
            let plain = sources.iter().filter(|source| source.fields.is_empty());
            let more: Vec<Word> = plain
                .map(|source| word((source.name, source.doc)))
                .collect();
            let kinds = kinds.iter().map(|kind| match kind {
                Kind::Words(words) => words_of(words, more.iter().copied()),
                Kind::Bool
                | Kind::Integer { .. }
                | Kind::Number(_)
                | Kind::Text
                | Kind::List { .. }
                | Kind::Pair
                | Kind::Record(_)
                | Kind::Any(_) => *kind,
            });
            let records = sources.iter().filter(|source| !source.fields.is_empty());
            let records = records.map(|source| Kind::Record(source.fields));
            Kind::Any(Vec::leak(kinds.chain(records).collect()))
        }
        (_, kind) => kind,
    };
    Key { kind, ..*key }
}

/// Leaks the words: the table lives as long as the program.
fn words_of(words: &[Word], more: impl Iterator<Item = Word>) -> Kind {
    Kind::Words(Vec::leak(words.iter().copied().chain(more).collect()))
}

fn key_of(own: &OwnKey, model: &'static str) -> Key {
    Key {
        name: own.name,
        doc: own.doc,
        kind: own.kind,
        default: own.default,
        used: Used::By(model),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::kind::integer;

    const CHANNELS: OwnKey = OwnKey {
        name: "channels",
        doc: "Channels.",
        kind: integer(1, 64),
        default: Default::Integer(8),
    };

    fn model(name: &'static str, keys: &'static [OwnKey]) -> OwnModel {
        OwnModel {
            name,
            doc: "A model.",
            version: 1,
            keys,
        }
    }

    #[test]
    fn taken_and_invalid_names_are_rejected() {
        let of = |models: Vec<OwnModel>| check(&models, &[]);
        assert_eq!(of(vec![model("conv", &[CHANNELS])]), Ok(()));
        assert_eq!(of(vec![model("mlp", &[])]), Err(OwnError::Taken("mlp")));
        assert_eq!(of(vec![model("Conv", &[])]), Err(OwnError::Name("Conv")));
        const LR: OwnKey = OwnKey {
            name: "lr",
            ..CHANNELS
        };
        assert_eq!(of(vec![model("conv", &[LR])]), Err(OwnError::Taken("lr")));
        let twice = vec![model("a", &[CHANNELS]), model("b", &[CHANNELS])];
        assert_eq!(of(twice), Err(OwnError::Taken("channels")));
    }
}
