//! Optimizers, as PyTorch defines them.

pub mod clip;
mod rule;
pub mod schedule;

use crate::config::Settings;
use crate::config::settings;
use candle_core::{Result, Tensor};
use rule::OptimizerState;
use schedule::Rate;

/// An optimizer with its state.
#[derive(Debug)]
pub struct Optimizer {
    rule: settings::OptimizerSettings,
    rate: Rate,
    clip: settings::Clip,
    /// λ₁ of the L1 penalty.
    l1: f64,
    /// λ of the weight decay.
    weight_decay: f64,
    /// Number of updates.
    t: u64,
    /// One state per parameter.
    state: Vec<OptimizerState>,
    /// The norm of the last gradient, if it is clipped by norm.
    norm: Option<f64>,
}

impl Optimizer {
    /// Returns the optimizer of these settings in its initial state, for this number of parameters and steps.
    pub fn new(settings: &Settings, parameters: usize, steps: u64) -> Optimizer {
        Optimizer {
            rule: settings.optimizer,
            rate: Rate::new(settings, steps),
            clip: settings.clip,
            l1: settings.l1,
            weight_decay: settings.weight_decay,
            t: 0,
            state: vec![OptimizerState::Nothing; parameters],
            norm: None,
        }
    }

    /// Returns the norm of the last gradient before clipping; `None` if it is not clipped by norm.
    pub fn gradient_norm(&self) -> Option<f64> {
        self.norm
    }

    /// Returns Δw of every parameter w with gradient g, to be added to w.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn updates<'a>(
        &mut self,
        weights: impl Iterator<Item = &'a Tensor>,
        gradients: &[Tensor],
    ) -> Result<Vec<Tensor>> {
        let lr = self.rate.at(self.t);
        self.t += 1;
        let t = i32::try_from(self.t).unwrap_or(i32::MAX);
        let (rule, l1, decay) = (self.rule, self.l1, self.weight_decay);
        let numbers = (lr, decay, t);
        let coupled = decay != 0.0 && !rule.has_decoupled_decay();
        if self.clip.norm.is_some() {
            self.norm = Some(clip::norm(gradients)?);
        }
        let gradients = clip::clipped(self.clip, self.norm, gradients)?;
        let parts = weights.zip(gradients).zip(&mut self.state);
        parts
            .map(|((w, g), state)| {
                let w = w.detach();
                let g = match l1 {
                    0.0 => g,
                    _ => (g + (w.sign()? * l1)?)?,
                };
                let g = match coupled {
                    true => (g + (&w * decay)?)?,
                    false => g,
                };
                rule::step(rule, numbers, &w, &g, state)
            })
            .collect()
    }
}
