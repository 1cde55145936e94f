//! The metadata of a file of weights: its run, the layers of the network, and the preprocessing of inputs.

use super::tensors::{RunWeights, plan};
use crate::config::settings::Normalisation::{Batch, Layer};
use crate::identity::in_words_of_files;
use crate::train::components::layers::LayerPlan;
use crate::train::components::{batch_norm, layer_norm};
use serde_json::{Value, json};

/// Version of the metadata format.
const FORMAT: u32 = 1;

/// Returns the metadata. The input of the network is `(x − shift) / scale`. `adds` is the skip connection of a layer:
/// the index of the layer with the activations that are added before the layer's own activation function.
pub fn metadata(of: &RunWeights) -> Value {
    let settings = &of.cell.settings;
    let layer = |layer: &LayerPlan| {
        json!({
            "name": layer.name,
            "inputs": layer.inputs,
            "outputs": layer.outputs,
            "batch_norm": layer.norm == Some(Batch),
            "layer_norm": layer.norm == Some(Layer),
            "adds": layer.skip,
        })
    };
    let inputs = of.data.map(|data| {
        json!({
            "features": data.features,
            "shift": data.shift,
            "scale": data.scale,
            "batch_norm": settings.batch_norm.input,
            "layer_norm": settings.layer_norm.input,
        })
    });
    json!({
        "format": FORMAT,
        "run": of.id.to_string(),
        "seed": of.trace.seed,
        "cell": of.cell.name(),
        "engine": of.trace.executor,
        "outcome": of.trace.outcome.name(),
        "updates": of.weights.step,
        "inputs": inputs,
        "layers": plan(of).iter().map(layer).collect::<Vec<_>>(),
        "activation": of.trace.params["activation"],
        "output": of.trace.params["output"],
        "batch_norm_epsilon": batch_norm::EPSILON,
        "layer_norm_epsilon": layer_norm::EPSILON,
        "target": of.trace.data.target,
        "targets": of.trace.data.targets,
        "classes": of.trace.data.classes,
        "settings": in_words_of_files(&of.trace.params),
    })
}
