//! The layers of a dense network, with or without skip connections.

use super::batch_norm::Mode;
use super::dense::linear;
use super::init;
use super::layers::{LayerPlan, layers};
use super::norm::Norm;
use super::parameters::{Parameter, Role, parameter};
use super::pass::Layers;
use crate::config::Settings;
use crate::config::settings::Normalisation;
use candle_core::{Result, Tensor, Var, bail};

/// The hidden layers and the output layer.
#[derive(Debug)]
pub(super) struct DenseLayers {
    input_norm: Option<Norm>,
    hidden: Vec<Dense>,
    output: Dense,
}

/// The affine map z = a W + b, with an optional normalization.
#[derive(Debug)]
struct Dense {
    name: String,
    weight: Var,
    bias: Var,
    norm: Option<Norm>,
    /// The hidden layer with activations that are added to z.
    skip: Option<usize>,
}

impl DenseLayers {
    /// Returns the layers of these settings with their initial weights, for `features` columns of x and `outputs`
    /// columns of y.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn new(settings: &Settings, seed: u64, features: usize, outputs: usize) -> Result<Self> {
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
            bail!("a network needs an output layer")
        };
        Ok(DenseLayers {
            input_norm: norm(features, settings.norm_at(|at| at.input))?,
            hidden: layers.into_iter().map(dense).collect::<Result<_>>()?,
            output,
        })
    }

    /// Returns every parameter, input side first: weight and bias per layer, then γ and β.
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

    /// Returns the running estimates of every batch normalization, mean and variance, input side first.
    pub fn estimates(&self) -> impl Iterator<Item = Var> {
        let layers = self.hidden.iter().chain([&self.output]);
        let norms = layers.filter_map(|layer| layer.norm.as_ref());
        let norms = self.input_norm.iter().chain(norms);
        norms.flat_map(Norm::estimates)
    }

    /// Runs the forward pass of rows to z of the output layer.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn forward(&self, x: &Tensor, mode: Mode, layers: &mut Layers) -> Result<Tensor> {
        let mut a = match &self.input_norm {
            Some(norm) => norm.forward(x, mode)?,
            None => x.clone(),
        };
        for layer in &self.hidden {
            let mut z = layer.forward(&a, mode)?;
            if let Some(start) = layer.skip {
                z = (&layers.hidden()[start] + z)?;
            }
            a = layers.activate(&z)?;
        }
        self.output.forward(&a, mode)
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
        let own = Parameter::pair(&self.name, own);
        let norm = self
            .norm
            .iter()
            .flat_map(|norm| norm.parameters(&self.name));
        own.into_iter().chain(norm).collect()
    }
}
