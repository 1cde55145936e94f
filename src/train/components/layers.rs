//! The layers of a network without weights: the plan from which every executor builds.

use crate::config::Settings;
use crate::config::settings::{Activation, Model, Normalisation, OutputActivation};
use crate::trace::{Layer, Real};
use crate::train::components::custom;

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

/// Returns every layer, input side first, for `features` columns of x and `outputs` columns of y. Returns none for a
/// one-weight model.
pub fn layers(settings: &Settings, features: usize, outputs: usize) -> Vec<LayerPlan> {
    let block = match settings.model {
        Model::Residual { layers, .. } => Some(layers),
        Model::Risk(_) => return Vec::new(),
        Model::Own(_) => return custom::plan(settings, features, outputs),
        Model::Linear | Model::Mlp { .. } => None,
    };
    // The first hidden layer comes before the blocks.
    let skip = |i: usize| {
        let layers = block?;
        (i > 0 && i.is_multiple_of(layers)).then(|| i - layers)
    };
    let mut all = Vec::new();
    let mut inputs = features;
    for (i, (name, width)) in hidden(&settings.model).into_iter().enumerate() {
        all.push(LayerPlan {
            name,
            inputs,
            outputs: width,
            bias: None,
            norm: settings.norm_at(|at| at.hidden),
            skip: skip(i),
        });
        inputs = width;
    }
    all.push(LayerPlan {
        name: "output".to_owned(),
        inputs,
        outputs,
        bias: settings.output_bias,
        norm: settings.norm_at(|at| at.output),
        skip: None,
    });
    all
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

/// Returns names and widths of the hidden layers, input side first.
fn hidden(model: &Model) -> Vec<(String, usize)> {
    match model {
        Model::Linear | Model::Own(_) | Model::Risk(_) => Vec::new(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_takes_every_skip_connection() {
        let depths = |model: Model| {
            let settings = Settings {
                model,
                ..Settings::default()
            };
            let plan = layers(&settings, 2, 1);
            let depths = described(&settings, &plan).into_iter();
            depths.filter_map(|layer| layer.depth).collect::<Vec<_>>()
        };
        let hidden = vec![4; 2];
        assert_eq!(depths(Model::Mlp { hidden }), [[3, 3], [2, 2], [1, 1]]);
        // lift, then two blocks of two layers, then the output.
        let residual = Model::Residual {
            blocks: 2,
            layers: 2,
            width: 4,
        };
        let expected = [[6, 2], [5, 3], [4, 2], [3, 3], [2, 2], [1, 1]];
        assert_eq!(depths(residual), expected);
    }
}
