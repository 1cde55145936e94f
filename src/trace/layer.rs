//! The statistics of one layer over a run: what the lecture's tools look at.

use super::Real;
use serde::{Deserialize, Serialize};

/// The statistics of one layer at every moment; every column has one entry per moment.
///
/// Gradients and updates are those of the moment's own step (its batch), over the entries of the
/// layer's weight matrix: the gradient before it is clipped and before penalties, the update as it was
/// made, by the rate of that step; all three, and δ, under the dropout of that step. Activations are of the
/// probe rows without it, where batch normalisation takes their own statistics: its running estimates say
/// nothing yet at the start.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Layer {
    /// `hidden 1`, `block 3.2`, `output`.
    pub name: String,
    /// n_in.
    pub inputs: u64,
    /// n_out.
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
    /// RMS(Δw) / RMS(w) of the moment's step.
    pub update_ratio: Vec<Real>,
    /// RMS over rows and neurons of δ, the gradient of the batch's risk by what σ is taken of.
    pub delta_rms: Vec<Real>,
    /// Mean of the activations over probe rows and neurons.
    pub activation_mean: Vec<Real>,
    /// Their standard deviation.
    pub activation_sd: Vec<Real>,
    /// What of it is between rows: the root of the mean over neurons of the variance over the probe
    /// rows. 0 where the layer says the same of every row.
    pub row_sd: Vec<Real>,
    /// What of it is between neurons: the root of the mean over probe rows of the variance over the
    /// neurons. 0 where all neurons of the layer say the same.
    pub neuron_sd: Vec<Real>,
    /// Share of the neurons whose derivative σ′ is 0 on every probe row (ReLU only; 0 elsewhere). NaN
    /// where activations are.
    pub dead: Vec<Real>,
    /// Share of the (row, neuron) pairs that are saturated: σ′ below 1/20 of its largest value
    /// (tanh and sigmoid; 0 elsewhere). NaN where activations are.
    pub saturated: Vec<Real>,
}

impl Layer {
    /// Its columns, one entry per moment each, by name.
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

    /// The same, to be filled.
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
