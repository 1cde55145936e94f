//! Dense networks, with or without skip connections.

use super::activation::{activate, activate_output};
use super::dense::linear;
use super::layers::{self, LayerPlan, layers};
use super::norm::Norm;
use super::{Batch, Mode, Parameter, Role, init, loss, parameter};
use crate::spec::Settings;
use crate::spec::settings::{Activation, Loss, Normalisation, OutputActivation};
use candle_core::{Result, Tensor, Var, bail};

/// H(x): hidden layers and an output layer.
#[derive(Debug)]
pub struct Network {
    input_norm: Option<Norm>,
    hidden: Vec<Dense>,
    output: Dense,
    activation: Activation,
    output_activation: OutputActivation,
    /// What that counts as in the statistics.
    last: Activation,
    loss: Loss,
}

/// z = a W + b, and its normalisation.
#[derive(Debug)]
struct Dense {
    name: String,
    weight: Var,
    bias: Var,
    norm: Option<Norm>,
    /// The hidden layer whose activations are added to z.
    skip: Option<usize>,
}

/// What the layers make of some rows.
struct Pass {
    /// What the hidden layers hand on: their activations, or what was not dropped of them.
    hidden: Vec<Tensor>,
    /// z of the output layer.
    logits: Tensor,
}

impl Network {
    /// The network of these settings with its initial weights, for `features` columns of x and
    /// `outputs` columns of y.
    ///
    /// # Errors
    /// Those of candle.
    pub fn new(settings: &Settings, seed: u64, features: usize, outputs: usize) -> Result<Network> {
        let norm = |n, kind: Option<Normalisation>| {
            kind.map(|kind| Norm::new(kind, n, settings.precision))
                .transpose()
        };
        let dense = |plan: LayerPlan| {
            let (n_in, n_out) = (plan.inputs, plan.outputs);
            let start = init::draw(settings.init, seed, &plan.name, n_in, n_out);
            let bias = plan.bias.map_or(start.bias, |b| vec![b; n_out]);
            Ok::<_, candle_core::Error>(Dense {
                weight: parameter(start.weight, (n_in, n_out), settings.precision)?,
                bias: parameter(bias, (1, n_out), settings.precision)?,
                norm: norm(n_out, plan.norm)?,
                name: plan.name,
                skip: plan.skip,
            })
        };
        let mut layers = layers(settings, features, outputs);
        let output = layers.pop().map(dense).transpose()?;
        let Some(output) = output else {
            bail!("a network has an output layer")
        };
        Ok(Network {
            input_norm: norm(features, settings.norm_at(|at| at.input))?,
            hidden: layers.into_iter().map(dense).collect::<Result<_>>()?,
            output,
            activation: settings.activation,
            output_activation: settings.output,
            last: layers::activation(settings, true),
            loss: settings.loss,
        })
    }

