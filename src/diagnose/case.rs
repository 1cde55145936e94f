//! A run as the rules see it: hidden layers and output layer of its trace, and shared statistics. Rules know no
//! settings: what they need is in the trace, whatever trained the run.
//!
//! Properties of the initial network are measured before training. Properties that arise in training
//! are measured at the end, or as a median over time, which a single step can't change.

use super::context::Context;
use super::gate::Gate;
use super::known::{is_normalizing, is_one_weight};
use crate::config::SolverName;
use crate::format::number;
use crate::trace::{Layer, Real, Trace};

/// The input of a rule.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// The record of the run.
    pub trace: &'a Trace,
    /// What other runs show.
    pub context: &'a Context,
    /// The skill of the run and the reference skill.
    pub gate: Gate,
}

impl<'a> Case<'a> {
    /// Returns whether it is a one-weight model, which has neither rows nor layers.
    pub fn is_one_weight(&self) -> bool {
        is_one_weight(self.trace)
    }

    /// Returns whether a solver found the weights: it records their trajectory and no snapshots, because its single layer
    /// has no statistics.
    pub fn is_of_solver(&self) -> bool {
        let solver = self.trace.optimizer.as_deref().and_then(SolverName::of);
        solver.is_some() && self.trace.trajectory.is_some() && self.trace.snapshots.is_empty()
    }

    /// Returns the hidden layers, input side first; none for a linear or one-weight model.
    pub fn hidden(&self) -> &'a [Layer] {
        match self.trace.layers.as_slice() {
            [hidden @ .., _] if !self.is_one_weight() => hidden,
            _ => &[],
        }
    }

    /// Returns the output layer; none for a one-weight model.
    pub fn output(&self) -> Option<&'a Layer> {
        let last = self.trace.layers.last();
        last.filter(|_| !self.is_one_weight())
    }

    /// Returns L₀, the loss of the best constant.
    pub fn constant_loss(&self) -> f64 {
        self.trace.data.constant_train_loss.0
    }

    /// Returns L₀ − L*, the unit for changes of the loss.
    pub fn learnable(&self) -> f64 {
        self.trace.data.learnable()
    }

    /// Returns the word for the normalization of the input; `None` without one.
    pub fn input_normalization(&self) -> Option<&'a str> {
        let word = self.trace.input_normalization.as_deref();
        word.filter(|word| is_normalizing(word) != Some(false))
    }

    /// Returns the first exact training loss, which is that before training if it was recorded; NaN if none was measured.
    pub fn first_loss(&self) -> f64 {
        let first = self.trace.train_losses().next();
        first.map_or(f64::NAN, |(_, loss)| loss)
    }

    /// Returns the exact training loss at the end; NaN if it was not measured.
    pub fn last_loss(&self) -> f64 {
        self.trace.end().map_or(f64::NAN, |end| end.loss.0)
    }

    /// Returns the exact training losses from the last one in this share of the steps until the end.
    pub fn losses_since(&self, share: f64) -> Vec<f64> {
        let all: Vec<(u64, f64)> = self.trace.train_losses().collect();
        let start = share * self.trace.steps as f64;
        let after = all.partition_point(|(step, _)| *step as f64 <= start);
        let late = all[after.saturating_sub(1)..].iter();
        late.map(|(_, loss)| *loss).collect()
    }

    /// Returns the fall of the exact training loss over the second half, as a fraction of L₀ − L*.
    pub fn late_fall(&self) -> f64 {
        self.fall_since(0.5)
    }

    /// Returns the fall of the exact training loss since this share of the steps, as a fraction of L₀ − L*.
    pub fn fall_since(&self, share: f64) -> f64 {
        let losses = self.losses_since(share);
        let before = losses.first().copied().unwrap_or(f64::NAN);
        (before - self.last_loss()) / self.learnable()
    }

    /// Returns whether the network is one linear map before the output.
    pub fn is_linear(&self) -> bool {
        let is_linear = |layer: &Layer| layer.activation.as_deref() == Some("linear");
        !self.is_one_weight() && self.hidden().iter().all(is_linear)
    }

    /// Returns κ: the RMS of a layer's initial weights over √(gain/fan_in), the size that preserves a
    /// signal from layer to layer; the median over the hidden layers. NaN if they have fewer than 10
    /// weights, because the size of so few depends on chance.
    pub fn kappa(&self) -> f64 {
        const LEAST_WEIGHTS: u64 = 10;
        let weights = self
            .hidden()
            .iter()
            .map(|layer| layer.inputs * layer.outputs);
        if weights.sum::<u64>() < LEAST_WEIGHTS {
            return f64::NAN;
        }
        let of = |layer: &Layer| {
            let gain = layer.gain.map_or(f64::NAN, |gain| gain.0);
            let fan_in = layer.fan_in.unwrap_or(layer.inputs);
            start(&layer.weight_rms) / (gain / fan_in as f64).sqrt()
        };
        median(self.hidden().iter().map(of))
    }

    /// Returns the largest update ratio RMS(Δw)/RMS(w), over all layers and snapshots. A suitable
    /// learning rate makes large steps at first, however small they become near a minimum.
    pub fn largest_step(&self) -> f64 {
        let layers = self.trace.layers.iter();
        let steps = layers.flat_map(|layer| entries(&layer.update_ratio));
        let finite = steps.filter(|ratio| ratio.is_finite());
        finite.reduce(f64::max).unwrap_or(f64::NAN)
    }

    /// Returns the update ratio RMS(Δw)/RMS(w): its median over time, then over layers.
    pub fn update_ratio(&self) -> f64 {
        let of = |layer: &Layer| self.over_time(&layer.update_ratio);
        median(self.trace.layers.iter().map(of))
    }

    /// Returns the median of a column over the steps of the run, of which snapshots are a sample that is denser at the
    /// start: every snapshot counts for the steps until the next one.
    fn over_time(&self, column: &[Real]) -> f64 {
        let snapshots = &self.trace.snapshots;
        let ends = snapshots.iter().skip(1).copied().chain([self.trace.steps]);
        let steps = snapshots
            .iter()
            .zip(ends)
            .map(|(start, end)| end.saturating_sub(*start));
        let mut weighted: Vec<(f64, u64)> = entries(column).zip(steps).collect();
        weighted.retain(|(value, _)| value.is_finite());
        weighted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let all: u64 = weighted.iter().map(|(_, steps)| steps).sum();
        let mut seen = 0;
        let middle = weighted.iter().find(|(_, steps)| {
            seen += steps;
            2 * seen >= all
        });
        middle.map_or(f64::NAN, |(value, _)| *value)
    }

    /// Returns the epoch of the first snapshot with a property, as [`Trace::epoch_of`] counts; 0 is before training.
    pub fn first_epoch(&self, column: &[Real], has: impl Fn(f64) -> bool) -> Option<u64> {
        let snapshot = entries(column).position(has)?;
        Some(self.trace.epoch_of(*self.trace.snapshots.get(snapshot)?))
    }
}

