//! The statistics of one layer over a run.

use super::Real;
use serde::{Deserialize, Serialize};

/// The statistics of one layer; every column has one entry per snapshot.
///
/// Gradients and updates belong to the step of the snapshot (its batch), over the entries of the weight matrix.
/// Gradients are before clipping and penalties. Updates are as applied, with the learning rate of the step. Both, and
/// δ, are under the dropout of the step. Activations are of the probe rows without dropout. Batch normalization uses
/// the statistics of the probe rows, because its running estimates are not useful at the start.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Layer {
    /// `hidden 1`, `block 3.2`, `output`.
    pub name: String,
    /// Number of inputs, n_in.
    pub inputs: u64,
    /// Number of outputs, n_out.
    pub outputs: u64,
    /// Mean of the gradient entries (the lecture's third tool).
    pub gradient_mean: Vec<Real>,
    /// Mean |g|.
    pub gradient_abs: Vec<Real>,
    /// Root of the mean of g².
    pub gradient_rms: Vec<Real>,
    /// Largest |g|.
    pub gradient_max: Vec<Real>,
    /// Root of the mean of w².
    pub weight_rms: Vec<Real>,
    /// RMS(Δw) / RMS(w) of the step.
    pub update_ratio: Vec<Real>,
    /// RMS over rows and neurons of δ, the gradient of the batch loss with respect to the input of σ.
    pub delta_rms: Vec<Real>,
    /// Mean of the activations over probe rows and neurons.
    pub activation_mean: Vec<Real>,
    /// Standard deviation of the activations.
    pub activation_sd: Vec<Real>,
    /// Standard deviation between rows: the root of the mean over neurons of the variance over the probe rows. 0 if
    /// the activations are the same for every row.
    pub row_sd: Vec<Real>,
    /// Standard deviation between neurons: the root of the mean over probe rows of the variance over the neurons. 0
    /// if all neurons of the layer have the same activation.
    pub neuron_sd: Vec<Real>,
    /// Share of the neurons with σ′ = 0 on every probe row (ReLU only; 0 for others). NaN if activations are NaN.
    pub dead: Vec<Real>,
    /// Share of saturated (row, neuron) pairs: σ′ below 1/20 of its maximum (tanh and sigmoid; 0 for others). NaN if
    /// activations are NaN.
    pub saturated: Vec<Real>,
}

impl Layer {
    /// Returns its columns by name, one entry per snapshot each.
    pub fn columns(&self) -> [(&'static str, &Vec<Real>); 13] {
        [
            ("gradient_mean", &self.gradient_mean),
            ("gradient_abs", &self.gradient_abs),
            ("gradient_rms", &self.gradient_rms),
            ("gradient_max", &self.gradient_max),
            ("weight_rms", &self.weight_rms),
            ("update_ratio", &self.update_ratio),
            ("delta_rms", &self.delta_rms),
            ("activation_mean", &self.activation_mean),
            ("activation_sd", &self.activation_sd),
            ("row_sd", &self.row_sd),
            ("neuron_sd", &self.neuron_sd),
            ("dead", &self.dead),
            ("saturated", &self.saturated),
        ]
    }

    /// Returns its columns by name, to be filled.
    pub fn columns_mut(&mut self) -> [(&'static str, &mut Vec<Real>); 13] {
        [
            ("gradient_mean", &mut self.gradient_mean),
            ("gradient_abs", &mut self.gradient_abs),
            ("gradient_rms", &mut self.gradient_rms),
            ("gradient_max", &mut self.gradient_max),
            ("weight_rms", &mut self.weight_rms),
            ("update_ratio", &mut self.update_ratio),
            ("delta_rms", &mut self.delta_rms),
            ("activation_mean", &mut self.activation_mean),
            ("activation_sd", &mut self.activation_sd),
            ("row_sd", &mut self.row_sd),
            ("neuron_sd", &mut self.neuron_sd),
            ("dead", &mut self.dead),
            ("saturated", &mut self.saturated),
        ]
    }
}
