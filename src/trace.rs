//! The record of one run: settings, curves, layer statistics, outputs, outcome.
//!
//! All other parts of the program communicate through traces. A trace has no tensors and no times: two runs of the
//! same cell and seed have equal traces, byte for byte. Times are in [`Timing`].

mod confusion;
mod curve;
mod data;
mod layer;
mod real;
mod timing;
mod trajectory;

pub use confusion::{Confusion, confusion, predicted};
pub use curve::{Curve, median};
pub use data::{DataFacts, FeatureScales};
pub use layer::Layer;
pub use real::Real;
pub use timing::{Clock, Timing};
pub use trajectory::{Bowl, SEPARABLE, Trajectory, not_unique};

use crate::code::OutcomeName;
use crate::number::bytes;
use serde::{Deserialize, Serialize};

/// The record of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The settings of the cell in canonical form ([`crate::identity::canonical`]).
    pub settings: serde_json::Value,
    /// The seed of weights, batches and data.
    pub seed: u64,
    /// The executor that trained it.
    pub engine: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Facts about its data.
    pub data: DataFacts,
    /// Number of updates.
    pub steps: u64,
    /// Number of trainable parameters.
    pub parameters: u64,
    /// The training curve: the mean batch loss of every epoch, thinned to [`CURVE_POINTS`] points with all extremes.
    pub curve: Curve,
    /// Exact losses at about 50 epochs, including start (0) and end.
    pub risks: Vec<RiskPoint>,
    /// Exact loss of the test rows at the end, if there are any.
    pub test: Option<Risk>,
    /// The steps of about 50 snapshots of the layers, including the first and the last. The statistics of step t,
    /// from 0, are taken before the update of step t.
    pub moments: Vec<u64>,
    /// The layers with weights, input side first.
    pub layers: Vec<Layer>,
    /// The outputs of the network, before and after training.
    pub outputs: Outputs,
    /// The trajectory of the weights of a linear model, if it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trajectory: Option<Trajectory>,
}

/// Maximum number of probe rows, which are the first training rows.
pub const PROBE_ROWS: usize = 200;

/// Maximum number of points of a stored training curve.
pub const CURVE_POINTS: usize = 512;

/// How a run ended. Stores keep the words of version 0.1 for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// The whole budget was used.
    Finished,
    /// It was pruned, as planned.
    #[serde(rename = "stopped")]
    Pruned {
        /// Number of updates.
        step: u64,
    },
    /// A solver reached its tolerance.
    Converged {
        /// Number of updates.
        step: u64,
    },
    /// Early stopping ended it.
    StoppedEarly {
        /// The last epoch trained, from 1.
        epoch: u64,
    },
    /// The loss or a weight became NaN or infinite.
    Diverged {
        /// The step, from 0, with a nonfinite batch loss or update, or the last step if only the exact loss at the
        /// end is not finite.
        step: u64,
    },
    /// It exceeded `--timeout`.
    TimedOut {
        /// Number of updates.
        step: u64,
    },
    /// It needs more memory than was free, and was not started.
    TooLarge {
        /// Needed bytes.
        needed: u64,
        /// Free bytes.
        free: u64,
    },
    /// It ended with an error or a panic.
    #[serde(rename = "failed")]
    Crashed {
        /// The error message.
        message: String,
    },
}

impl Outcome {
    /// Which of all outcomes it is.
    pub fn kind(&self) -> OutcomeName {
        match self {
            Outcome::Finished => OutcomeName::Finished,
            Outcome::Pruned { .. } => OutcomeName::Pruned,
            Outcome::Converged { .. } => OutcomeName::Converged,
            Outcome::StoppedEarly { .. } => OutcomeName::StoppedEarly,
            Outcome::Diverged { .. } => OutcomeName::Diverged,
            Outcome::TimedOut { .. } => OutcomeName::TimedOut,
            Outcome::TooLarge { .. } => OutcomeName::TooLarge,
            Outcome::Crashed { .. } => OutcomeName::Crashed,
        }
    }

    /// The word that files, tables and reports use for it.
    pub fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// Returns why a run was not trained to an end; `None` for other outcomes.
    pub fn message(&self) -> Option<String> {
        match self {
            Outcome::Crashed { message } => Some(message.clone()),
            Outcome::TooLarge { needed, free } => Some(format!(
                "{} of memory needed, {} free",
                bytes(*needed),
                bytes(*free)
            )),
            Outcome::Finished
            | Outcome::Pruned { .. }
            | Outcome::Converged { .. }
            | Outcome::StoppedEarly { .. }
            | Outcome::Diverged { .. }
            | Outcome::TimedOut { .. } => None,
        }
    }

    /// Returns whether the run was not started for lack of memory. The next call tries it again.
    pub fn is_too_large(&self) -> bool {
        matches!(self, Outcome::TooLarge { .. })
    }

    /// Returns whether training is complete. An incomplete run is not a result.
    pub fn is_complete(&self) -> bool {
        self.kind().is_complete()
    }
}

/// Exact losses at the end of an epoch; epoch 0 is before training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskPoint {
    /// Number of epochs.
    pub epoch: u64,
    /// On all training rows.
    pub train: Risk,
    /// On all validation rows, if there are any.
    pub validation: Option<Risk>,
}

/// The exact loss of some rows, in evaluation mode.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Risk {
    /// Mean loss over the rows.
    pub loss: Real,
    /// Share of the rows with a correctly predicted class; `None` for a regression.
    pub accuracy: Option<Real>,
}

/// The outputs of the network for the probe rows, before and after training.
///
/// One column per output: one for a regression or two classes with a sigmoid, one per class for softmax
/// (probabilities). With several targets, only the first is kept.
///
/// A one-weight model has no rows: `features` and `target` are empty, `start` and `end` hold w itself (one column of
/// one entry), and the lattice has values of w with R(w) in both `start` and `end`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Outputs {
    /// Features of the probe rows in original units, one column per feature; only the first two.
    pub features: Vec<Vec<Real>>,
    /// Targets: values, or class indices.
    pub target: Vec<Real>,
    /// Outputs on the probe rows before training.
    pub start: Vec<Vec<Real>>,
    /// Outputs on the probe rows after training.
    pub end: Vec<Vec<Real>>,
    /// Outputs on a regular grid over the range of one or two features; `None` for more features.
    pub lattice: Option<Lattice>,
}

/// Outputs on a regular grid of one feature (a curve) or two (a map).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lattice {
    /// The positions along every feature, in original units.
    pub axes: Vec<Vec<Real>>,
    /// Outputs before training, one column per output; the last feature varies fastest.
    pub start: Vec<Vec<Real>>,
    /// Outputs after training.
    pub end: Vec<Vec<Real>>,
}

impl Trace {
    /// Returns the training skill at the end: 1 for perfect predictions, 0 for the best constant.
    pub fn skill(&self) -> Option<f64> {
        let last = self.risks.last()?;
        Some(1.0 - self.data.left(last.train.loss.0))
    }

    /// Returns the validation skill at the end.
    pub fn validation_skill(&self) -> Option<f64> {
        let validation = self.risks.last()?.validation?;
        Some(1.0 - self.data.validation_left(validation.loss.0)?)
    }
}
