//! Activation functions σ, and their saturation.

use super::bce::softplus;
use crate::config::settings::{Activation, OutputActivation};
use candle_core::cpu_backend::unary_map;
use candle_core::{CpuStorage, CustomOp1, D, Layout, Result, Shape, Tensor, bail};

/// Returns σ(z), elementwise.
///
/// # Errors
/// Errors of candle.
pub fn activate(activation: Activation, z: &Tensor) -> Result<Tensor> {
    match activation {
        Activation::Linear => Ok(z.clone()),
        // The relu of candle has the derivative 1 at 0, where the activations after a dead layer are. PyTorch's has
        // 0. NaN is not ≤ 0, so it passes through.
        Activation::Relu => {
            let zeros = z.zeros_like()?;
            z.le(&zeros)?.where_cond(&zeros, z)
        }
        Activation::LeakyRelu { slope } => z.gt(&z.zeros_like()?)?.where_cond(z, &(z * slope)?),
        Activation::Tanh => z.tanh(),
        Activation::Sigmoid => candle_nn::ops::sigmoid(z),
        // The gelu of candle has a derivative that is accurate to six digits only.
        Activation::Gelu => {
            let below = (((z / std::f64::consts::SQRT_2)?.erf()? + 1.0)? * 0.5)?;
            z * below
        }
        Activation::Silu => z * candle_nn::ops::sigmoid(z)?,
        Activation::Elu { alpha } => {
            let zeros = z.zeros_like()?;
            let above = z.gt(&zeros)?;
            let below = (above.where_cond(&zeros, z)?.apply_op1(ExpLess1)? * alpha)?;
            above.where_cond(z, &below)
        }
        Activation::Softplus => softplus(z),
    }
}

/// e^z − 1, elementwise, with the derivative e^z. A custom operation, because candle has none without cancellation
/// for small z.
struct ExpLess1;

impl CustomOp1 for ExpLess1 {
    fn name(&self) -> &'static str {
        "exp-less-1"
    }

    fn cpu_fwd(&self, z: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        #[allow(
            clippy::wildcard_enum_match_arm,
            reason = "an error is right for every other type that candle has or will have"
        )]
        let values = match z {
            CpuStorage::F32(z) => CpuStorage::F32(unary_map(z, layout, f32::exp_m1)),
            CpuStorage::F64(z) => CpuStorage::F64(unary_map(z, layout, f64::exp_m1)),
            _ => bail!("{} takes a tensor of f32 or of f64", self.name()),
        };
        Ok((values, layout.shape().clone()))
    }

    fn bwd(&self, z: &Tensor, _: &Tensor, upstream: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some((upstream * z.detach().exp()?)?))
    }
}

/// Returns the activation of the output layer; softmax is over the columns.
///
/// # Errors
/// Errors of candle.
pub fn activate_output(activation: OutputActivation, z: &Tensor) -> Result<Tensor> {
    match activation {
        OutputActivation::Linear => Ok(z.clone()),
        OutputActivation::Sigmoid => candle_nn::ops::sigmoid(z),
        OutputActivation::Softmax => log_softmax(z)?.exp(),
    }
}

/// Returns ln softmax(z) over the columns. The largest z is subtracted first, so that no exponential overflows. It is
/// treated as a constant, because the result does not depend on it.
///
/// # Errors
/// Errors of candle.
pub fn log_softmax(z: &Tensor) -> Result<Tensor> {
    let shifted = z.broadcast_sub(&z.detach().max_keepdim(D::Minus1)?)?;
    shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)
}

/// Returns whether a neuron with activation a is saturated: σ′ is below 1/20 of its maximum. Only tanh and sigmoid
/// are flat on both sides; no other activation saturates.
#[inline(always)]
pub fn is_saturated(activation: Activation, a: f64) -> bool {
    match activation {
        Activation::Tanh => 1.0 - a * a < 1.0 / 20.0,
        Activation::Sigmoid => a * (1.0 - a) < 0.25 / 20.0,
        Activation::Linear
        | Activation::Relu
        | Activation::LeakyRelu { .. }
        | Activation::Gelu
        | Activation::Silu
        | Activation::Elu { .. }
        | Activation::Softplus => false,
    }
}

/// Returns whether an activation function can saturate.
pub fn saturates(activation: Activation) -> bool {
    match activation {
        Activation::Tanh | Activation::Sigmoid => true,
        Activation::Linear
        | Activation::Relu
        | Activation::LeakyRelu { .. }
        | Activation::Gelu
        | Activation::Silu
        | Activation::Elu { .. }
        | Activation::Softplus => false,
    }
}
