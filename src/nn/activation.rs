//! σ and its derivative.

use crate::spec::settings::{Activation, OutputActivation};
use candle_core::{D, Result, Tensor};

/// σ(z), entry by entry.
///
/// # Errors
/// Those of candle.
pub fn activate(activation: Activation, z: &Tensor) -> Result<Tensor> {
    match activation {
        Activation::Linear => Ok(z.clone()),
        // Candle's own relu has the derivative 1 at 0, where a dead layer's successors stand;
        // PyTorch's has 0. NaN is not ≤ 0, so it passes through.
        Activation::Relu => {
            let zeros = z.zeros_like()?;
            z.le(&zeros)?.where_cond(&zeros, z)
        }
        Activation::LeakyRelu { slope } => z.gt(&z.zeros_like()?)?.where_cond(z, &(z * slope)?),
        Activation::Tanh => z.tanh(),
        Activation::Sigmoid => candle_nn::ops::sigmoid(z),
    }
}

/// σ of the output layer; softmax is over the columns.
///
/// # Errors
/// Those of candle.
pub fn activate_output(activation: OutputActivation, z: &Tensor) -> Result<Tensor> {
    match activation {
        OutputActivation::Linear => Ok(z.clone()),
        OutputActivation::Sigmoid => candle_nn::ops::sigmoid(z),
        OutputActivation::Softmax => log_softmax(z)?.exp(),
    }
}

/// ln softmax(z) over the columns. The largest z is subtracted first, so that no exponential
/// overflows; as a constant, since the result does not depend on it.
///
/// # Errors
/// Those of candle.
pub fn log_softmax(z: &Tensor) -> Result<Tensor> {
    let shifted = z.broadcast_sub(&z.detach().max_keepdim(D::Minus1)?)?;
    shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)
}

/// σ′ where σ(z) = a.
#[inline(always)]
pub fn slope_at(activation: Activation, a: f64) -> f64 {
    match activation {
        Activation::Linear => 1.0,
        Activation::Relu if a > 0.0 => 1.0,
        Activation::Relu => 0.0,
        Activation::LeakyRelu { .. } if a > 0.0 => 1.0,
        Activation::LeakyRelu { slope } => slope,
        Activation::Tanh => 1.0 - a * a,
        Activation::Sigmoid => a * (1.0 - a),
    }
}

/// The largest σ′ of an activation that saturates; none for the others.
pub fn steepest(activation: Activation) -> Option<f64> {
    match activation {
        Activation::Tanh => Some(1.0),
        Activation::Sigmoid => Some(0.25),
        Activation::Linear | Activation::Relu | Activation::LeakyRelu { .. } => None,
    }
}
