//! Custom models and data sources of another program. Sweep files name them like built-in ones, and they use the same
//! grid, runner, store, diagnosis, report and command line.
//!
//! ```no_run
//! use sweep::custom::{Affine, Layers, Custom, CustomModel};
//!
//! fn main() -> std::process::ExitCode {
//!     let model = CustomModel { name: "wide-and-deep", doc: "One hidden layer.", version: 1, keys: &[] };
//!     let custom = Custom::default().model(model, |build| {
//!         let hidden = build.hidden("hidden", build.features(), 16)?;
//!         let output = build.output(16)?;
//!         Ok(Box::new(move |x, layers| {
//!             let a = layers.activate(&hidden.forward(x)?)?;
//!             output.forward(&a)
//!         }))
//!     });
//!     sweep::cli::main_with(custom)
//! }
//! ```
//!
//! The numbers of a model must depend only on its settings, its weights and the rows: not on time, threads or random
//! numbers of its own. Otherwise, replays are not bit-identical. Candle's autograd trains its runs one at a time, which
//! is slower than the stacked executor of the built-in networks.

pub use crate::config::custom::{
    CustomError, CustomKey, CustomModel, CustomSource, Given, Undeclared,
};
pub use crate::config::kind::{Field, Kind, Word, between, integer, word};
pub use crate::config::registry::Default as KeyDefault;
pub use crate::train::components::custom::{Affine, Build, Builder, Forward};
pub use crate::train::components::pass::Layers;
pub use crate::train::datasets::custom::{CustomRows, Read, SourceRequest};

use crate::config::custom::{CustomCode, registry};
use crate::config::keys::Registry;

/// Custom models and data sources.
#[derive(Debug, Default)]
pub struct Custom {
    models: Vec<(CustomModel, CustomCode)>,
    sources: Vec<(CustomSource, CustomCode)>,
}

impl Custom {
    /// Adds a model with the function that builds it.
    pub fn model(mut self, model: CustomModel, build: Build) -> Custom {
        self.models.push((model, CustomCode::new(build)));
        self
    }

    /// Adds a data source with the function that reads it.
    pub fn source(mut self, source: CustomSource, read: Read) -> Custom {
        self.sources.push((source, CustomCode::new(read)));
        self
    }

    /// Returns the registry, for [`crate::load::load_with`]. A program can have several.
    ///
    /// # Errors
    /// [`CustomError`].
    pub fn registry(self) -> Result<Registry, CustomError> {
        registry(self.models, self.sources)
    }
}
