//! The way of rows through the layers of any network, and what is asked of it: the mean loss, δ, activations.

use super::activation::{activate, activate_output};
use super::layers;
use super::{Batch, loss};
use crate::spec::Settings;
use crate::spec::settings::{Activation, Loss, OutputActivation};
use candle_core::{Result, Tensor, Var};

/// The layers as rows go through them.
#[derive(Debug)]
pub struct Layers {
    activation: Activation,
    /// Zeros that were added to what σ is taken of, where gradients by it are wanted.
    taps: Option<Vec<Var>>,
    /// What activations are multiplied by, layer by layer; none where nothing is dropped.
    masks: Vec<Tensor>,
    /// Activations, rows × neurons.
    hidden: Vec<Tensor>,
}

impl Layers {
    /// Before any layer, with the σ of all and what is to be dropped.
    pub(super) fn new(activation: Activation, masks: &[Tensor]) -> Self {
        Layers {
            activation,
            taps: None,
            masks: masks.to_vec(),
            hidden: Vec::new(),
        }
    }

    /// σ(z) of the next hidden layer, by the `activation` of the run. z has a row for every row of x, and any
    /// shape beyond.
    ///
    /// # Errors
    /// Those of candle.
    pub fn activate(&mut self, z: &Tensor) -> Result<Tensor> {
        let a = activate(self.activation, &self.tap(z)?)?;
        let a = match self.masks.get(self.hidden.len()) {
            Some(mask) => (a * mask)?,
            None => a,
        };
        self.hidden.push(a.flatten_from(1)?);
        Ok(a)
    }

    /// Activations of the hidden layers that rows have gone through, rows × neurons.
    pub fn hidden(&self) -> &[Tensor] {
        &self.hidden
    }

    fn tap(&mut self, z: &Tensor) -> Result<Tensor> {
        let Some(taps) = &mut self.taps else {
            return Ok(z.clone());
        };
        // Candle drops gradients by what is no variable, so zeros that are one are added there.
        let zeros = Var::zeros(z.shape(), z.dtype(), z.device())?;
        let tapped = (z + zeros.as_tensor())?;
        taps.push(zeros);
        Ok(tapped)
    }
}

/// What a network makes of the z of its last layer.
#[derive(Debug)]
pub(super) struct Head {
    activation: Activation,
    output: OutputActivation,
    /// What that counts as in the statistics.
    last: Activation,
    loss: Loss,
}

impl Head {
    pub fn new(settings: &Settings) -> Head {
        Head {
            activation: settings.activation,
            output: settings.output,
            last: layers::activation(settings, true),
            loss: settings.loss,
        }
    }

    /// Before any layer, with what is to be dropped.
    pub fn layers(&self, masks: &[Tensor]) -> Layers {
        Layers::new(self.activation, masks)
    }

    /// The mean loss of the rows with this z.
    pub fn risk(&self, z: &Tensor, rows: &Batch) -> Result<Tensor> {
        loss::risk(self.loss, self.output, z, rows)
    }

    /// δ of every layer, rows × neurons: the gradient of the mean loss by what σ is taken of, on the way that
    /// `forward` takes.
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

    /// H(x), m × outputs.
    pub fn outputs(&self, z: &Tensor) -> Result<Tensor> {
        activate_output(self.output, z)
    }

    /// Activations of every layer, each with the σ that made them.
    pub fn activations(&self, z: &Tensor, layers: Layers) -> Result<Vec<(Tensor, Activation)>> {
        let output = self.outputs(z)?;
        let hidden = layers.hidden.into_iter().map(|a| (a, self.activation));
        Ok(hidden.chain([(output, self.last)]).collect())
    }
}
