//! Custom models and data sources, which a program adds to the table of keys. Models become words of `model`, data
//! sources values of `data.source`, and keys of models keys of `[base]`. Parser, schema and messages treat them as
//! built-in.

pub use super::registry::{CustomCode, CustomKey, CustomModel, CustomSource};
pub use super::settings::{CustomSettings, Given, Undeclared};

use super::choices::{FormatName, ModelName, SourceName};
use super::keys::KEYS;
use super::kind::{Kind, Word};
use super::registry::{Key, KeyTable, Registry, Used};
use super::settings::{ModelSettings, Settings, Source};

/// Why a custom model or source cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustomError {
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

/// Returns the registry with these models and data sources among its words and keys. Its table lives as long as the
/// program, like the built-in one.
///
/// # Errors
/// [`CustomError`].
pub fn registry(
    models: Vec<(CustomModel, CustomCode)>,
    sources: Vec<(CustomSource, CustomCode)>,
) -> Result<Registry, CustomError> {
    let of_models: Vec<CustomModel> = models.iter().map(|(model, _)| model.clone()).collect();
    let of_sources: Vec<CustomSource> = sources.iter().map(|(source, _)| source.clone()).collect();
    check(&of_models, &of_sources)?;
    let keys = KEYS.iter();
    let keys = keys.map(|key| widened(key, &of_models, &of_sources));
    let own = of_models.iter().flat_map(|model| {
        let key = |own: &CustomKey| key_of(own, model.name);
        model.keys.iter().map(key)
    });
    let table = KeyTable {
        keys: Vec::leak(keys.chain(own).collect()),
        models,
        sources,
    };
    Ok(Registry::of(Box::leak(Box::new(table))))
}

impl Registry {
    /// Adds the code of a custom model and data source to settings that come from another process.
    pub fn add_code(self, settings: &mut Settings) {
        if let ModelSettings::Custom(own) = &mut settings.model {
            own.code = self
                .model(&own.name)
                .map_or(CustomCode::default(), |(_, code)| code.clone());
        }
        if let Source::Custom { own, .. } = &mut settings.data.source {
            own.code = self
                .source(&own.name)
                .map_or(CustomCode::default(), |(_, code)| code.clone());
        }
    }
}

fn check(models: &[CustomModel], sources: &[CustomSource]) -> Result<(), CustomError> {
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
            return Err(CustomError::Name(name));
        }
        if taken.contains(&name) {
            return Err(CustomError::Taken(name));
        }
        taken.push(name);
    }
    let bad = |source: &&CustomSource| {
        let first = source.fields.first();
        first.is_some_and(|first| first.name != source.name || !first.required)
    };
    match sources.iter().find(bad) {
        Some(source) => Err(CustomError::Field(source.name)),
        None => Ok(()),
    }
}

/// Returns a built-in key with the words of custom models and sources.
fn widened(key: &Key, models: &[CustomModel], sources: &[CustomSource]) -> Key {
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

fn key_of(own: &CustomKey, model: &'static str) -> Key {
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
    use crate::config::registry::Default;

    const CHANNELS: CustomKey = CustomKey {
        name: "channels",
        doc: "Channels.",
        kind: integer(1, 64),
        default: Default::Integer(8),
    };

    fn model(name: &'static str, keys: &'static [CustomKey]) -> CustomModel {
        CustomModel {
            name,
            doc: "A model.",
            version: 1,
            keys,
        }
    }

    #[test]
    fn taken_and_invalid_names_are_rejected() {
        let of = |models: Vec<CustomModel>| check(&models, &[]);
        assert_eq!(of(vec![model("conv", &[CHANNELS])]), Ok(()));
        assert_eq!(of(vec![model("mlp", &[])]), Err(CustomError::Taken("mlp")));
        assert_eq!(of(vec![model("Conv", &[])]), Err(CustomError::Name("Conv")));
        const LR: CustomKey = CustomKey {
            name: "lr",
            ..CHANNELS
        };
        assert_eq!(
            of(vec![model("conv", &[LR])]),
            Err(CustomError::Taken("lr"))
        );
        let twice = vec![model("a", &[CHANNELS]), model("b", &[CHANNELS])];
        assert_eq!(of(twice), Err(CustomError::Taken("channels")));
    }
}
