//! Networks: what rows go through, layers of our own or of a person's, and what is asked of both.

use super::dense_layers::DenseLayers;
use super::own::OwnLayers;
use super::pass::{Head, Layers};
use super::{Batch, Mode, Parameter};
use crate::spec::Settings;
use crate::spec::settings::{Activation, Model};
use candle_core::{Result, Tensor, Var};

/// H(x).
#[derive(Debug)]
pub struct Network {
    body: Body,
    head: Head,
}

/// The way to z of the output layer.
#[derive(Debug)]
enum Body {
    Dense(DenseLayers),
    Own(OwnLayers),
}

impl Network {
    /// The network of these settings with its initial weights, for `features` columns of x and
    /// `outputs` columns of y.
    ///
    /// # Errors
    /// Those of candle, and of a model of a person's own.
    pub fn new(settings: &Settings, seed: u64, features: usize, outputs: usize) -> Result<Network> {
        let body = match settings.model {
            Model::Own(_) => Body::Own(OwnLayers::new(settings, seed, features, outputs)?),
            Model::Linear | Model::Mlp { .. } | Model::Residual { .. } | Model::Risk(_) => {
                Body::Dense(DenseLayers::new(settings, seed, features, outputs)?)
            }
        };
        let head = Head::new(settings);
        Ok(Network { body, head })
    }

    /// Every parameter, input side first: per layer weight and bias, then γ and β.
    pub fn parameters(&self) -> Vec<Parameter> {
        match &self.body {
            Body::Dense(layers) => layers.parameters(),
            Body::Own(layers) => layers.parameters(),
        }
    }

    /// What every batch normalisation remembers, mean and variance, input side first.
    pub fn estimates(&self) -> Vec<Var> {
        match &self.body {
            Body::Dense(layers) => layers.estimates().collect(),
            Body::Own(_) => Vec::new(),
        }
    }

    /// The mean loss of the rows.
    ///
    /// # Errors
    /// Those of candle.
    pub fn risk(&self, rows: &Batch, mode: Mode) -> Result<Tensor> {
        let z = self.forward(&rows.x, mode, &mut self.head.layers(&rows.masks))?;
        self.head.risk(&z, rows)
    }

    /// δ of every layer: the gradient of that mean by what σ is taken of, rows × neurons.
    ///
    /// # Errors
    /// Those of candle.
    pub fn deltas(&self, rows: &Batch) -> Result<Vec<Tensor>> {
        let forward = |layers: &mut Layers| self.forward(&rows.x, Mode::Probing, layers);
        self.head.deltas(rows, forward)
    }

    /// H(x) in evaluation mode, m × outputs.
    ///
    /// # Errors
    /// Those of candle.
    pub fn outputs(&self, x: &Tensor) -> Result<Tensor> {
        let z = self.forward(x, Mode::Evaluation, &mut self.head.layers(&[]))?;
        self.head.outputs(&z)
    }

    /// Activations of every layer, normalised by the rows' own statistics, each with the σ that
    /// made them.
    ///
    /// # Errors
    /// Those of candle.
    pub fn activations(&self, x: &Tensor) -> Result<Vec<(Tensor, Activation)>> {
        let mut layers = self.head.layers(&[]);
        let z = self.forward(x, Mode::Probing, &mut layers)?;
        self.head.activations(&z, layers)
    }

    fn forward(&self, x: &Tensor, mode: Mode, layers: &mut Layers) -> Result<Tensor> {
        match &self.body {
            Body::Dense(dense) => dense.forward(x, mode, layers),
            Body::Own(own) => own.forward(x, layers),
        }
    }
}
