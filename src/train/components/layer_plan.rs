//! One layer of a network without weights, and its description in a trace.

use crate::config::Settings;
use crate::config::settings::{Activation, Normalisation, OutputActivation};
use crate::trace::{Layer, Real};

/// A dense layer z = a W + b, with optional normalization and skip connection.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerPlan {
    /// `hidden 1`, `block 3.2`, `output`.
    pub name: String,
    /// Number of inputs, n_in.
    pub inputs: usize,
    /// Number of outputs, n_out.
    pub outputs: usize,
    /// Initial value of its biases, if the file sets one.
    pub bias: Option<f64>,
    /// The normalization of z.
    pub norm: Option<Normalisation>,
    /// The layer with activations that are added to z; set for the last layer of a residual block.
    pub skip: Option<usize>,
}

/// Returns σ of a layer for its statistics; a softmax counts as linear.
pub fn activation(settings: &Settings, is_output: bool) -> Activation {
    match (is_output, settings.output) {
        (false, _) => settings.activation,
        (true, OutputActivation::Sigmoid) => Activation::Sigmoid,
        (true, OutputActivation::Linear | OutputActivation::Softmax) => Activation::Linear,
    }
}

/// Returns the layers of a trace for a plan, without what training measures.
pub fn described(settings: &Settings, plan: &[LayerPlan]) -> Vec<Layer> {
    let shortest = shortest(plan);
    let describe = |(i, layer): (usize, &LayerPlan)| {
        let is_output = i + 1 == plan.len();
        let activation = match is_output {
            true => settings.output.name(),
            false => settings.activation.name(),
        };
        let normalization = layer.norm.map_or("none", Normalisation::name);
        Layer {
            name: layer.name.clone(),
            inputs: layer.inputs as u64,
            outputs: layer.outputs as u64,
            fan_in: Some(layer.inputs as u64),
            activation: Some(activation.to_owned()),
            gain: Some(Real(self::activation(settings, is_output).gain())),
            normalization: Some(normalization.to_owned()),
            depth: Some([(plan.len() - i) as u64, shortest[i]]),
            ..Layer::default()
        }
    };
    plan.iter().enumerate().map(describe).collect()
}

/// Returns for every layer the number of layers on the shortest way to the loss, itself included. The activations of a
/// layer skip the weights of those that they are added to.
fn shortest(plan: &[LayerPlan]) -> Vec<u64> {
    let mut ways = vec![1; plan.len()];
    for i in (0..plan.len().saturating_sub(1)).rev() {
        let skips = (i + 1..plan.len()).filter(|k| plan[*k].skip == Some(i));
        let around = skips.map(|k| ways[k] - 1).min();
        ways[i] = 1 + around.unwrap_or(u64::MAX).min(ways[i + 1]);
    }
    ways
}
