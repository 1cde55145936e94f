//! The fixes of every cause, in one table. They are in the order of the rule
//! ([`crate::diagnose::Rule::fixes`]); a test keeps both consistent.

use crate::codes::Code;
use crate::config::Settings;
use crate::config::settings::Activation;
use crate::fix_kind::FixKind;
use crate::fix_kind::FixKind::*;

/// Returns the fixes of a cause for a cell with these settings.
pub(super) fn fix_kinds(code: Code, settings: &Settings) -> Vec<FixKind> {
    let fitting = fitting_init(settings.activation);
    match code {
        Code::Healthy | Code::Unclear => vec![],
        Code::TooShallow if settings.activation == Activation::Linear => {
            vec![Relu, Tanh, MoreLayers, WiderLayers]
        }
        Code::TooShallow => vec![MoreLayers, WiderLayers],
        Code::VanishingGradients => {
            let mut all = vec![FewerLayers, SkipConnections, BatchNormalization, fitting];
            if settings.activation == Activation::Sigmoid {
                all.push(Relu);
            }
            all
        }
        Code::ExplodingGradients => vec![FewerLayers, Torch, BatchNormalization],
        Code::Undertrained => vec![LongerTraining],
        Code::LearningRateTooLow => vec![HigherRate],
        Code::LearningRateTooHigh => vec![LowerRate, LargerBatches],
        Code::SymmetricInit => vec![fitting],
        Code::InitTooSmall | Code::InitTooLarge => vec![fitting, BatchNormalization],
        Code::IllConditioned => vec![StandardizedFeatures, InputNormalization, Adam],
        Code::SaturatedOutput => vec![CrossEntropy, OutputNormalization, OutputBias],
        Code::SaturatedHidden => vec![StandardizedFeatures, LeCun, BatchNormalization, Relu],
        Code::DeadRelu => vec![He, LeakyRelu, BatchNormalization, LowerRate],
        Code::LocalMinimum => vec![Momentum, Adam],
        Code::Overfit => vec![EarlyStop, Sgd, WeightDecay, SmallerNetwork],
    }
}

/// Returns the initialization that preserves the size of a signal with this activation.
fn fitting_init(activation: Activation) -> FixKind {
    match activation {
        Activation::Relu
        | Activation::LeakyRelu { .. }
        | Activation::Gelu
        | Activation::Silu
        | Activation::Elu { .. }
        | Activation::Softplus => He,
        Activation::Linear | Activation::Tanh | Activation::Sigmoid => LeCun,
    }
}
