//! Models of a person's own: a function makes their layers from the settings of a run, another one takes rows
//! through them. Losses, δ and the statistics of layers come of that by themselves.

use super::dense::linear;
use super::layers::LayerPlan;
use super::pass::Layers;
use super::{Parameter, Role, init, parameter};
use crate::spec::Settings;
use crate::spec::own::Given;
use crate::spec::settings::Model;
use candle_core::{Device, Error, Result, Tensor, Var, bail};
use std::error;
use std::fmt::{self, Debug, Formatter};
use std::sync::OnceLock;

/// Takes rows (m × features) through the layers, to z of the output layer (m × outputs). Between layers,
/// [`Layers::activate`] applies σ.
pub type Forward = Box<dyn Fn(&Tensor, &mut Layers) -> Result<Tensor>>;

/// Makes the layers of a model.
///
/// # Errors
/// Whatever stops it, such as settings that do not go together, in words that say what to do.
pub type Build =
    fn(&mut Builder) -> std::result::Result<Forward, Box<dyn error::Error + Send + Sync>>;

static MODELS: OnceLock<Vec<(&'static str, Build)>> = OnceLock::new();

/// Adds what builds the models that [`crate::spec::own::add`] added; only the first call does.
pub fn add(models: Vec<(&'static str, Build)>) {
    // Words are added first, and they refuse a second time.
    let _ = MODELS.set(models);
}

/// A layer with its initial weights: z = a W + b.
#[derive(Debug, Clone)]
pub struct Affine {
    /// W, n_in × n_out; column o has the weights of neuron o. The kernel of a convolution is its transpose,
    /// n_out × n_in, in another shape.
    pub weight: Tensor,
    /// b, 1 × n_out.
    pub bias: Tensor,
}

impl Affine {
    /// a W + b, m × n_out, for m × n_in numbers.
    ///
    /// # Errors
    /// Those of candle.
    pub fn forward(&self, a: &Tensor) -> Result<Tensor> {
        linear(a, &self.weight, &self.bias)
    }
}

/// What a model is built from, and its layers so far.
#[derive(Debug)]
pub struct Builder<'a> {
    settings: &'a Settings,
    given: &'a Given,
    seed: u64,
    features: usize,
    outputs: usize,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    name: String,
    weight: Var,
    bias: Var,
}

impl Builder<'_> {
    /// All settings of the run.
    pub fn settings(&self) -> &Settings {
        self.settings
    }

    /// The model's own keys with their values.
    pub fn given(&self) -> &Given {
        self.given
    }

    /// Columns of x.
    pub fn features(&self) -> usize {
        self.features
    }

    /// Columns of y.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The next layer, input side first, with weights and biases as `init` has them: n_in is what one neuron
    /// takes in, for a convolution channels × height × width of its kernel. Every name once.
    ///
    /// # Errors
    /// Those of candle.
    pub fn hidden(&mut self, name: &str, n_in: usize, n_out: usize) -> Result<Affine> {
        self.layer(name, n_in, n_out, None)
    }

    /// The last layer, with as many neurons as there are columns of y.
    ///
    /// # Errors
    /// Those of candle.
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
            bail!("the layer `{name}` has no weights, or the name of another");
        }
        let start = init::draw(self.settings.init, self.seed, name, n_in, n_out);
        let bias = bias.map_or(start.bias, |bias| vec![bias; n_out]);
        let precision = self.settings.precision;
        let layer = Layer {
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

/// The layers of a model that was built.
pub(super) struct OwnLayers {
    layers: Vec<Layer>,
    forward: Forward,
}

impl Debug for OwnLayers {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.debug_struct("OwnLayers")
            .field("layers", &self.layers)
            .finish_non_exhaustive()
    }
}

impl OwnLayers {
    /// Those of these settings with their initial weights, for `features` columns of x and `outputs` columns
    /// of y.
    ///
    /// # Errors
    /// Those of candle and of the model; and layers that rows do not go through one by one.
    pub fn new(settings: &Settings, seed: u64, features: usize, outputs: usize) -> Result<Self> {
        let (layers, forward) = build(settings, seed, features, outputs)?;
        let own = OwnLayers { layers, forward };
        own.check(settings, features, outputs)?;
        Ok(own)
    }

    /// That two rows of zeros go through every layer.
    fn check(&self, settings: &Settings, features: usize, outputs: usize) -> Result<()> {
        let dtype = super::dtype(settings.precision);
        let x = Tensor::zeros((2, features), dtype, &Device::Cpu)?;
        let mut layers = Layers::new(settings.activation, &[]);
        let z = self.forward(&x, &mut layers)?;
        let (made, gone) = (self.layers.len(), layers.hidden().len() + 1);
        if made != gone {
            bail!(
                "the model has {made} layers with weights, but rows go through {gone}: take `Layers::activate` once after each hidden one"
            );
        }
        if z.dims() != [2, outputs] {
            bail!(
                "of two rows the model makes {:?}; 2 × {outputs} is wanted",
                z.dims()
            );
        }
        Ok(())
    }

    /// Every parameter, input side first: per layer weight and bias.
    pub fn parameters(&self) -> Vec<Parameter> {
        let of = |layer: &Layer| {
            let vars = [(Role::Weight, &layer.weight), (Role::Bias, &layer.bias)];
            Parameter::pair(&layer.name, vars)
        };
        self.layers.iter().flat_map(of).collect()
    }

    /// The way of rows through the layers, to z of the last.
    ///
    /// # Errors
    /// Those of candle and of the model.
    pub fn forward(&self, x: &Tensor, layers: &mut Layers) -> Result<Tensor> {
        (self.forward)(x, layers)
    }
}

/// The layers of the model of these settings before they have weights; none where it can't be built.
pub(super) fn plan(settings: &Settings, features: usize, outputs: usize) -> Vec<LayerPlan> {
    let layers = build(settings, 0, features, outputs).map(|(layers, _)| layers);
    let of = |layer: Layer| {
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
) -> Result<(Vec<Layer>, Forward)> {
    let Model::Own(own) = &settings.model else {
        bail!("this is no model of a person's own");
    };
    let mut models = MODELS.get().into_iter().flatten();
    let Some((_, build)) = models.find(|(name, _)| *name == own.name) else {
        bail!(
            "this program has no model `{}`; add it before anything else",
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
