//! The statistics of one layer over a run.

use super::Real;
use serde::{Deserialize, Serialize};

/// Defines [`Layer`] with its columns: the list of columns stands here only.
macro_rules! layer {
    ($($(#[$doc:meta])* $column:ident,)*) => {
        /// One layer with weights, and its statistics: every column has one entry per snapshot, or none if it was not
        /// recorded.
        ///
        /// Gradients and updates belong to the step of the snapshot (its batch), over the entries of the weight matrix.
        /// Gradients are before clipping and penalties. Updates are as applied, with the learning rate of the step.
        /// Both, and δ, are under the dropout of the step. Activations are of the probe rows without dropout. Batch
        /// normalization uses the statistics of the probe rows, because its running estimates are not useful at the
        /// start.
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Layer {
            /// `hidden 1`, `block 3.2`, `output`, or the name in the program.
            pub name: String,
            /// Number of inputs, n_in.
            pub inputs: u64,
            /// Number of outputs, n_out.
            pub outputs: u64,
            /// Number of inputs of one neuron; the same as `inputs` but for convolutions and embeddings.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub fan_in: Option<u64>,
            /// The activation function that follows, in the words of sweep files.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub activation: Option<String>,
            /// The gain of this activation function: weights with RMS √(gain/fan_in) preserve the size of a signal.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub gain: Option<Real>,
            /// The normalization of its own output: `batch`, `layer`; `none` without.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub normalization: Option<String>,
            /// Number of layers with weights from this one to the loss, itself included: on the longest and on the
            /// shortest way. They differ by skip connections.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub depth: Option<[u64; 2]>,
            /// Before training: the RMS of the differences between the weights of the neurons and their mean over the
            /// neurons, over the RMS of the weights. 0 if all neurons start equal.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub neuron_spread: Option<Real>,
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Vec::is_empty", with = "super::column")]
                pub $column: Vec<Real>,
            )*
        }

        /// The names of the columns of a layer.
        pub const COLUMNS: &[&str] = &[$(stringify!($column)),*];

        impl Layer {
            /// Returns its columns by name, in the order of [`COLUMNS`].
            pub fn columns(&self) -> [(&'static str, &Vec<Real>); COLUMNS.len()] {
                [$((stringify!($column), &self.$column)),*]
            }

            /// Returns its columns by name, to be filled.
            pub fn columns_mut(&mut self) -> [(&'static str, &mut Vec<Real>); COLUMNS.len()] {
                [$((stringify!($column), &mut self.$column)),*]
            }
        }
    };
}

layer! {
    /// Mean of the gradient entries (the lecture's third tool).
    gradient_mean,
    /// Mean |g|.
    gradient_abs,
    /// Root of the mean of g².
    gradient_rms,
    /// Largest |g|.
    gradient_max,
    /// Root of the mean of w².
    weight_rms,
    /// RMS(Δw) / RMS(w) of the step.
    update_ratio,
    /// RMS over rows and neurons of δ, the gradient of the batch loss with respect to the input of σ.
    delta_rms,
    /// Mean of the activations over probe rows and neurons.
    activation_mean,
    /// Standard deviation of the activations.
    activation_sd,
    /// Standard deviation between rows: the root of the mean over neurons of the variance over the probe rows. 0 if
    /// the activations are the same for every row.
    row_sd,
    /// Standard deviation between neurons: the root of the mean over probe rows of the variance over the neurons. 0
    /// if all neurons of the layer have the same activation.
    neuron_sd,
    /// Share of the neurons with σ′ = 0 on every probe row (ReLU only; 0 for others). NaN if activations are NaN.
    dead,
    /// Share of saturated (row, neuron) pairs: σ′ below 1/20 of its maximum (tanh and sigmoid; 0 for others). NaN if
    /// activations are NaN.
    saturated,
    /// Mean of the weights.
    weight_mean,
    /// Root of the mean over rows of ‖δ‖², the squared length of δ of one row. In contrast to `delta_rms`, it does not
    /// shrink with the number of neurons or positions.
    delta_row,
    /// RMS of the gradient of the penalties (weight decay and l1) over that of the loss; for decoupled weight decay, RMS
    /// of the decay over that of the update, if it is larger.
    penalty_ratio,
}
