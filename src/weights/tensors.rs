//! The weights of a run as tensors in PyTorch's layout.

use crate::config::settings::{ModelSettings, NormSites, Precision};
use crate::grid::Cell;
use crate::identity::RunId;
use crate::trace::Trace;
use crate::train::components::layers::{LayerPlan, layers};
use crate::train::components::outputs;
use crate::train::datasets::Dataset;
use crate::train::weight_snapshots::Snapshot;
use safetensors::Dtype;
use std::slice::Iter;

/// A run with its final weights.
#[derive(Debug, Clone, Copy)]
pub struct RunWeights<'a> {
    /// Its ID.
    pub id: RunId,
    /// Its cell.
    pub cell: &'a Cell,
    /// Its result.
    pub trace: &'a Trace,
    /// Its rows; `None` for a one-weight loss.
    pub data: Option<&'a Dataset>,
    /// The final weights and running statistics of its model.
    pub weights: &'a Snapshot,
}

/// One tensor of the file.
pub struct Tensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub dtype: Dtype,
    /// Row-major, little-endian.
    pub bytes: Vec<u8>,
}

/// Returns the layers of the network of a run, input side first; empty for a one-weight loss.
pub fn plan(of: &RunWeights) -> Vec<LayerPlan> {
    let settings = &of.cell.settings;
    let (classes, targets) = of
        .data
        .map_or((0, 1), |data| (data.classes.len(), data.train.targets));
    let features = of.data.map_or(0, |data| data.features.len());
    layers(settings, features, outputs(settings, classes, targets))
}

/// Returns every tensor; `None` if the numbers do not match the layers.
pub fn tensors(of: &RunWeights) -> Option<Vec<Tensor>> {
    let settings = &of.cell.settings;
    let mut taken = Taken {
        numbers: of.weights.numbers.iter(),
        wide: settings.precision == Precision::F64,
        tensors: Vec::new(),
    };
    if let ModelSettings::Risk(_) = settings.model {
        taken.vector("weight".to_owned(), 1)?;
        return taken.all();
    }
    let layers = plan(of);
    let features = layers.first()?.inputs;
    let mut norms: Vec<(String, usize)> = Vec::new();
    // The order of `nn::Model::state`: parameters first, then the running statistics of batch normalization.
    if settings.norm_at(|at| at.input).is_some() {
        norms.push(("input_norm".to_owned(), features));
        taken.affine(norms.last()?)?;
    }
    for (i, layer) in layers.iter().enumerate() {
        taken.matrix(format!("layers.{i}.weight"), layer.inputs, layer.outputs)?;
        taken.vector(format!("layers.{i}.bias"), layer.outputs)?;
        if layer.norm.is_some() {
            norms.push((format!("norms.{i}"), layer.outputs));
            taken.affine(norms.last()?)?;
        }
    }
    let running = match settings.batch_norm == NormSites::default() {
        true => &[],
        false => norms.as_slice(),
    };
    for (name, width) in running {
        taken.vector(format!("{name}.running_mean"), *width)?;
        taken.vector(format!("{name}.running_var"), *width)?;
        taken.count(format!("{name}.num_batches_tracked"), of.weights.step);
    }
    taken.all()
}

/// Takes tensors from the numbers of a model, one after another.
struct Taken<'a> {
    numbers: Iter<'a, Vec<f64>>,
    /// Whether numbers have 64 bits instead of 32.
    wide: bool,
    tensors: Vec<Tensor>,
}

impl Taken<'_> {
    /// Takes the next n_in × n_out numbers, and transposes them to n_out × n_in.
    fn matrix(&mut self, name: String, inputs: usize, outputs: usize) -> Option<()> {
        let numbers = self.numbers.next();
        let numbers = numbers.filter(|numbers| numbers.len() == inputs * outputs)?;
        let columns = (0..outputs).flat_map(|j| (0..inputs).map(move |i| i * outputs + j));
        let transposed = columns.map(|at| numbers[at]);
        let bytes = self.bytes(transposed);
        self.push(name, vec![outputs, inputs], bytes);
        Some(())
    }

    fn vector(&mut self, name: String, n: usize) -> Option<()> {
        let numbers = self.numbers.next().filter(|numbers| numbers.len() == n)?;
        let bytes = self.bytes(numbers.iter().copied());
        self.push(name, vec![n], bytes);
        Some(())
    }

    /// Takes γ and β of a normalization.
    fn affine(&mut self, (name, width): &(String, usize)) -> Option<()> {
        self.vector(format!("{name}.weight"), *width)?;
        self.vector(format!("{name}.bias"), *width)
    }

    /// Adds a count, which is not among the numbers of the model.
    fn count(&mut self, name: String, n: u64) {
        self.tensors.push(Tensor {
            name,
            shape: Vec::new(),
            dtype: Dtype::I64,
            bytes: n.to_le_bytes().to_vec(),
        });
    }

    fn push(&mut self, name: String, shape: Vec<usize>, bytes: Vec<u8>) {
        self.tensors.push(Tensor {
            name,
            shape,
            dtype: if self.wide { Dtype::F64 } else { Dtype::F32 },
            bytes,
        });
    }

    fn bytes(&self, numbers: impl Iterator<Item = f64>) -> Vec<u8> {
        match self.wide {
            true => numbers.flat_map(f64::to_le_bytes).collect(),
            false => numbers.flat_map(|x| (x as f32).to_le_bytes()).collect(),
        }
    }

    /// Returns all tensors; `None` if numbers are left.
    fn all(mut self) -> Option<Vec<Tensor>> {
        match self.numbers.next() {
            None => Some(self.tensors),
            Some(_) => None,
        }
    }
}
