//! The plain record of one run: its settings, curves, per-layer statistics, outputs, outcome.
//!
//! The waist of the program. It holds no tensors and no times: two runs of the same cell and seed
//! have equal traces, byte for byte. Wall times stand beside it, in [`Timing`].

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
pub use trajectory::{Bowl, Trajectory};

use crate::code::OutcomeName;
use crate::number::bytes;
use serde::{Deserialize, Serialize};

/// The record of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The settings of the cell, however its file spelled them ([`crate::identity::canonical`]).
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
    /// It needs more memory than there was, and was not started.
    TooLarge {
        /// Bytes that it needs.
        needed: u64,
        /// Bytes that the process could take.
        free: u64,
    },
    /// An error or a panic.
    Failed {
        /// What it said.
        message: String,
    },
}

impl Outcome {
    /// Which of all outcomes it is.
    pub fn kind(&self) -> OutcomeName {
        match self {
            Outcome::Finished => OutcomeName::Finished,
            Outcome::Stopped { .. } => OutcomeName::Stopped,
            Outcome::Converged { .. } => OutcomeName::Converged,
            Outcome::StoppedEarly { .. } => OutcomeName::StoppedEarly,
            Outcome::Diverged { .. } => OutcomeName::Diverged,
            Outcome::TimedOut { .. } => OutcomeName::TimedOut,
            Outcome::TooLarge { .. } => OutcomeName::TooLarge,
            Outcome::Failed { .. } => OutcomeName::Failed,
        }
    }

    /// The word that files, tables and reports use for it.
    pub fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// What a run that was not trained to an end says of it; none of others.
    pub fn message(&self) -> Option<String> {
        match self {
            Outcome::Failed { message } => Some(message.clone()),
            Outcome::TooLarge { needed, free } => Some(format!(
                "{} of memory needed, {} free",
                bytes(*needed),
                bytes(*free)
            )),
            Outcome::Finished
            | Outcome::Stopped { .. }
            | Outcome::Converged { .. }
            | Outcome::StoppedEarly { .. }
            | Outcome::Diverged { .. }
            | Outcome::TimedOut { .. } => None,
        }
    }

    /// Whether the run was not started for want of memory: the next call tries it again.
    pub fn is_too_large(&self) -> bool {
        matches!(self, Outcome::TooLarge { .. })
    }

    /// Whether training came to an end of its own: a run that did not is no result.
    pub fn is_complete(&self) -> bool {
        self.kind().is_complete()
    }
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
