//! Custom models: one function builds the layers from the settings of a run, another one runs the forward pass.
//! Losses, δ and layer statistics need no further code.

use super::dense::linear;
use super::init;
use super::layer_plan::LayerPlan;
use super::parameters::{Parameter, Role, parameter};
use super::pass::Layers;
use crate::config::Settings;
use crate::config::custom::Given;
use crate::config::settings::ModelSettings;
use candle_core::{Device, Error, Result, Tensor, Var, bail};
use std::error;
use std::fmt::{self, Debug, Formatter};

/// Runs the forward pass of rows (m × features) to z of the output layer (m × outputs). [`Layers::activate`] applies
/// σ between layers.
pub type Forward = Box<dyn Fn(&Tensor, &mut Layers) -> Result<Tensor>>;

/// Builds the layers of a model.
///
/// # Errors
/// Any error, such as conflicting settings, with a message that says what to do.
pub type Build =
    fn(&mut Builder) -> std::result::Result<Forward, Box<dyn error::Error + Send + Sync>>;

/// A layer z = a W + b with its initial weights.
#[derive(Debug, Clone)]
pub struct Affine {
    /// W, n_in × n_out; column o has the weights of neuron o. The kernel of a convolution is its transpose, n_out ×
    /// n_in, reshaped.
    pub weight: Tensor,
    /// b, 1 × n_out.
    pub bias: Tensor,
}

impl Affine {
    /// Returns a W + b, m × n_out, for m × n_in numbers.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn forward(&self, a: &Tensor) -> Result<Tensor> {
        linear(a, &self.weight, &self.bias)
    }
}

/// The input of a model's build function, and its layers so far.
#[derive(Debug)]
pub struct Builder<'a> {
    settings: &'a Settings,
    given: &'a Given,
    seed: u64,
    features: usize,
    outputs: usize,
    layers: Vec<CustomLayer>,
}

#[derive(Debug)]
struct CustomLayer {
    name: String,
    weight: Var,
    bias: Var,
}

impl Builder<'_> {
    /// Returns all settings of the run.
    pub fn settings(&self) -> &Settings {
        self.settings
    }

    /// Returns the keys of the model with their values.
    pub fn given(&self) -> &Given {
        self.given
    }

    /// Returns the number of columns of x.
    pub fn features(&self) -> usize {
        self.features
    }

    /// Returns the number of columns of y.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Returns the next layer, input side first, with initial weights and biases by `init`. n_in is the number of
    /// inputs of one neuron: for a convolution, channels × height × width of its kernel. Every name must be unique.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn hidden(&mut self, name: &str, n_in: usize, n_out: usize) -> Result<Affine> {
        self.layer(name, n_in, n_out, None)
    }

    /// Returns the output layer, with one neuron per column of y.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn output(&mut self, n_in: usize) -> Result<Affine> {
        self.layer("output", n_in, self.outputs, self.settings.output_bias)
    }

    fn layer(
        &mut self,
        name: &str,
        n_in: usize,
        n_out: usize,
        bias: Option<f64>,
    ) -> Result<Affine> {
        if n_in == 0 || n_out == 0 || self.layers.iter().any(|layer| layer.name == name) {
            bail!("the layer `{name}` has no weights, or the name of another layer");
        }
        let start = init::draw(self.settings.init, self.seed, name, n_in, n_out);
        let bias = bias.map_or(start.bias, |bias| vec![bias; n_out]);
        let precision = self.settings.precision;
        let layer = CustomLayer {
            name: name.to_owned(),
            weight: parameter(start.weight, (n_in, n_out), precision)?,
            bias: parameter(bias, (1, n_out), precision)?,
        };
        let affine = Affine {
            weight: layer.weight.as_tensor().clone(),
            bias: layer.bias.as_tensor().clone(),
        };
        self.layers.push(layer);
        Ok(affine)
    }
}

/// The layers of a custom model.
pub(super) struct CustomLayers {
    layers: Vec<CustomLayer>,
    forward: Forward,
}

impl Debug for CustomLayers {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.debug_struct("CustomLayers")
            .field("layers", &self.layers)
            .finish_non_exhaustive()
    }
}

impl CustomLayers {
    /// Builds the layers of these settings with their initial weights, for `features` columns of x and `outputs`
    /// columns of y.
    ///
    /// # Errors
    /// Errors of candle and of the model, and layers that do not match the forward pass.
    pub fn new(settings: &Settings, seed: u64, features: usize, outputs: usize) -> Result<Self> {
        let (layers, forward) = build(settings, seed, features, outputs)?;
        let own = CustomLayers { layers, forward };
        own.check(settings, features, outputs)?;
        Ok(own)
    }

    /// Checks the forward pass of two rows of zeros.
    fn check(&self, settings: &Settings, features: usize, outputs: usize) -> Result<()> {
        let dtype = super::dtype(settings.precision);
        let x = Tensor::zeros((2, features), dtype, &Device::Cpu)?;
        let mut layers = Layers::new(settings.activation, &[]);
        let z = self.forward(&x, &mut layers)?;
        let (made, gone) = (self.layers.len(), layers.hidden().len() + 1);
        if made != gone {
            bail!(
                "the model has {made} layers with weights, but the forward pass uses {gone}: call `Layers::activate` once after each hidden layer"
            );
        }
        if z.dims() != [2, outputs] {
            bail!(
                "for two rows, the model returns {:?}; expected 2 × {outputs}",
                z.dims()
            );
        }
        Ok(())
    }

    /// Returns every parameter, input side first: weight and bias per layer.
    pub fn parameters(&self) -> Vec<Parameter> {
        let of = |layer: &CustomLayer| {
            let vars = [(Role::Weight, &layer.weight), (Role::Bias, &layer.bias)];
            Parameter::pair(&layer.name, vars)
        };
        self.layers.iter().flat_map(of).collect()
    }

    /// Runs the forward pass to z of the output layer.
    ///
    /// # Errors
    /// Errors of candle and of the model.
    pub fn forward(&self, x: &Tensor, layers: &mut Layers) -> Result<Tensor> {
        (self.forward)(x, layers)
    }
}

/// Returns the layers of a custom model without weights; none if it cannot be built.
pub(super) fn plan(settings: &Settings, features: usize, outputs: usize) -> Vec<LayerPlan> {
    let layers = build(settings, 0, features, outputs).map(|(layers, _)| layers);
    let of = |layer: CustomLayer| {
        let (inputs, outputs) = layer.weight.dims2().ok()?;
        Some(LayerPlan {
            name: layer.name,
            inputs,
            outputs,
            bias: None,
            norm: None,
            skip: None,
        })
    };
    layers.into_iter().flatten().filter_map(of).collect()
}

fn build(
    settings: &Settings,
    seed: u64,
    features: usize,
    outputs: usize,
) -> Result<(Vec<CustomLayer>, Forward)> {
    let ModelSettings::Custom(own) = &settings.model else {
        bail!("this is not a custom model");
    };
    let Some(build) = own.code.get::<Build>() else {
        bail!(
            "this program does not define the model `{}`; add it to the registry",
            own.name
        );
    };
    let mut builder = Builder {
        settings,
        given: &own.given,
        seed,
        features,
        outputs,
        layers: Vec::new(),
    };
    let forward = build(&mut builder).map_err(|why| Error::Msg(why.to_string()))?;
    Ok((builder.layers, forward))
}
