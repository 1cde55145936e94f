//! The steps of the optimizers, as PyTorch defines them, in candle.

use crate::config::settings::OptimizerSettings;
use candle_core::{Result, Tensor};

/// The state of an optimizer for one parameter.
#[derive(Debug, Clone)]
pub(super) enum OptimizerState {
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

impl OptimizerState {
    /// Returns both moments, initially 0.
    fn moments(&self, g: &Tensor) -> Result<(Tensor, Tensor)> {
        match self {
            OptimizerState::Moments { mean, square } => Ok((mean.clone(), square.clone())),
            OptimizerState::Nothing | OptimizerState::Velocity(_) | OptimizerState::Sum(_) => {
                Ok((g.zeros_like()?, g.zeros_like()?))
            }
        }
    }
}

/// Returns Δw of one parameter w with gradient g at update t, from 1. `lr` is α of this update and `decay` is λ.
pub(super) fn step(
    rule: OptimizerSettings,
    (lr, decay, t): (f64, f64, i32),
    w: &Tensor,
    g: &Tensor,
    state: &mut OptimizerState,
) -> Result<Tensor> {
    match rule {
        OptimizerSettings::Sgd { momentum: 0.0, .. } => g * -lr,
        OptimizerSettings::Sgd { momentum, nesterov } => {
            let v = match state {
                OptimizerState::Velocity(v) => ((&*v * momentum)? + g)?,
                OptimizerState::Nothing
                | OptimizerState::Moments { .. }
                | OptimizerState::Sum(_) => g.clone(),
            };
            *state = OptimizerState::Velocity(v.clone());
            let along = if nesterov { (g + (v * momentum)?)? } else { v };
            along * -lr
        }
        OptimizerSettings::Adam {
            beta1,
            beta2,
            epsilon,
        } => adam((beta1, beta2, epsilon), (lr, t), g, state),
        OptimizerSettings::AdamW {
            beta1,
            beta2,
            epsilon,
        } => adam((beta1, beta2, epsilon), (lr, t), g, state)? + (w * (-lr * decay))?,
        OptimizerSettings::RmsProp {
            beta2,
            epsilon,
            momentum,
        } => {
            let (v, square) = state.moments(g)?;
            let square = ((square * beta2)? + (g.sqr()? * (1.0 - beta2))?)?;
            let scaled = (g / (square.sqrt()? + epsilon)?)?;
            let v = match momentum {
                0.0 => scaled,
                _ => ((v * momentum)? + scaled)?,
            };
            *state = OptimizerState::Moments {
                mean: v.clone(),
                square,
            };
            v * -lr
        }
        OptimizerSettings::AdaGrad { epsilon, lr_decay } => {
            let sum = match state {
                OptimizerState::Sum(sum) => (&*sum + g.sqr()?)?,
                OptimizerState::Nothing
                | OptimizerState::Velocity(_)
                | OptimizerState::Moments { .. } => g.sqr()?,
            };
            *state = OptimizerState::Sum(sum.clone());
            (g / (sum.sqrt()? + epsilon)?)? * (-lr / (1.0 + f64::from(t - 1) * lr_decay))
        }
    }
}

fn adam(
    (beta1, beta2, epsilon): (f64, f64, f64),
    (lr, t): (f64, i32),
    g: &Tensor,
    state: &mut OptimizerState,
) -> Result<Tensor> {
    let (m, v) = state.moments(g)?;
    let m = ((m * beta1)? + (g * (1.0 - beta1))?)?;
    let v = ((v * beta2)? + (g.sqr()? * (1.0 - beta2))?)?;
    *state = OptimizerState::Moments {
        mean: m.clone(),
        square: v.clone(),
    };
    let root = (v.sqrt()? / (1.0 - beta2.powi(t)).sqrt())?;
    (m / (root + epsilon)?)? * (-lr / (1.0 - beta1.powi(t)))
}