    /// Every parameter, input side first: per layer weight and bias, then γ and β.
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut all = Vec::new();
        if let Some(norm) = &self.input_norm {
            all.extend(norm.parameters("input"));
        }
        for layer in self.hidden.iter().chain([&self.output]) {
            all.extend(layer.parameters());
        }
        all
    }

    /// What every batch normalisation remembers, mean and variance, input side first.
    pub fn estimates(&self) -> impl Iterator<Item = Var> {
        let layers = self.hidden.iter().chain([&self.output]);
        let norms = layers.filter_map(|layer| layer.norm.as_ref());
        let norms = self.input_norm.iter().chain(norms);
        norms.flat_map(Norm::estimates)
    }

    /// The mean loss of the rows.
    ///
    /// # Errors
    /// Those of candle.
    pub fn risk(&self, rows: &Batch, mode: Mode) -> Result<Tensor> {
        let logits = self.forward(&rows.x, mode, (None, &rows.masks))?.logits;
        self.risk_of(&logits, rows)
    }

    /// δ of every layer: the gradient of that mean by what σ is taken of, rows × neurons.
    ///
    /// # Errors
    /// Those of candle.
    pub fn deltas(&self, rows: &Batch) -> Result<Vec<Tensor>> {
        // Candle drops gradients by what is no variable, so zeros that are one are added there.
        let layers = self.hidden.iter().chain([&self.output]);
        let taps: Vec<Var> = layers
            .map(|layer| {
                let shape = (rows.x.dim(0)?, layer.weight.dim(1)?);
                Var::zeros(shape, rows.x.dtype(), rows.x.device())
            })
            .collect::<Result<_>>()?;
        let pass = self.forward(&rows.x, Mode::Probing, (Some(&taps), &rows.masks))?;
        let logits = pass.logits;
        let gradients = self.risk_of(&logits, rows)?.backward()?;
        taps.iter()
            .map(|tap| match gradients.get(tap) {
                Some(delta) => Ok(delta.detach()),
                None => tap.zeros_like(),
            })
            .collect()
    }

    fn risk_of(&self, logits: &Tensor, rows: &Batch) -> Result<Tensor> {
        loss::risk(self.loss, self.output_activation, logits, rows)
    }

    /// H(x) in evaluation mode, m × outputs.
    ///
    /// # Errors
    /// Those of candle.
    pub fn outputs(&self, x: &Tensor) -> Result<Tensor> {
        activate_output(
            self.output_activation,
            &self.forward(x, Mode::Evaluation, (None, &[]))?.logits,
        )
    }

    /// Activations of every layer, normalised by the rows' own statistics, each with the σ that
    /// made them.
    ///
    /// # Errors
    /// Those of candle.
    pub fn activations(&self, x: &Tensor) -> Result<Vec<(Tensor, Activation)>> {
        let pass = self.forward(x, Mode::Probing, (None, &[]))?;
        let output = activate_output(self.output_activation, &pass.logits)?;
        let hidden = pass.hidden.into_iter().map(|a| (a, self.activation));
        Ok(hidden.chain([(output, self.last)]).collect())
    }

    /// The way of rows through the layers; to what σ is taken of, `taps` are added where given, and what
    /// comes of it in the hidden layers is multiplied by `masks` where given.
    fn forward(
        &self,
        x: &Tensor,
        mode: Mode,
        (taps, masks): (Option<&[Var]>, &[Tensor]),
    ) -> Result<Pass> {
        let tapped = |z: Tensor, i: usize| match taps {
            Some(taps) => z + taps[i].as_tensor(),
            None => Ok(z),
        };
        let x = match &self.input_norm {
            Some(norm) => norm.forward(x, mode)?,
            None => x.clone(),
        };
        let mut hidden: Vec<Tensor> = Vec::with_capacity(self.hidden.len());
        for (i, layer) in self.hidden.iter().enumerate() {
            let mut z = layer.forward(hidden.last().unwrap_or(&x), mode)?;
            if let Some(start) = layer.skip {
                z = (&hidden[start] + z)?;
            }
            let a = activate(self.activation, &tapped(z, i)?)?;
            hidden.push(match masks.get(i) {
                Some(mask) => (a * mask)?,
                None => a,
            });
        }
        let logits = self.output.forward(hidden.last().unwrap_or(&x), mode)?;
        let logits = tapped(logits, hidden.len())?;
        Ok(Pass { hidden, logits })
    }
}

impl Dense {
    fn forward(&self, a: &Tensor, mode: Mode) -> Result<Tensor> {
        let z = linear(a, &self.weight, &self.bias)?;
        match &self.norm {
            Some(norm) => norm.forward(&z, mode),
            None => Ok(z),
        }
    }

    fn parameters(&self) -> Vec<Parameter> {
        let own = [(Role::Weight, &self.weight), (Role::Bias, &self.bias)];
        let own = own.map(|(role, var)| Parameter {
            layer: self.name.clone(),
            role,
            var: var.clone(),
        });
        let norm = self
            .norm
            .iter()
            .flat_map(|norm| norm.parameters(&self.name));
        own.into_iter().chain(norm).collect()
    }
}
