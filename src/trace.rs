//! The plain record of one run: its settings, curves, per-layer statistics, outputs, outcome.
//!
//! The waist of the program. It holds no tensors and no times: two runs of the same cell and seed
//! have equal traces, byte for byte. Wall times stand beside it, in [`Timing`].

mod confusion;
mod curve;
mod timing;
mod trajectory;

pub use confusion::{Confusion, confusion, predicted};
pub use curve::{Curve, median};
pub use timing::{Clock, Timing};
pub use trajectory::{Bowl, Trajectory};

use serde::{Deserialize, Serialize};

/// A float in which NaN and the infinities survive JSON, as `"NaN"`, `"inf"` and `"-inf"`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Real(pub f64);

/// The record of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The settings of the cell, however its file spelled them ([`crate::spec::canonical`]).
    pub settings: serde_json::Value,
    /// The seed of weights, batches and data.
    pub seed: u64,
    /// What trained it.
    pub engine: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The data it saw, in numbers.
    pub data: DataFacts,
    /// Updates made.
    pub steps: u64,
    /// Trainable weights.
    pub parameters: u64,
    /// The training curve: at the end of every epoch, the mean of its batch losses. Thinned to
    /// [`CURVE_POINTS`] so that the extremes survive.
    pub curve: Curve,
    /// Exact risks at about 50 epochs, start (0) and end among them.
    pub risks: Vec<RiskPoint>,
    /// Exact risk of the test rows at the end, where there are any.
    pub test: Option<Risk>,
    /// Steps at which the layer statistics were taken, about 50, first and last among them. The
    /// statistics of step t are of the weights before the update of step t, counted from 0.
    pub moments: Vec<u64>,
    /// One entry per layer with weights, input side first.
    pub layers: Vec<Layer>,
    /// What the network says, before training and after.
    pub outputs: Outputs,
    /// The way of the weights of a linear model, where it was taken down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trajectory: Option<Trajectory>,
}

/// Most points that a stored training curve has.
pub const CURVE_POINTS: usize = 512;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// The whole budget was used.
    Finished,
    /// It was to be stopped on the way, and was.
    Stopped {
        /// Updates made until then.
        step: u64,
    },
    /// A solver was as near to the optimum as it was asked to be.
    Converged {
        /// Updates made until then.
        step: u64,
    },
    /// Patience ran out.
    StoppedEarly {
        /// The last epoch trained, from 1.
        epoch: u64,
    },
    /// The loss or a weight became NaN or infinite.
    Diverged {
        /// The step, from 0, whose batch loss or update was not finite; or the last one, where only
        /// the exact risk at the end shows it.
        step: u64,
    },
    /// `--timeout` ran out.
    TimedOut {
        /// Updates made until then.
        step: u64,
    },
    /// An error or a panic.
    Failed {
        /// What it said.
        message: String,
    },
}

impl Outcome {
    /// The word that files, tables and reports use for it.
    pub fn name(&self) -> &'static str {
        match self {
            Outcome::Finished => "finished",
            Outcome::Stopped { .. } => "stopped",
            Outcome::Converged { .. } => "converged",
            Outcome::StoppedEarly { .. } => "stopped-early",
            Outcome::Diverged { .. } => "diverged",
            Outcome::TimedOut { .. } => "timed-out",
            Outcome::Failed { .. } => "failed",
        }
    }

    /// Every name, in the order of the variants.
    pub const NAMES: [&'static str; 7] = [
        "finished",
        "stopped",
        "converged",
        "stopped-early",
        "diverged",
        "timed-out",
        "failed",
    ];

    /// Whether training came to an end of its own: a run that did not is no result.
    pub fn is_complete(&self) -> bool {
        !matches!(self, Outcome::TimedOut { .. } | Outcome::Failed { .. })
    }
}

/// The data of a run, in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataFacts {
    /// Names of the features.
    pub features: Vec<String>,
    /// Name of what is predicted; of several, all of them.
    pub target: String,
    /// Names of the targets, where they are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// Names of the classes; empty for a regression.
    pub classes: Vec<String>,
    /// Training rows.
    pub train_rows: u64,
    /// Validation rows.
    pub validation_rows: u64,
    /// Test rows.
    pub test_rows: u64,
    /// L₀: the risk of the best constant predictor of the training rows, on the training rows,
    /// under the run's own loss.
    pub constant_train_loss: Real,
    /// The risk of that same constant on the validation rows.
    pub constant_validation_loss: Option<Real>,
    /// The risk of the best linear model on the training rows, under the run's own loss; none where
    /// none was fitted ([`crate::data::Dataset::baseline`]).
    pub linear_train_loss: Option<Real>,
    /// The risk of that same model on the validation rows.
    pub linear_validation_loss: Option<Real>,
    /// L*: the lowest risk that any prediction can have on the training rows, where that is not 0: smoothed
    /// labels are no certainties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest_train_loss: Option<Real>,
    /// The same on the validation rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest_validation_loss: Option<Real>,
    /// How large the features are; none of a one-weight risk.
    pub scales: Option<FeatureScales>,
}

impl DataFacts {
    /// The name of the target whose outputs are kept.
    pub fn first_target(&self) -> &str {
        self.targets.first().unwrap_or(&self.target)
    }

