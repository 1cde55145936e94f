//! From gradients to updates, as PyTorch defines them.

mod rule;

use crate::spec::Settings;
use crate::spec::settings;
use candle_core::{Result, Tensor};
use rule::Memory;

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
        let (rule, decay) = (self.rule, self.weight_decay);
        let numbers = (self.lr, decay, self.t);
        let coupled = decay != 0.0 && !matches!(rule, settings::Optimizer::AdamW { .. });
        let parts = weights.zip(gradients).zip(&mut self.memory);
        parts
            .map(|((w, g), memory)| {
                let w = w.detach();
                let g = match coupled {
                    true => (g + (&w * decay)?)?,
                    false => g.clone(),
                };
                rule::step(rule, numbers, &w, &g, memory)
            })
            .collect()
    }
}
