//! Networks in candle: layers, activations, initial weights, losses, and one-weight models.
//!
//! Everything here is a formula of the lecture or of PyTorch's documentation, written with tensor operations that
//! candle can differentiate. A training loop needs a [`Model`]: its [`Parameter`]s, and its loss on a [`Batch`].

pub mod activation;
pub mod batch_norm;
pub mod custom;
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
pub mod optim;
pub mod pass;
pub mod risk;

use crate::config::Settings;
use crate::config::settings;
use crate::config::settings::{Activation, Precision};
use candle_core::{DType, Device, Result, Tensor, Var};

pub use network::Network;
pub use risk::OneWeight;

/// A trainable model.
#[derive(Debug)]
pub enum Model {
    /// A predictor of rows.
    Network(Network),
    /// A loss given by a formula; it ignores rows.
    OneWeight(OneWeight),
}

/// A trainable tensor.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name of its layer.
    pub layer: String,
    /// The role in its layer.
    pub role: Role,
    /// The value, changed in place by `set`.
    pub var: Var,
}

impl Parameter {
    /// Returns its full name, such as `hidden 1.weight`.
    pub fn name(&self) -> String {
        let role = match self.role {
            Role::Weight => "weight",
            Role::Bias => "bias",
            Role::Gamma => "gamma",
            Role::Beta => "beta",
        };
        format!("{}.{role}", self.layer)
    }

    /// Returns two parameters of one layer.
    fn pair(layer: &str, vars: [(Role, &Var); 2]) -> [Parameter; 2] {
        vars.map(|(role, var)| Parameter {
            layer: layer.to_owned(),
            role,
            var: var.clone(),
        })
    }
}

/// The role of a parameter in its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The weight matrix, n_in × n_out.
    Weight,
    /// The bias, 1 × n_out.
    Bias,
    /// γ of a normalization, 1 × n.
    Gamma,
    /// β of a normalization, 1 × n.
    Beta,
}

/// Rows as tensors.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Features, m × d.
    pub x: Tensor,
    /// Targets, m × outputs: the value, 0 or 1 for two classes with one output, else one-hot.
    pub y: Tensor,
    /// Weights of the rows; `None` for equal weights.
    pub weights: Option<Weights>,
    /// Dropout factors of the activations of every hidden layer, rows × neurons each, input side first; empty without
    /// dropout.
    pub masks: Vec<Tensor>,
}

impl Batch {
    /// Returns some of its rows without dropout: applies `of` to each tensor with m rows.
    ///
    /// # Errors
    /// Errors of candle.
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

/// Weights of rows in their mean loss.
#[derive(Debug, Clone)]
pub struct Weights {
    /// m × outputs: the weight of each output's part of the loss.
    pub entries: Tensor,
    /// m × 1: the weight of each row; the mean divides by their sum.
    pub rows: Tensor,
}

/// The statistics that batch normalization uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Those of the batch, which also update the running estimates.
    Training,
    /// Those of the batch, without an update.
    Probing,
    /// The running estimates.
    Evaluation,
}

impl Model {
    /// Returns the model of these settings with its initial weights. `features` and `outputs` are the numbers of
    /// columns of x and y; a one-weight model needs neither.
    ///
    /// # Errors
    /// Errors of candle.
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

    /// Returns every parameter, input side first.
    pub fn parameters(&self) -> Vec<Parameter> {
        match self {
            Model::Network(network) => network.parameters(),
            Model::OneWeight(model) => vec![model.parameter()],
        }
    }

    /// Returns every tensor that determines the model: its parameters, then the running estimates of every batch
    /// normalization, input side first.
    pub fn state(&self) -> Vec<Var> {
        let parameters = self.parameters().into_iter().map(|p| p.var);
        match self {
            Model::Network(network) => parameters.chain(network.estimates()).collect(),
            Model::OneWeight(_) => parameters.collect(),
        }
    }

    /// Sets the [`Model::state`] from these numbers. If there are fewer tensors, only the first ones are changed.
    ///
    /// # Errors
    /// Errors of candle, such as numbers of a model with another shape.
    pub fn load(&self, numbers: &[Vec<f64>]) -> Result<()> {
        for (var, numbers) in self.state().iter().zip(numbers) {
            let tensor = Tensor::from_slice(numbers, var.shape(), var.device())?;
            var.set(&tensor.to_dtype(var.dtype())?)?;
        }
        Ok(())
    }

    /// Returns R_B(w): the mean loss of the rows, a scalar tensor for differentiation.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn risk(&self, rows: &Batch, mode: Mode) -> Result<Tensor> {
        match self {
            Model::Network(network) => network.risk(rows, mode),
            Model::OneWeight(model) => model.risk(),
        }
    }

    /// Returns δ of every layer with weights on these rows: the gradient of their loss with respect to the input of
    /// σ. Returns nothing for a one-weight model.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn deltas(&self, rows: &Batch) -> Result<Vec<Tensor>> {
        match self {
            Model::Network(network) => network.deltas(rows),
            Model::OneWeight(_) => Ok(Vec::new()),
        }
    }

    /// Returns H(x) in evaluation mode, m × outputs; `None` for a one-weight model.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn outputs(&self, x: &Tensor) -> Result<Option<Tensor>> {
        match self {
            Model::Network(network) => network.outputs(x).map(Some),
            Model::OneWeight(_) => Ok(None),
        }
    }

    /// Returns the activations of every layer with weights on these rows, normalized by their own statistics, each
    /// with its σ. The activation of a one-weight model is its weight.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn activations(&self, x: &Tensor) -> Result<Vec<(Tensor, Activation)>> {
        match self {
            Model::Network(network) => network.activations(x),
            Model::OneWeight(model) => Ok(vec![(model.weight().clone(), Activation::Linear)]),
        }
    }
}

/// Returns the number of columns of y: one per target of a regression (`classes` = 0), one for two classes without
/// softmax, else one per class.
pub fn outputs(settings: &Settings, classes: usize, targets: usize) -> usize {
    match classes {
        0 => targets,
        2 if settings.output != settings::OutputActivation::Softmax => 1,
        k => k,
    }
}

/// Returns candle's type of the weights.
pub fn dtype(precision: Precision) -> DType {
    match precision {
        Precision::F32 => DType::F32,
        Precision::F64 => DType::F64,
    }
}

/// Returns a parameter with these values, row-major.
fn parameter(values: Vec<f64>, shape: (usize, usize), precision: Precision) -> Result<Var> {
    Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(dtype(precision))?)
}
