//! Dense networks, with or without skip connections.

use super::activation::{activate, activate_output};
use super::batch_norm::BatchNorm;
use super::dense::linear;
use super::{Batch, Mode, Parameter, Role, init, loss, parameter};
use crate::spec::Settings;
use crate::spec::settings::{Activation, Loss, Model, OutputActivation};
use candle_core::{Result, Tensor, Var};

/// H(x): hidden layers and an output layer.
#[derive(Debug)]
pub struct Network {
    input_norm: Option<BatchNorm>,
    hidden: Vec<Dense>,
    output: Dense,
    /// Hidden layers in a residual block. The first hidden layer stands before the blocks.
    block: Option<usize>,
    activation: Activation,
    output_activation: OutputActivation,
    loss: Loss,
}

/// z = a W + b, and its normalisation.
#[derive(Debug)]
struct Dense {
    name: String,
    weight: Var,
    bias: Var,
    norm: Option<BatchNorm>,
}

/// What the layers make of some rows.
struct Pass {
    /// Activations of the hidden layers.
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
        let norm_at = settings.batch_norm;
        let norm = |n, wanted: bool| {
            wanted
                .then(|| BatchNorm::new(n, settings.precision))
                .transpose()
        };
        let dense = |name: String, n_in: usize, n_out: usize, bias: Option<f64>, normed: bool| {
            let start = init::draw(settings.init, seed, &name, n_in, n_out);
            let bias = bias.map_or(start.bias, |b| vec![b; n_out]);
            Ok::<_, candle_core::Error>(Dense {
                name,
                weight: parameter(start.weight, (n_in, n_out), settings.precision)?,
                bias: parameter(bias, (1, n_out), settings.precision)?,
                norm: norm(n_out, normed)?,
            })
        };
        let mut hidden = Vec::new();
        let mut n_in = features;
        for (name, width) in hidden_layers(&settings.model) {
            hidden.push(dense(name, n_in, width, None, norm_at.hidden)?);
            n_in = width;
        }
        Ok(Network {
            input_norm: norm(features, norm_at.input)?,
            hidden,
            output: dense(
                "output".to_owned(),
                n_in,
                outputs,
                settings.output_bias,
                norm_at.output,
            )?,
            block: match settings.model {
                Model::Residual { layers, .. } => Some(layers),
                _ => None,
            },
            activation: settings.activation,
            output_activation: settings.output,
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

    /// The mean loss of the rows.
    ///
    /// # Errors
    /// Those of candle.
    pub fn risk(&self, rows: &Batch, mode: Mode) -> Result<Tensor> {
        let logits = self.forward(&rows.x, mode)?.logits;
        loss::risk(self.loss, self.output_activation, &logits, &rows.y)
    }

    /// H(x) in evaluation mode, m × outputs.
    ///
    /// # Errors
    /// Those of candle.
    pub fn outputs(&self, x: &Tensor) -> Result<Tensor> {
        activate_output(
            self.output_activation,
            &self.forward(x, Mode::Evaluation)?.logits,
        )
    }

    /// Activations of every layer, normalised by the rows' own statistics, each with the σ that
    /// made them (a softmax counts as linear).
    ///
    /// # Errors
    /// Those of candle.
    pub fn activations(&self, x: &Tensor) -> Result<Vec<(Tensor, Activation)>> {
        let pass = self.forward(x, Mode::Probing)?;
        let output = activate_output(self.output_activation, &pass.logits)?;
        let last = match self.output_activation {
            OutputActivation::Sigmoid => Activation::Sigmoid,
            OutputActivation::Linear | OutputActivation::Softmax => Activation::Linear,
        };
        let hidden = pass.hidden.into_iter().map(|a| (a, self.activation));
        Ok(hidden.chain([(output, last)]).collect())
    }

    fn forward(&self, x: &Tensor, mode: Mode) -> Result<Pass> {
        let x = match &self.input_norm {
            Some(norm) => norm.forward(x, mode)?,
            None => x.clone(),
        };
        let mut hidden: Vec<Tensor> = Vec::with_capacity(self.hidden.len());
        for (i, layer) in self.hidden.iter().enumerate() {
            let mut z = layer.forward(hidden.last().unwrap_or(&x), mode)?;
            if let Some(start) = self.block_start(i) {
                z = (&hidden[start] + z)?;
            }
            hidden.push(activate(self.activation, &z)?);
        }
        let logits = self.output.forward(hidden.last().unwrap_or(&x), mode)?;
        Ok(Pass { hidden, logits })
    }

    /// The hidden layer whose activations skip to the end of a block, if layer `i` is the end of
    /// one: the layer before the block's first.
    fn block_start(&self, i: usize) -> Option<usize> {
        let layers = self.block?;
        (i > 0 && i.is_multiple_of(layers)).then(|| i - layers)
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

/// Names and widths of the hidden layers, input side first.
fn hidden_layers(model: &Model) -> Vec<(String, usize)> {
    match model {
        Model::Linear | Model::Risk(_) => Vec::new(),
        Model::Mlp { hidden } => hidden
            .iter()
            .enumerate()
            .map(|(i, width)| (format!("hidden {}", i + 1), *width))
            .collect(),
        Model::Residual {
            blocks,
            layers,
            width,
        } => {
            let blocks =
                (1..=*blocks).flat_map(|b| (1..=*layers).map(move |l| format!("block {b}.{l}")));
            std::iter::once("lift".to_owned())
                .chain(blocks)
                .map(|name| (name, *width))
                .collect()
        }
    }
}
