//! Update rules, as PyTorch defines them.

use crate::spec::Settings;
use crate::spec::settings;
use candle_core::{Result, Tensor};

/// An update rule with its memory.
#[derive(Debug)]
pub struct Optimizer {
    rule: settings::Optimizer,
    /// α.
    lr: f64,
    /// λ.
    weight_decay: f64,
    /// Updates made.
    t: i32,
    /// One per parameter.
    memory: Vec<Memory>,
}

/// What a rule remembers of one parameter.
#[derive(Debug, Clone)]
enum Memory {
    Nothing,
    /// v of momentum.
    Velocity(Tensor),
    /// m and v of Adam: running means of the gradient and of its square.
    Moments {
        mean: Tensor,
        square: Tensor,
    },
}

impl Optimizer {
    /// The rule of these settings, which remembers nothing yet, for this many parameters.
    pub fn new(settings: &Settings, parameters: usize) -> Optimizer {
        Optimizer {
            rule: settings.optimizer,
            lr: settings.lr,
            weight_decay: settings.weight_decay,
            t: 0,
            memory: vec![Memory::Nothing; parameters],
        }
    }

    /// Δw of every parameter w with gradient g, to be added to w.
    ///
    /// # Errors
    /// Those of candle.
    pub fn updates<'a>(
        &mut self,
        weights: impl Iterator<Item = &'a Tensor>,
        gradients: &[Tensor],
    ) -> Result<Vec<Tensor>> {
        self.t = self.t.saturating_add(1);
        let (rule, lr, decay, t) = (self.rule, self.lr, self.weight_decay, self.t);
        let parts = weights.zip(gradients).zip(&mut self.memory);
        parts
            .map(|((w, g), memory)| {
                let g = if decay == 0.0 {
                    g.clone()
                } else {
                    (g + (w.detach() * decay)?)?
                };
                update(rule, lr, t, &g, memory)
            })
            .collect()
    }
}

/// Δw of one parameter at update t, counted from 1.
fn update(
    rule: settings::Optimizer,
    lr: f64,
    t: i32,
    g: &Tensor,
    memory: &mut Memory,
) -> Result<Tensor> {
    match rule {
        settings::Optimizer::Sgd { momentum: 0.0, .. } => g * -lr,
        settings::Optimizer::Sgd { momentum, nesterov } => {
            let v = match memory {
                Memory::Velocity(v) => ((&*v * momentum)? + g)?,
                _ => g.clone(),
            };
            *memory = Memory::Velocity(v.clone());
            let along = if nesterov { (g + (v * momentum)?)? } else { v };
            along * -lr
        }
        settings::Optimizer::Adam {
            beta1,
            beta2,
            epsilon,
        } => {
            let (m, v) = match memory {
                Memory::Moments { mean, square } => (mean.clone(), square.clone()),
                _ => (g.zeros_like()?, g.zeros_like()?),
            };
            let m = ((m * beta1)? + (g * (1.0 - beta1))?)?;
            let v = ((v * beta2)? + (g.sqr()? * (1.0 - beta2))?)?;
            *memory = Memory::Moments {
                mean: m.clone(),
                square: v.clone(),
            };
            let root = (v.sqrt()? / (1.0 - beta2.powi(t)).sqrt())?;
            (m / (root + epsilon)?)? * (-lr / (1.0 - beta1.powi(t)))
        }
    }
}