/// Returns the between-row fraction of a layer's activations before training: their spread between rows
/// over their RMS. 0 if they are the same for every row; NaN if all are 0.
pub fn row_fraction(layer: &Layer) -> f64 {
    start(&layer.row_sd) / activation_rms(layer)
}

/// Returns the RMS of a layer's activations before training.
pub fn activation_rms(layer: &Layer) -> f64 {
    start(&layer.activation_mean).hypot(start(&layer.activation_sd))
}

/// Returns text such as `85%`.
pub fn percent(fraction: f64) -> String {
    format!("{}%", number(100.0 * fraction))
}

/// Returns text such as `10% of the best constant's loss`.
pub fn of_constant(fraction: f64) -> String {
    format!("{} of the best constant's loss", percent(fraction))
}

/// Describes the fall of a loss: `fell by 10% of the best constant's loss`, or `rose by …` for a negative one.
pub fn fell(fall: f64) -> String {
    if !fall.is_finite() {
        return "is not finite".to_owned();
    }
    match fall {
        0.0 => "did not change".to_owned(),
        _ if fall < 0.0 => format!("rose by {}", of_constant(-fall)),
        _ => format!("fell by {}", of_constant(fall)),
    }
}

/// Describes an update ratio after its name: `is 0.1`, or that it is not known.
pub fn ratio(ratio: f64) -> String {
    match ratio.is_nan() {
        true => "is not known".to_owned(),
        false => format!("is {}", number(ratio)),
    }
}

/// Describes a between-row fraction of activations.
pub fn between_rows(fraction: f64) -> String {
    if fraction.is_nan() {
        return "are 0 or not finite".to_owned();
    }
    match number(fraction).as_str() {
        "0" => "are the same for every row".to_owned(),
        _ => format!("differ between rows by {} of their RMS", percent(fraction)),
    }
}

/// Returns the entry before training; NaN for an empty column.
pub fn start(column: &[Real]) -> f64 {
    column.first().map_or(f64::NAN, |value| value.0)
}

/// Returns the entry at the end; NaN for an empty column.
pub fn end(column: &[Real]) -> f64 {
    column.last().map_or(f64::NAN, |value| value.0)
}

/// Returns the entries of a column.
pub fn entries(column: &[Real]) -> impl Iterator<Item = f64> + '_ {
    column.iter().map(|value| value.0)
}

/// Returns the median of the finite values; NaN without any.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n => values[(n - 1) / 2].midpoint(values[n / 2]),
    }
}
