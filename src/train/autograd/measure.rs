//! Computes sums over tensors.

use crate::config::settings::Activation;
use crate::train::components::activation::is_saturated;
use crate::train::components::entries::{each, entries};
use crate::train::recorder::observe::{EntrySums, LayerSums, RunningVariance};
use candle_core::{Result, Tensor};

/// Returns whether every entry of every tensor is finite.
///
/// # Errors
/// Errors of candle.
pub fn is_finite(tensors: &[Tensor]) -> Result<bool> {
    for tensor in tensors {
        let mut finite = true;
        each(tensor, |x| finite &= x.is_finite())?;
        if !finite {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns the sums over all entries.
///
/// # Errors
/// Errors of candle.
pub fn sums(tensor: &Tensor) -> Result<EntrySums> {
    let mut sums = EntrySums::default();
    each(tensor, |x| sums.add(x))?;
    Ok(sums)
}

/// Adds the statistics of a layer's activations (rows × neurons) for the probe rows, with activation function σ.
///
/// # Errors
/// Errors of candle.
pub fn add_activations(layer: &mut LayerSums, a: &Tensor, activation: Activation) -> Result<()> {
    let values = entries(a)?;
    let neurons = a.dims().last().copied().unwrap_or(1);
    values.iter().for_each(|a| layer.activation.add(*a));
    layer.neurons = neurons as u64;
    for j in 0..neurons {
        let mut spread = RunningVariance::default();
        let column = values.iter().skip(j).step_by(neurons);
        column.for_each(|a| spread.add(*a));
        layer.row_variance += spread.variance();
    }
    for row in values.chunks_exact(neurons) {
        let mut spread = RunningVariance::default();
        row.iter().for_each(|a| spread.add(*a));
        layer.neuron_variance += spread.variance();
    }
    let is_flat = |j: usize| {
        let mut column = values.iter().skip(j).step_by(neurons);
        column.all(|a| *a == 0.0)
    };
    if activation == Activation::Relu {
        layer.dead = (0..neurons).filter(|j| is_flat(*j)).count() as u64;
    }
    let saturated = |a: &&f64| is_saturated(activation, **a);
    layer.saturated = values.iter().filter(saturated).count() as u64;
    Ok(())
}
