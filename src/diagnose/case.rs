//! A run as the rules see it: its settings typed, its layers told apart, and the few summaries of
//! a column that they share.
//!
//! What is born with a network is measured before training, what it acquires at the end or as a
//! median over time, which no single step can sway.

use super::{Context, Gate};
use crate::spec::settings::{Activation, Model, Settings};
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
    /// Whether it is a risk of one weight, which has neither rows nor layers.
    pub fn is_one_weight(&self) -> bool {
        matches!(self.settings.model, Model::Risk(_))
    }

    /// The hidden layers, input side first; none of a linear model or a one-weight risk.
    pub fn hidden(&self) -> &'a [Layer] {
        match self.trace.layers.as_slice() {
            [hidden @ .., _] if !self.is_one_weight() => hidden,
            _ => &[],
        }
    }

    /// The output layer of a network.
    pub fn output(&self) -> Option<&'a Layer> {
        let last = self.trace.layers.last();
        last.filter(|_| !self.is_one_weight())
    }

    /// L₀, the loss of the best constant.
    pub fn constant_loss(&self) -> f64 {
        self.trace.data.constant_train_loss.0
    }

    /// L₀ − L*, how much there is to learn: what changes of the loss are held against.
    pub fn learnable(&self) -> f64 {
        self.trace.data.learnable()
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

    /// How far the loss fell over the second half of the training, as a share of L₀.
    pub fn late_fall(&self) -> f64 {
        let risks = &self.trace.risks;
        let middle = risks.get(risks.len().saturating_sub(1) / 2);
        let middle = middle.map_or(f64::NAN, |point| point.train.loss.0);
        (middle - self.last_loss()) / self.learnable()
    }

    /// κ: the size of a layer's initial weights as a multiple of what keeps the size of a signal
    /// from layer to layer, √(gain/n_in); the median over the hidden layers. NaN where they have only
    /// a handful of weights, whose size is a matter of chance.
    pub fn kappa(&self) -> f64 {
        const HANDFUL: u64 = 10;
        let weights = self
            .hidden()
            .iter()
            .map(|layer| layer.inputs * layer.outputs);
        if weights.sum::<u64>() < HANDFUL {
            return f64::NAN;
        }
        let gain = match self.settings.activation {
            Activation::Relu
            | Activation::LeakyRelu { .. }
            | Activation::Gelu
            | Activation::Silu
            | Activation::Elu { .. }
            | Activation::Softplus => 2.0,
            Activation::Linear | Activation::Tanh | Activation::Sigmoid => 1.0,
        };
        let of = |layer: &Layer| start(&layer.weight_rms) / (gain / layer.inputs as f64).sqrt();
        median(self.hidden().iter().map(of))
    }

    /// The largest RMS(Δw)/RMS(w) that any layer saw at any moment. A rate that is right makes large
    /// steps at first, however small they become where the gradient ends.
    pub fn largest_step(&self) -> f64 {
        let layers = self.trace.layers.iter();
        let steps = layers.flat_map(|layer| entries(&layer.update_ratio));
        let finite = steps.filter(|ratio| ratio.is_finite());
        finite.reduce(f64::max).unwrap_or(f64::NAN)
    }

    /// RMS(Δw)/RMS(w) of a step: the median over time, and over the layers.
    pub fn update_ratio(&self) -> f64 {
        let of = |layer: &Layer| median(entries(&layer.update_ratio));
        median(self.trace.layers.iter().map(of))
    }

    /// The epoch of the first moment at which a column has a property; 0 is before training.
    pub fn first_epoch(&self, column: &[Real], has: impl Fn(f64) -> bool) -> Option<u64> {
        let moment = entries(column).position(has)?;
        let steps_per_epoch = self.settings.batch.per_epoch(self.trace.data.train_rows);
        Some(self.trace.moments.get(moment)? / steps_per_epoch)
    }
}

/// How much of what a layer says depends on the row, before training: the spread of its activations
/// between rows over their root mean square. 0 where it says the same of every row; NaN where it
/// says nothing.
pub fn says(layer: &Layer) -> f64 {
    start(&layer.row_sd) / size(layer)
}

/// Root mean square of a layer's activations before training.
pub fn size(layer: &Layer) -> f64 {
    start(&layer.activation_mean).hypot(start(&layer.activation_sd))
}

/// The entry before training; NaN of an empty column.
pub fn start(column: &[Real]) -> f64 {
    column.first().map_or(f64::NAN, |value| value.0)
}

/// The entry at the end; NaN of an empty column.
pub fn end(column: &[Real]) -> f64 {
    column.last().map_or(f64::NAN, |value| value.0)
}

/// The entries of a column.
pub fn entries(column: &[Real]) -> impl Iterator<Item = f64> + '_ {
    column.iter().map(|value| value.0)
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
