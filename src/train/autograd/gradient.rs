//! The stochastic gradient by candle's autograd, and the update of the parameters.

use crate::train::components::{Batch, Mode, Model, Parameter};
use candle_core::{Result, Tensor};

/// A stochastic gradient.
#[derive(Debug)]
pub struct Gradient {
    /// The mean loss of the batch.
    pub loss: f64,
    /// Its gradient with respect to every parameter, in their order.
    pub entries: Vec<Tensor>,
}

/// Returns ∇R_B(w) with respect to every parameter, and R_B(w).
///
/// # Errors
/// Errors of candle.
pub fn stochastic_gradient(
    model: &Model,
    parameters: &[Parameter],
    batch: &Batch,
) -> Result<Gradient> {
    let risk = model.risk(batch, Mode::Training)?;
    let gradients = risk.backward()?;
    let of = |p: &Parameter| match gradients.get(&p.var) {
        // Detached, because the optimizer state would keep the graph alive.
        Some(gradient) => Ok(gradient.detach()),
        None => p.var.zeros_like(),
    };
    Ok(Gradient {
        loss: risk.to_dtype(candle_core::DType::F64)?.to_scalar()?,
        entries: parameters.iter().map(of).collect::<Result<_>>()?,
    })
}

/// Computes w ← w + Δw.
///
/// # Errors
/// Errors of candle.
pub fn update(parameters: &[Parameter], updates: &[Tensor]) -> Result<()> {
    for (parameter, delta) in parameters.iter().zip(updates) {
        let w = parameter.var.as_detached_tensor();
        parameter.var.set(&(w + delta)?)?;
    }
    Ok(())
}