    /// L₀ − L*: how much the best constant leaves to be learned of the training rows.
    pub fn learnable(&self) -> f64 {
        self.constant_train_loss.0 - self.lowest_train_loss.map_or(0.0, |lowest| lowest.0)
    }

    /// The same of the validation rows.
    pub fn validation_learnable(&self) -> Option<f64> {
        let lowest = self.lowest_validation_loss.map_or(0.0, |lowest| lowest.0);
        Some(self.constant_validation_loss?.0 - lowest)
    }

    /// What of it a loss on the training rows leaves, (L − L*)/(L₀ − L*): 1 − skill.
    pub fn left(&self, loss: f64) -> f64 {
        (loss - self.lowest_train_loss.map_or(0.0, |lowest| lowest.0)) / self.learnable()
    }

    /// The same of a loss on the validation rows.
    pub fn validation_left(&self, loss: f64) -> Option<f64> {
        let lowest = self.lowest_validation_loss.map_or(0.0, |lowest| lowest.0);
        Some((loss - lowest) / self.validation_learnable()?)
    }
}

/// How large features are on the training rows, as the network is given them: after standardisation,
/// before batch normalisation. Features that never change say nothing and count for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FeatureScales {
    /// Lowest standard deviation.
    pub lowest_sd: Real,
    /// Highest standard deviation.
    pub highest_sd: Real,
    /// Largest |mean|.
    pub highest_mean: Real,
}

/// Exact risks at the end of an epoch; epoch 0 is before training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskPoint {
    /// Epochs trained.
    pub epoch: u64,
    /// On all training rows.
    pub train: Risk,
    /// On all validation rows, where there are any.
    pub validation: Option<Risk>,
}

/// The exact risk of some rows, in evaluation mode.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Risk {
    /// Mean loss over the rows.
    pub loss: Real,
    /// Share of the rows whose class is predicted; none for a regression.
    pub accuracy: Option<Real>,
}

/// The statistics of one layer at every moment; every column has one entry per moment.
///
/// Gradients and updates are those of the moment's own step (its batch), over the entries of the
/// layer's weight matrix: the gradient before it is clipped and before penalties, the update as it was
/// made, by the rate of that step; all three, and δ, under the dropout of that step. Activations are of the probe rows
/// without it, where batch normalisation takes their
/// own statistics: its running estimates say nothing yet at the start.
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

/// What the network says about the probe rows, before training and after.
///
/// One column per output: one for a regression or two classes with a sigmoid, one per class for
/// softmax (probabilities). Of several targets there is the first alone.
///
/// A one-weight risk has no rows: `features` and `target` are empty, `start` and `end` hold w
/// itself (one column of one entry), and the lattice has positions of w with R(w) in `start` and
/// `end` alike.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Outputs {
    /// Features of the probe rows in their own units, one column per feature; only the first two.
    pub features: Vec<Vec<Real>>,
    /// What was to be predicted: the value, or the index of the class.
    pub target: Vec<Real>,
    /// Outputs on the probe rows before training.
    pub start: Vec<Vec<Real>>,
    /// Outputs on the probe rows after training.
    pub end: Vec<Vec<Real>>,
    /// Outputs on an even lattice over the range of one or two features; none beyond.
    pub lattice: Option<Lattice>,
}

/// Outputs over an even lattice of one feature (a curve) or two (a map).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lattice {
    /// For every feature, the positions along it, in its own units.
    pub axes: Vec<Vec<Real>>,
    /// Outputs before training, one column per output; the last feature varies fastest.
    pub start: Vec<Vec<Real>>,
    /// Outputs after training.
    pub end: Vec<Vec<Real>>,
}

impl Trace {
    /// The skill on the training rows at the end; 1 is perfect, 0 no better than a constant.
    pub fn skill(&self) -> Option<f64> {
        let last = self.risks.last()?;
        Some(1.0 - self.data.left(last.train.loss.0))
    }

    /// The skill on the validation rows at the end.
    pub fn validation_skill(&self) -> Option<f64> {
        let validation = self.risks.last()?.validation?;
        Some(1.0 - self.data.validation_left(validation.loss.0)?)
    }
}

impl From<f64> for Real {
    fn from(value: f64) -> Self {
        Real(value)
    }
}

impl Serialize for Real {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() {
            serializer.serialize_f64(self.0)
        } else if self.0.is_nan() {
            serializer.serialize_str("NaN")
        } else {
            serializer.serialize_str(if self.0 > 0.0 { "inf" } else { "-inf" })
        }
    }
}

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Real;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a number, \"NaN\", \"inf\" or \"-inf\"")
            }
            fn visit_f64<E>(self, v: f64) -> Result<Real, E> {
                Ok(Real(v))
            }
            fn visit_i64<E>(self, v: i64) -> Result<Real, E> {
                Ok(Real(v as f64))
            }
            fn visit_u64<E>(self, v: u64) -> Result<Real, E> {
                Ok(Real(v as f64))
            }
            fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<Real, E> {
                match v {
                    "NaN" => Ok(Real(f64::NAN)),
                    "inf" => Ok(Real(f64::INFINITY)),
                    "-inf" => Ok(Real(f64::NEG_INFINITY)),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(v), &self)),
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
