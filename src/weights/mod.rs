//! The way of trained weights to other programs: a safetensors file per run, named and laid out as PyTorch
//! has it, with all in its metadata that is needed to build the network and to prepare its inputs.
//!
//! ```text
//! layers.0.weight  [n_out, n_in]     norms.0.weight, norms.0.bias, norms.0.running_mean,
//! layers.0.bias    [n_out]           norms.0.running_var, norms.0.num_batches_tracked
//! ```
//!
//! Layers are counted from the input side, the output layer last. `norms.i` normalises what comes out of
//! `layers.i`, `input_norm` the inputs; only batch normalisation has what is remembered from batch to batch. A one-weight risk has a single `weight`.

mod metadata;
mod tensors;

use crate::data::Dataset;
use crate::grid::Cell;
use crate::identity::RunId;
use crate::replace::replace;
use crate::trace::Trace;
use crate::train::keep::Snapshot;
use safetensors::serialize;
use safetensors::tensor::TensorView;
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

/// The key of the metadata, which holds one JSON object. A single key, since several would come in no
/// order.
const METADATA: &str = "sweep";

/// A run and its weights.
#[derive(Debug, Clone, Copy)]
pub struct Weighed<'a> {
    /// Its identity.
    pub id: RunId,
    /// Its cell.
    pub cell: &'a Cell,
    /// What came of it.
    pub trace: &'a Trace,
    /// The rows that it saw; none of a one-weight risk.
    pub data: Option<&'a Dataset>,
    /// Every number that its model goes by, at its end.
    pub weights: &'a Snapshot,
}

/// Weights that can't be written.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// A fault of the program: there are more or fewer tensors than its layers have, or of other sizes.
    #[error(
        "failed to write the weights of run {0}: they are not those of its layers, which is a fault of sweep"
    )]
    Shape(RunId),
    /// The file.
    #[error("failed to write {}: {source}; make room or name another folder with --save-weights=DIR, and run the same command again", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Where the weights of a run are in a folder.
pub fn path(folder: &Path, id: RunId) -> PathBuf {
    folder.join(format!("{id}.safetensors"))
}

/// Writes the weights of a run, whole or not at all.
///
/// # Errors
/// [`WeightsError`].
pub fn write(folder: &Path, of: &Weighed) -> Result<(), WeightsError> {
    let path = path(folder, of.id);
    replace(&path, &bytes(of)?).map_err(|source| WeightsError::Write { path, source })
}

/// A safetensors file: the same bytes for the same weights.
///
/// # Errors
/// [`WeightsError::Shape`].
pub fn bytes(of: &Weighed) -> Result<Vec<u8>, WeightsError> {
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
