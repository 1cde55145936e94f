//! The forward pass through the layers of any network, and what follows from it: mean loss, δ, activations.

use super::activation::{activate, activate_output};
use super::layer_plan;
use super::{Batch, loss};
use crate::config::Settings;
use crate::config::settings::{Activation, Loss, OutputActivation};
use candle_core::{Result, Tensor, Var};

/// The state of a forward pass.
#[derive(Debug)]
pub struct Layers {
    activation: Activation,
    /// Zeros added to the input of σ, if gradients with respect to it are needed.
    taps: Option<Vec<Var>>,
    /// Dropout factors of the activations of each layer; empty without dropout.
    masks: Vec<Tensor>,
    /// Activations of the hidden layers, rows × neurons.
    hidden: Vec<Tensor>,
}

impl Layers {
    /// Returns the state before the first layer, with the σ of all hidden layers and dropout factors.
    pub(super) fn new(activation: Activation, masks: &[Tensor]) -> Self {
        Layers {
            activation,
            taps: None,
            masks: masks.to_vec(),
            hidden: Vec::new(),
        }
    }

    /// Returns σ(z) of the next hidden layer, by the `activation` of the run. z has one entry per row of x in its
    /// first dimension, and any shape beyond.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn activate(&mut self, z: &Tensor) -> Result<Tensor> {
        let a = activate(self.activation, &self.tap(z)?)?;
        let a = match self.masks.get(self.hidden.len()) {
            Some(mask) => (a * mask)?,
            None => a,
        };
        self.hidden.push(a.flatten_from(1)?);
        Ok(a)
    }

    /// Returns the activations of the hidden layers so far, rows × neurons.
    pub fn hidden(&self) -> &[Tensor] {
        &self.hidden
    }

    fn tap(&mut self, z: &Tensor) -> Result<Tensor> {
        let Some(taps) = &mut self.taps else {
            return Ok(z.clone());
        };
        // Candle computes gradients only for variables, so zeros that are a variable are added.
        let zeros = Var::zeros(z.shape(), z.dtype(), z.device())?;
        let tapped = (z + zeros.as_tensor())?;
        taps.push(zeros);
        Ok(tapped)
    }
}

/// The output activation and the loss of a network.
#[derive(Debug)]
pub(super) struct Head {
    activation: Activation,
    output: OutputActivation,
    /// The activation that the output layer counts as in the statistics.
    last: Activation,
    loss: Loss,
}

impl Head {
    pub fn new(settings: &Settings) -> Head {
        Head {
            activation: settings.activation,
            output: settings.output,
            last: layer_plan::activation(settings, true),
            loss: settings.loss,
        }
    }

    /// Returns the state before the first layer, with dropout factors.
    pub fn layers(&self, masks: &[Tensor]) -> Layers {
        Layers::new(self.activation, masks)
    }

    /// Returns the mean loss of the rows with this z.
    pub fn risk(&self, z: &Tensor, rows: &Batch) -> Result<Tensor> {
        loss::risk(self.loss, self.output, z, rows)
    }

    /// Returns δ of every layer, rows × neurons: the gradient of the mean loss with respect to the input of σ, in the
    /// pass that `forward` runs.
    pub fn deltas(
        &self,
        rows: &Batch,
        forward: impl FnOnce(&mut Layers) -> Result<Tensor>,
    ) -> Result<Vec<Tensor>> {
        let mut layers = self.layers(&rows.masks);
        layers.taps = Some(Vec::new());
        let z = forward(&mut layers)?;
        let z = layers.tap(&z)?;
        let gradients = self.risk(&z, rows)?.backward()?;
        let of = |tap: &Var| match gradients.get(tap) {
            Some(delta) => delta.detach().flatten_from(1),
            None => tap.zeros_like()?.flatten_from(1),
        };
        layers.taps.iter().flatten().map(of).collect()
    }

    /// Returns H(x), m × outputs.
    pub fn outputs(&self, z: &Tensor) -> Result<Tensor> {
        activate_output(self.output, z)
    }

    /// Returns the activations of every layer, each with its σ.
    pub fn activations(&self, z: &Tensor, layers: Layers) -> Result<Vec<(Tensor, Activation)>> {
        let output = self.outputs(z)?;
        let hidden = layers.hidden.into_iter().map(|a| (a, self.activation));
        Ok(hidden.chain([(output, self.last)]).collect())
    }
}
