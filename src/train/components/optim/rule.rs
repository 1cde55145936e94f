//! The steps of the optimizers, as PyTorch defines them, in candle.

use crate::config::settings::Optimizer;
use candle_core::{Result, Tensor};

/// The state of an optimizer for one parameter.
#[derive(Debug, Clone)]
pub(super) enum Memory {
    /// No state, or none yet.
    Nothing,
    /// Velocity v of momentum.
    Velocity(Tensor),
    /// m and v of Adam: running means of the gradient and of its square. For RMSprop, the velocity and the mean
    /// square.
    Moments { mean: Tensor, square: Tensor },
    /// The sum of all squared gradients.
    Sum(Tensor),
}

impl Memory {
    /// Returns both moments, initially 0.
    fn moments(&self, g: &Tensor) -> Result<(Tensor, Tensor)> {
        match self {
            Memory::Moments { mean, square } => Ok((mean.clone(), square.clone())),
            Memory::Nothing | Memory::Velocity(_) | Memory::Sum(_) => {
                Ok((g.zeros_like()?, g.zeros_like()?))
            }
        }
    }
}

/// Returns Δw of one parameter w with gradient g at update t, from 1. `lr` is α of this update and `decay` is λ.
pub(super) fn step(
    rule: Optimizer,
    (lr, decay, t): (f64, f64, i32),
    w: &Tensor,
    g: &Tensor,
    memory: &mut Memory,
) -> Result<Tensor> {
    match rule {
        Optimizer::Sgd { momentum: 0.0, .. } => g * -lr,
        Optimizer::Sgd { momentum, nesterov } => {
            let v = match memory {
                Memory::Velocity(v) => ((&*v * momentum)? + g)?,
                Memory::Nothing | Memory::Moments { .. } | Memory::Sum(_) => g.clone(),
            };
            *memory = Memory::Velocity(v.clone());
            let along = if nesterov { (g + (v * momentum)?)? } else { v };
            along * -lr
        }
        Optimizer::Adam {
            beta1,
            beta2,
            epsilon,
        } => adam((beta1, beta2, epsilon), (lr, t), g, memory),
        Optimizer::AdamW {
            beta1,
            beta2,
            epsilon,
        } => adam((beta1, beta2, epsilon), (lr, t), g, memory)? + (w * (-lr * decay))?,
        Optimizer::RmsProp {
            beta2,
            epsilon,
            momentum,
        } => {
            let (v, square) = memory.moments(g)?;
            let square = ((square * beta2)? + (g.sqr()? * (1.0 - beta2))?)?;
            let scaled = (g / (square.sqrt()? + epsilon)?)?;
            let v = match momentum {
                0.0 => scaled,
                _ => ((v * momentum)? + scaled)?,
            };
            *memory = Memory::Moments {
                mean: v.clone(),
                square,
            };
            v * -lr
        }
        Optimizer::AdaGrad { epsilon, lr_decay } => {
            let sum = match memory {
                Memory::Sum(sum) => (&*sum + g.sqr()?)?,
                Memory::Nothing | Memory::Velocity(_) | Memory::Moments { .. } => g.sqr()?,
            };
            *memory = Memory::Sum(sum.clone());
            (g / (sum.sqrt()? + epsilon)?)? * (-lr / (1.0 + f64::from(t - 1) * lr_decay))
        }
    }
}

fn adam(
    (beta1, beta2, epsilon): (f64, f64, f64),
    (lr, t): (f64, i32),
    g: &Tensor,
    memory: &mut Memory,
) -> Result<Tensor> {
    let (m, v) = memory.moments(g)?;
    let m = ((m * beta1)? + (g * (1.0 - beta1))?)?;
    let v = ((v * beta2)? + (g.sqr()? * (1.0 - beta2))?)?;
    *memory = Memory::Moments {
        mean: m.clone(),
        square: v.clone(),
    };
    let root = (v.sqrt()? / (1.0 - beta2.powi(t)).sqrt())?;
    (m / (root + epsilon)?)? * (-lr / (1.0 - beta1.powi(t)))
}
