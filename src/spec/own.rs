//! Words and keys that a person's own program adds to the table: its models are words of `model`, its data
//! sources values of `data.source`, and the models' keys keys of `[base]`. Reader, schema and messages treat
//! them as their own.

use super::choices::{FormatName, ModelName, SourceName};
use super::key::{Default, Key, Used};
use super::keys::KEYS;
use super::kind::{Field, Kind, Word};
use super::value::{Value, Values};
use std::sync::OnceLock;

/// A model that is added: a word of `model`.
#[derive(Debug, Clone)]
pub struct OwnModel {
    /// Its word.
    pub name: &'static str,
    /// One line on what it is.
    pub doc: &'static str,
    /// Part of the identity of its runs: to be raised whenever its code changes what it computes, so that
    /// stored runs of the old code are not taken for those of the new one.
    pub version: u32,
    /// Keys of `[base]` that only it makes use of.
    pub keys: &'static [OwnKey],
}

/// A key of a model that is added.
#[derive(Debug, Clone, Copy)]
pub struct OwnKey {
    /// Its name in a sweep file.
    pub name: &'static str,
    /// One line on what it is.
    pub doc: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it is where nothing says so.
    pub default: Default,
}

/// A data source that is added: a value of `data.source`.
#[derive(Debug, Clone)]
pub struct OwnSource {
    /// Its word; the name of the first of its fields where it has some.
    pub name: &'static str,
    /// One line on what it is.
    pub doc: &'static str,
    /// What a sweep file says of it, as `source = { name = …, … }`; nothing where `source = "name"` is enough.
    pub fields: &'static [Field],
}

/// A model or a data source of a person's own in the settings of a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    /// Its word.
    pub name: String,
    /// The model's version; 0 of a source, whose rows are part of a run's identity themselves.
    pub version: u32,
    /// Its keys or fields with their values.
    pub given: Given,
}

/// Keys with their values.
#[derive(Debug, Clone, PartialEq, std::default::Default)]
pub struct Given(pub Values);

/// A key was asked for that is not there, or is of another kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to take `{key}` as {wanted}: declare it so among the keys, with a default")]
pub struct Undeclared {
    key: String,
    wanted: &'static str,
}

impl Given {
    /// The whole number of a key.
    ///
    /// # Errors
    /// The program has not declared it so.
    pub fn count(&self, key: &str) -> Result<usize, Undeclared> {
        match self.0.get(key) {
            Some(Value::Integer(n)) => usize::try_from(*n).ok(),
            _ => None,
        }
        .ok_or_else(|| undeclared(key, "a whole number of at least 0"))
    }

    /// The number of a key.
    ///
    /// # Errors
    /// The program has not declared it so.
    pub fn number(&self, key: &str) -> Result<f64, Undeclared> {
        match self.0.get(key) {
            Some(Value::Number(x)) => Ok(*x),
            Some(Value::Integer(n)) => Ok(*n as f64),
            _ => Err(undeclared(key, "a number")),
        }
    }

    /// The text or the word of a key.
    ///
    /// # Errors
    /// The program has not declared it so.
    pub fn text(&self, key: &str) -> Result<&str, Undeclared> {
        match self.0.get(key) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(undeclared(key, "a text")),
        }
    }

    /// Whether a key says true.
    ///
    /// # Errors
    /// The program has not declared it so.
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

/// Something that can't be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnError {
    /// Its name.
    #[error("failed to add `{0}`: take a name of small letters, digits, `-` and `_`")]
    Name(&'static str),
    /// Its name is taken.
    #[error("failed to add `{0}`: there is a word or key of this name; take another")]
    Taken(&'static str),
    /// The first field of a source.
    #[error("failed to add the source `{0}`: its first field must have its name and be required")]
    Field(&'static str),
    /// Something was added, or asked for, before.
    #[error("failed to add models and data sources: do so once, before anything else")]
    Late,
}

/// What was added, and the table of keys with it.
struct Table {
    keys: Vec<Key>,
    models: Vec<OwnModel>,
    sources: Vec<OwnSource>,
}

static TABLE: OnceLock<Table> = OnceLock::new();

/// Adds models and data sources to the words and keys of sweep files, for as long as the program runs.
///
/// # Errors
/// [`OwnError`].
pub fn add(models: Vec<OwnModel>, sources: Vec<OwnSource>) -> Result<(), OwnError> {
    check(&models, &sources)?;
    let keys = KEYS.iter().map(|key| widened(key, &models, &sources));
    let own = models.iter().flat_map(|model| {
        let key = |own: &OwnKey| key_of(own, model.name);
        model.keys.iter().map(key)
    });
    let table = Table {
        keys: keys.chain(own).collect(),
        models,
        sources,
    };
    TABLE.set(table).map_err(|_| OwnError::Late)
}

/// Every key, those that were added among them.
pub fn keys() -> &'static [Key] {
    TABLE.get().map_or(KEYS, |table| &table.keys)
}

/// The model that was added under this word.
pub fn model(name: &str) -> Option<&'static OwnModel> {
    let table = TABLE.get()?;
    table.models.iter().find(|model| model.name == name)
}

/// The data source that was added under this word.
pub fn source(name: &str) -> Option<&'static OwnSource> {
    sources().find(|source| source.name == name)
}

/// Every data source that was added.
pub fn sources() -> impl Iterator<Item = &'static OwnSource> {
    TABLE.get().into_iter().flat_map(|table| &table.sources)
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

/// A key of the table with the words that are added to it.
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

/// Kept for as long as the program runs, as the words of the table are.
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
        also: &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::kind::integer;

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
    fn a_name_that_is_taken_or_odd_is_refused() {
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
