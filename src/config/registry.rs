//! The keys and words of sweep files: the built-in ones, and those of custom models and data sources.

use super::key::Key;
use super::keys::KEYS;
use super::settings::{Model, Settings, Source};
use crate::config::custom::{Code, OwnModel, OwnSource, Table};

/// What sweep files can say: the built-in keys and words, and those of custom models and data sources.
#[derive(Debug, Clone, Copy, Default)]
pub struct Registry(Option<&'static Table>);

impl Registry {
    /// Returns the registry with a custom table.
    pub(super) fn with(table: &'static Table) -> Registry {
        Registry(Some(table))
    }

    /// Returns every key, in the order in which values are listed.
    pub fn all(self) -> &'static [Key] {
        self.0.map_or(KEYS, |table| &table.keys)
    }

    /// Returns the key of this full name.
    pub fn find(self, name: &str) -> Option<&'static Key> {
        self.all().iter().find(|key| key.name == name)
    }

    /// Returns the key of a name without its section.
    pub(super) fn by_short_name(self, name: &str) -> Option<&'static Key> {
        self.all().iter().find(|key| key.short() == name)
    }

    /// Returns the custom model with this name.
    pub(super) fn model(self, name: &str) -> Option<&'static (OwnModel, Code)> {
        self.0?.models.iter().find(|(model, _)| model.name == name)
    }

    /// Returns the custom data source with this name.
    pub(super) fn source(self, name: &str) -> Option<&'static (OwnSource, Code)> {
        self.sources().find(|(source, _)| source.name == name)
    }

    /// Returns every custom data source.
    pub(super) fn sources(self) -> impl Iterator<Item = &'static (OwnSource, Code)> {
        self.0.into_iter().flat_map(|table| &table.sources)
    }

    /// Adds the code of a custom model and data source to settings that come from another process.
    pub fn add_code(self, settings: &mut Settings) {
        if let Model::Own(own) = &mut settings.model {
            own.code = self
                .model(&own.name)
                .map_or(Code::default(), |(_, code)| code.clone());
        }
        if let Source::Own { own, .. } = &mut settings.data.source {
            own.code = self
                .source(&own.name)
                .map_or(Code::default(), |(_, code)| code.clone());
        }
    }
}
