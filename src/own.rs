//! Custom models and data sources of another program. Sweep files name them like built-in ones, and they use the same
//! grid, runner, store, diagnosis, report and command line.
//!
//! ```no_run
//! use sweep::own::{Affine, Layers, Own, OwnModel};
//!
//! fn main() -> std::process::ExitCode {
//!     let model = OwnModel { name: "wide-and-deep", doc: "One hidden layer.", version: 1, keys: &[] };
//!     let own = Own::default().model(model, |build| {
//!         let hidden = build.hidden("hidden", build.features(), 16)?;
//!         let output = build.output(16)?;
//!         Ok(Box::new(move |x, layers| {
//!             let a = layers.activate(&hidden.forward(x)?)?;
//!             output.forward(&a)
//!         }))
//!     });
//!     sweep::cli::main_with(own)
//! }
//! ```
//!
//! The numbers of a model must depend only on its settings, its weights and the rows: not on time, threads or random
//! numbers of its own. Otherwise, replays are not bit-identical. Candle's autograd trains its runs one at a time, which
//! is slower than the stacked executor of the built-in networks.

pub use crate::data::own::{Asked, OwnRows, Read};
pub use crate::nn::own::{Affine, Build, Builder, Forward};
pub use crate::nn::pass::Layers;
pub use crate::spec::key::Default as KeyDefault;
pub use crate::spec::kind::{Field, Kind, Word, between, integer, word};
pub use crate::spec::own::{Given, OwnError, OwnKey, OwnModel, OwnSource, Undeclared};

use crate::{data, nn, spec};

/// Custom models and data sources.
#[derive(Debug, Default)]
pub struct Own {
    models: Vec<(OwnModel, Build)>,
    sources: Vec<(OwnSource, Read)>,
}

impl Own {
    /// Adds a model with the function that builds it.
    pub fn model(mut self, model: OwnModel, build: Build) -> Own {
        self.models.push((model, build));
        self
    }

    /// Adds a data source with the function that reads it.
    pub fn source(mut self, source: OwnSource, read: Read) -> Own {
        self.sources.push((source, read));
        self
    }

    /// Registers them for the lifetime of the program. It must be called once, before a sweep file is read;
    /// [`crate::cli::main_with`] does so.
    ///
    /// # Errors
    /// [`OwnError`].
    pub fn add(self) -> Result<(), OwnError> {
        if self.models.is_empty() && self.sources.is_empty() {
            return Ok(());
        }
        let builds = self
            .models
            .iter()
            .map(|(model, build)| (model.name, *build));
        let reads = self
            .sources
            .iter()
            .map(|(source, read)| (source.name, *read));
        let (builds, reads) = (builds.collect(), reads.collect());
        let models = self.models.into_iter().map(|(model, _)| model);
        let sources = self.sources.into_iter().map(|(source, _)| source);
        spec::own::add(models.collect(), sources.collect())?;
        nn::own::add(builds);
        data::own::add(reads);
        Ok(())
    }
}
