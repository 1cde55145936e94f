//! Exports stored runs to the formats of other programs: tables (CSV, JSON Lines, Parquet), TensorBoard event files,
//! MLflow folders, and traces.
//!
//! All data comes from traces, in the order of the grid and then of the seeds. Nothing depends on time or place of the
//! export: the same store gives the same bytes. Every format can represent NaN and infinities.

pub(crate) mod ci;
mod csv;
mod curves;
mod exported;
mod field;
mod files;
mod json_lines;
mod layers;
mod mlflow;
#[cfg(feature = "parquet")]
mod parquet;
mod runs;
mod scalars;
mod tables;
mod tensorboard;
mod trace;

pub use exported::{Exported, Format};
pub use files::ExportError;

use std::path::{Path, PathBuf};

/// Writes a sweep below a folder, and returns the paths to open. `curves` adds the tables of curves and layers;
/// all other formats always include them.
///
/// # Errors
/// [`ExportError`].
pub fn export(
    of: &Exported,
    format: Format,
    into: &Path,
    curves: bool,
) -> Result<Vec<PathBuf>, ExportError> {
    match format {
        Format::TensorBoard => tensorboard::write(of, into),
        Format::Mlflow => mlflow::write(of, into),
        Format::Trace => trace::write(of, into),
        Format::Csv | Format::JsonLines | Format::Parquet => {
            tables::write(of, format, into, curves)
        }
    }
}
