//! A run as the rules see it: its settings typed, its layers told apart, and the few summaries of
//! a column that they share.

use super::{Context, Gate};
use crate::spec::settings::{Activation, Init, Model, Settings};
use crate::trace::{Layer, Real, Trace};

/// What a rule looks at.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// The record of the run.
    pub trace: &'a Trace,
    /// Its settings.
    pub settings: &'a Settings,
    /// What is known beside it.
    pub context: &'a Context,
    /// How it stands.
    pub gate: Gate,
}

impl<'a> Case<'a> {
    /// The hidden layers, input side first; none of a linear model or a one-weight risk.
    pub fn hidden(&self) -> &'a [Layer] {
        match (&self.settings.model, self.trace.layers.as_slice()) {
            (Model::Risk(_), _) => &[],
            (_, [hidden @ .., _]) => hidden,
            (_, []) => &[],
        }
    }

    /// The output layer of a network.
    pub fn output(&self) -> Option<&'a Layer> {
        match self.settings.model {
            Model::Risk(_) => None,
            _ => self.trace.layers.last(),
        }
    }

    /// L₀, the loss of the best constant.
    pub fn constant_loss(&self) -> f64 {
        self.trace.data.constant_train_loss.0
    }

    /// Exact training loss before training; NaN where it was not taken.
    pub fn first_loss(&self) -> f64 {
        let first = self.trace.risks.first();
        first.map_or(f64::NAN, |point| point.train.loss.0)
    }

    /// Exact training loss at the end; NaN where it was not taken.
    pub fn last_loss(&self) -> f64 {
        let last = self.trace.risks.last();
        last.map_or(f64::NAN, |point| point.train.loss.0)
    }

    /// κ of a layer before training: the size of its weights as a multiple of what keeps the
    /// activations' variance from layer to layer, √(gain/n_in).
    pub fn kappa(&self, layer: &Layer) -> f64 {
        start(&layer.weight_rms) / (self.gain() / layer.inputs as f64).sqrt()
    }

    /// The lecture's gain: 2 for ReLU (He), 1 for sigmoid and all others (Xavier).
    fn gain(&self) -> f64 {
        match self.settings.activation {
            Activation::Relu | Activation::LeakyRelu { .. } => 2.0,
            Activation::Linear | Activation::Tanh | Activation::Sigmoid => 1.0,
        }
    }

    /// Whether every weight starts at the same value.
    pub fn starts_constant(&self) -> bool {
        matches!(self.settings.init, Init::Constant(_))
    }
}

/// The entry before training; NaN of an empty column.
pub fn start(column: &[Real]) -> f64 {
    column.first().map_or(f64::NAN, |value| value.0)
}

/// The middle of the finite values; NaN of none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n => values[(n - 1) / 2].midpoint(values[n / 2]),
    }
}

/// The entries of a column.
pub fn entries(column: &[Real]) -> impl Iterator<Item = f64> + '_ {
    column.iter().map(|value| value.0)
}
