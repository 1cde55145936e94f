//! Networks with built-in or custom layers, and the quantities that both provide.

use super::custom::CustomLayers;
use super::dense_layers::DenseLayers;
use super::pass::{Head, Layers};
use super::{Batch, Mode, Parameter};
use crate::config::Settings;
use crate::config::settings::{Activation, ModelSettings};
use candle_core::{Result, Tensor, Var};

/// A network H(x).
#[derive(Debug)]
pub struct Network {
    body: Body,
    head: Head,
}

/// The layers up to z of the output layer.
#[derive(Debug)]
enum Body {
    Dense(DenseLayers),
    Custom(CustomLayers),
}

impl Network {
    /// Returns the network of these settings with its initial weights, for `features` columns of x and `outputs`
    /// columns of y.
    ///
    /// # Errors
    /// Errors of candle and of custom models.
    pub fn new(settings: &Settings, seed: u64, features: usize, outputs: usize) -> Result<Network> {
        let body = match settings.model {
            ModelSettings::Custom(_) => {
                Body::Custom(CustomLayers::new(settings, seed, features, outputs)?)
            }
            ModelSettings::Linear
            | ModelSettings::Mlp { .. }
            | ModelSettings::Residual { .. }
            | ModelSettings::Risk(_) => {
                Body::Dense(DenseLayers::new(settings, seed, features, outputs)?)
            }
        };
        let head = Head::new(settings);
        Ok(Network { body, head })
    }

    /// Returns every parameter, input side first: weight and bias per layer, then γ and β.
    pub fn parameters(&self) -> Vec<Parameter> {
        match &self.body {
            Body::Dense(layers) => layers.parameters(),
            Body::Custom(layers) => layers.parameters(),
        }
    }

    /// Returns the running estimates of every batch normalization, mean and variance, input side first.
    pub fn estimates(&self) -> Vec<Var> {
        match &self.body {
            Body::Dense(layers) => layers.estimates().collect(),
            Body::Custom(_) => Vec::new(),
        }
    }

    /// Returns the mean loss of the rows.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn risk(&self, rows: &Batch, mode: Mode) -> Result<Tensor> {
        let z = self.forward(&rows.x, mode, &mut self.head.layers(&rows.masks))?;
        self.head.risk(&z, rows)
    }

    /// Returns δ of every layer: the gradient of the mean loss with respect to the input of σ, rows × neurons.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn deltas(&self, rows: &Batch) -> Result<Vec<Tensor>> {
        let forward = |layers: &mut Layers| self.forward(&rows.x, Mode::Probing, layers);
        self.head.deltas(rows, forward)
    }

    /// Returns H(x) in evaluation mode, m × outputs.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn outputs(&self, x: &Tensor) -> Result<Tensor> {
        let z = self.forward(x, Mode::Evaluation, &mut self.head.layers(&[]))?;
        self.head.outputs(&z)
    }

    /// Returns the activations of every layer, normalized by the statistics of the rows, each with its σ.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn activations(&self, x: &Tensor) -> Result<Vec<(Tensor, Activation)>> {
        let mut layers = self.head.layers(&[]);
        let z = self.forward(x, Mode::Probing, &mut layers)?;
        self.head.activations(&z, layers)
    }

    fn forward(&self, x: &Tensor, mode: Mode, layers: &mut Layers) -> Result<Tensor> {
        match &self.body {
            Body::Dense(dense) => dense.forward(x, mode, layers),
            Body::Custom(own) => own.forward(x, layers),
        }
    }
}
