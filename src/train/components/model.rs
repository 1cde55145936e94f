//! A model of either kind, with what a training loop needs: parameters, loss and δ, predictions and activations.

use super::batch::Batch;
use super::batch_norm::Mode;
use super::network::Network;
use super::parameters::Parameter;
use super::risk::OneWeight;
use crate::config::Settings;
use crate::config::settings;
use crate::config::settings::Activation;
use candle_core::{Result, Tensor, Var};

/// A trainable model.
#[derive(Debug)]
pub enum Model {
    /// A predictor of rows.
    Network(Network),
    /// A loss given by a formula; it ignores rows.
    OneWeight(OneWeight),
}

impl Model {
    /// Returns the model of these settings with its initial weights. `features` and `outputs` are the numbers of
    /// columns of x and y; a one-weight model needs neither.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn new(settings: &Settings, seed: u64, features: usize, outputs: usize) -> Result<Model> {
        match settings.model {
            settings::ModelSettings::Risk(risk) => {
                OneWeight::new(risk, settings, seed).map(Model::OneWeight)
            }
            settings::ModelSettings::Linear
            | settings::ModelSettings::Mlp { .. }
            | settings::ModelSettings::Residual { .. }
            | settings::ModelSettings::Custom(_) => {
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
