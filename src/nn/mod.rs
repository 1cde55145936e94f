//! Networks in candle: layers, activations, initial weights, losses, and the one-weight risks.
//!
//! Everything here is a formula of the lecture or of PyTorch's documentation, written with tensor
//! operations that candle can differentiate. What a training loop needs is a [`Model`]: its
//! [`Parameter`]s, and the risk of a [`Batch`] under them.

pub mod activation;
pub mod batch_norm;
pub mod dense;
mod dense_layers;
pub mod entries;
pub mod init;
pub mod layer_norm;
pub mod layers;
pub mod loss;
pub mod network;
pub mod norm;
pub mod normalise;
pub mod own;
pub mod pass;
pub mod risk;

use crate::spec::Settings;
use crate::spec::settings::{self, Activation, Precision};
use candle_core::{DType, Device, Result, Tensor, Var};

pub use network::Network;
pub use risk::OneWeight;

/// What is trained.
#[derive(Debug)]
pub enum Model {
    /// A predictor of rows.
    Network(Network),
    /// A risk given by a formula; its rows say nothing.
    OneWeight(OneWeight),
}

/// A tensor of weights that training changes.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name of its layer.
    pub layer: String,
    /// What it is in its layer.
    pub role: Role,
    /// Its value, changed in place by `set`.
    pub var: Var,
}

impl Parameter {
    /// `hidden 1.weight`.
    pub fn name(&self) -> String {
        let role = match self.role {
            Role::Weight => "weight",
            Role::Bias => "bias",
            Role::Gamma => "gamma",
            Role::Beta => "beta",
        };
        format!("{}.{role}", self.layer)
    }

    /// Two of one layer.
    fn pair(layer: &str, vars: [(Role, &Var); 2]) -> [Parameter; 2] {
        vars.map(|(role, var)| Parameter {
            layer: layer.to_owned(),
            role,
            var: var.clone(),
        })
    }
}

/// What a parameter is in its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The weight matrix, n_in × n_out.
    Weight,
    /// The bias, 1 × n_out.
    Bias,
    /// γ of a normalisation, 1 × n.
    Gamma,
    /// β of a normalisation, 1 × n.
    Beta,
}

/// Rows as tensors.
#[derive(Debug, Clone)]
pub struct Batch {
    /// m × d.
    pub x: Tensor,
    /// m × outputs: the value, 0 or 1 for two classes with one output, else one-hot.
    pub y: Tensor,
    /// What they count for, where not all count the same.
    pub weights: Option<Weights>,
    /// What the activations of every hidden layer are multiplied by, rows × neurons each, input side first;
    /// none where nothing is dropped.
    pub masks: Vec<Tensor>,
}

impl Batch {
    /// Some of its rows, with nothing dropped: what `of` takes of a tensor with m rows is taken of each.
    ///
    /// # Errors
    /// Those of candle.
    pub fn each(&self, of: impl Fn(&Tensor) -> Result<Tensor>) -> Result<Batch> {
        let weights = self.weights.as_ref();
        let weights = weights.map(|weights| {
            Ok::<_, candle_core::Error>(Weights {
                entries: of(&weights.entries)?,
                rows: of(&weights.rows)?,
            })
        });
        Ok(Batch {
            x: of(&self.x)?,
            y: of(&self.y)?,
            weights: weights.transpose()?,
            masks: Vec::new(),
        })
    }
}

/// What rows count for in their mean loss.
#[derive(Debug, Clone)]
pub struct Weights {
    /// m × outputs: of the part of the loss that is an output's.
    pub entries: Tensor,
    /// m × 1: of the row, by whose sum the mean is taken.
    pub rows: Tensor,
}

/// Whose statistics batch normalisation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The batch's own, which also enter the running estimates.
    Training,
    /// The batch's own, of which nothing is remembered.
    Probing,
    /// The running estimates.
    Evaluation,
}

