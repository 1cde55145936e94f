//! Saves trained weights for other programs: one safetensors file per run, with PyTorch's names and layout. Its metadata
//! describes the network and the preprocessing of inputs.
//!
//! ```text
//! layers.0.weight  [n_out, n_in]     norms.0.weight, norms.0.bias, norms.0.running_mean,
//! layers.0.bias    [n_out]           norms.0.running_var, norms.0.num_batches_tracked
//! ```
//!
//! Layers are numbered from the input side; the output layer is last. `norms.i` normalizes the outputs of `layers.i`,
//! and `input_norm` the inputs. Only batch normalization has running statistics. A one-weight loss has a single
//! `weight`.

mod metadata;
mod tensors;

pub use tensors::RunWeights;

use crate::atomic_write::replace;
use crate::identity::RunId;
use safetensors::serialize;
use safetensors::tensor::TensorView;
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

/// The only key of the metadata, with one JSON object, because several keys would have no fixed order.
const METADATA: &str = "sweep";

/// Weights that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The number or the sizes of tensors do not match the layers, which is a bug.
    #[error(
        "failed to write the weights of run {0}: they do not match its layers, which is a bug in sweep"
    )]
    Shape(RunId),
    /// The file cannot be written.
    #[error("failed to write {}: {source}; free space or choose another folder with --save-weights=DIR, then run the same command again", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

/// Returns the path of the weights of a run.
pub fn path(folder: &Path, id: RunId) -> PathBuf {
    folder.join(format!("{id}.safetensors"))
}

/// Writes the weights of a run atomically.
///
/// # Errors
/// [`WeightsError`].
pub fn write(folder: &Path, of: &RunWeights) -> Result<(), WeightsError> {
    let path = path(folder, of.id);
    replace(&path, &bytes(of)?).map_err(|source| WeightsError::Write { path, source })
}

/// Returns a safetensors file. Equal weights give equal bytes.
///
/// # Errors
/// [`WeightsError::Shape`].
pub fn bytes(of: &RunWeights) -> Result<Vec<u8>, WeightsError> {
    let wrong = || WeightsError::Shape(of.id);
    let tensors = tensors::tensors(of).ok_or_else(wrong)?;
    let views = tensors.iter().map(|tensor| {
        let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes);
        view.map(|view| (&tensor.name, view))
    });
    let views: Vec<_> = views.collect::<Result<_, _>>().map_err(|_| wrong())?;
    let metadata = [(METADATA.to_owned(), metadata::metadata(of).to_string())];
    serialize(views, Some(HashMap::from(metadata))).map_err(|_| wrong())
}
