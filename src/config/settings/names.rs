//! The words of settings, as traces have them: those of sweep files.

use super::{Activation, Loss, Normalisation, OptimizerSettings, Solver};
use crate::config::choices::{ActivationName, LossName, OptimizerName, SolverName};

impl Activation {
    /// Returns its word.
    pub fn name(self) -> &'static str {
        match self {
            Activation::Linear => ActivationName::Linear,
            Activation::Relu => ActivationName::Relu,
            Activation::LeakyRelu { .. } => ActivationName::LeakyRelu,
            Activation::Tanh => ActivationName::Tanh,
            Activation::Sigmoid => ActivationName::Sigmoid,
            Activation::Gelu => ActivationName::Gelu,
            Activation::Silu => ActivationName::Silu,
            Activation::Elu { .. } => ActivationName::Elu,
            Activation::Softplus => ActivationName::Softplus,
        }
        .name()
    }

    /// Returns the gain: weights with RMS √(gain/n_in) before it preserve the size of a signal. It is 2 for functions
    /// that halve the mean square of their input, as ReLU does (He et al. 2015), and 1 for those that are the identity
    /// near 0 up to a factor.
    pub fn gain(self) -> f64 {
        match self {
            Activation::Relu
            | Activation::LeakyRelu { .. }
            | Activation::Gelu
            | Activation::Silu
            | Activation::Elu { .. }
            | Activation::Softplus => 2.0,
            Activation::Linear | Activation::Tanh | Activation::Sigmoid => 1.0,
        }
    }
}

impl Loss {
    /// Returns its word.
    pub fn name(self) -> &'static str {
        match self {
            Loss::Mse => LossName::Mse,
            Loss::Mae => LossName::Mae,
            Loss::Huber { .. } => LossName::Huber,
            Loss::Bce => LossName::Bce,
            Loss::CrossEntropy => LossName::CrossEntropy,
        }
        .name()
    }
}

impl OptimizerSettings {
    /// Returns its word.
    pub fn name(self) -> &'static str {
        match self {
            OptimizerSettings::Sgd { .. } => OptimizerName::Sgd,
            OptimizerSettings::Adam { .. } => OptimizerName::Adam,
            OptimizerSettings::AdamW { .. } => OptimizerName::AdamW,
            OptimizerSettings::RmsProp { .. } => OptimizerName::RmsProp,
            OptimizerSettings::AdaGrad { .. } => OptimizerName::AdaGrad,
        }
        .name()
    }
}

impl Solver {
    /// Returns its word.
    pub fn name(self) -> &'static str {
        match self {
            Solver::NormalEquations => SolverName::NormalEquations,
            Solver::Gd => SolverName::Gd,
            Solver::Sgd => SolverName::Sgd,
            Solver::Newton => SolverName::Newton,
        }
        .name()
    }
}

impl Normalisation {
    /// Returns its word in traces.
    pub fn name(self) -> &'static str {
        match self {
            Normalisation::Batch => "batch",
            Normalisation::Layer => "layer",
        }
    }
}