impl Model {
    /// The model of these settings with its initial weights. `features` and `outputs` are the
    /// columns of x and y; a one-weight risk needs neither.
    ///
    /// # Errors
    /// Those of candle.
    pub fn new(settings: &Settings, seed: u64, features: usize, outputs: usize) -> Result<Model> {
        match settings.model {
            settings::Model::Risk(risk) => {
                OneWeight::new(risk, settings, seed).map(Model::OneWeight)
            }
            settings::Model::Linear
            | settings::Model::Mlp { .. }
            | settings::Model::Residual { .. }
            | settings::Model::Own(_) => {
                Network::new(settings, seed, features, outputs).map(Model::Network)
            }
        }
    }

    /// Every parameter, input side first.
    pub fn parameters(&self) -> Vec<Parameter> {
        match self {
            Model::Network(network) => network.parameters(),
            Model::OneWeight(model) => vec![model.parameter()],
        }
    }

    /// Every tensor that the model goes by: its parameters, then mean and variance that every batch
    /// normalisation remembers, input side first.
    pub fn state(&self) -> Vec<Var> {
        let parameters = self.parameters().into_iter().map(|p| p.var);
        match self {
            Model::Network(network) => parameters.chain(network.estimates()).collect(),
            Model::OneWeight(_) => parameters.collect(),
        }
    }

    /// Makes it the model that these numbers were the [`Model::state`] of; of fewer tensors, only the
    /// first are changed.
    ///
    /// # Errors
    /// Those of candle: numbers of a model of another shape.
    pub fn load(&self, numbers: &[Vec<f64>]) -> Result<()> {
        for (var, numbers) in self.state().iter().zip(numbers) {
            let tensor = Tensor::from_slice(numbers, var.shape(), var.device())?;
            var.set(&tensor.to_dtype(var.dtype())?)?;
        }
        Ok(())
    }

    /// R_B(w): the mean loss of the rows, a scalar tensor that knows how it was computed.
    ///
    /// # Errors
    /// Those of candle.
    pub fn risk(&self, rows: &Batch, mode: Mode) -> Result<Tensor> {
        match self {
            Model::Network(network) => network.risk(rows, mode),
            Model::OneWeight(model) => model.risk(),
        }
    }

    /// δ of every layer with weights on these rows: the gradient of their risk by what σ is taken
    /// of. Of a one-weight risk nothing.
    ///
    /// # Errors
    /// Those of candle.
    pub fn deltas(&self, rows: &Batch) -> Result<Vec<Tensor>> {
        match self {
            Model::Network(network) => network.deltas(rows),
            Model::OneWeight(_) => Ok(Vec::new()),
        }
    }

    /// H(x) of rows in evaluation mode, m × outputs; none of a one-weight risk.
    ///
    /// # Errors
    /// Those of candle.
    pub fn outputs(&self, x: &Tensor) -> Result<Option<Tensor>> {
        match self {
            Model::Network(network) => network.outputs(x).map(Some),
            Model::OneWeight(_) => Ok(None),
        }
    }

    /// The activations of every layer with weights on these rows, normalised by their own
    /// statistics, each with the σ that made them. A one-weight risk has its weight for an activation.
    ///
    /// # Errors
    /// Those of candle.
    pub fn activations(&self, x: &Tensor) -> Result<Vec<(Tensor, Activation)>> {
        match self {
            Model::Network(network) => network.activations(x),
            Model::OneWeight(model) => Ok(vec![(model.weight().clone(), Activation::Linear)]),
        }
    }
}

/// Columns of y: one per target of a regression (`classes` = 0), one for two classes without softmax, else
/// one per class.
pub fn outputs(settings: &Settings, classes: usize, targets: usize) -> usize {
    match classes {
        0 => targets,
        2 if settings.output != settings::OutputActivation::Softmax => 1,
        k => k,
    }
}

/// Candle's type for the weights.
pub fn dtype(precision: Precision) -> DType {
    match precision {
        Precision::F32 => DType::F32,
        Precision::F64 => DType::F64,
    }
}

/// A parameter with these values, row after row.
fn parameter(values: Vec<f64>, shape: (usize, usize), precision: Precision) -> Result<Var> {
    Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(dtype(precision))?)
}
