//! One rule per file: the meaning of a diagnosis, its cause, symptoms, fixes and thresholds, and the
//! function that detects it.
//!
//! [`CAUSES`] is the order in which causes are checked: first those that exist at initialization
//! (weights, features, depth), then those that arise in training (learning rate), then capacity. A
//! cause also has the symptoms of its consequences, so the first match is the root cause.

mod dead_relu;
mod definition;
mod exploding_gradients;
mod healthy;
mod ill_conditioned;
mod init_size;
mod init_too_large;
mod init_too_small;
mod learning_rate_too_high;
mod learning_rate_too_low;
mod local_minimum;
pub(super) mod overfit;
mod saturated_hidden;
pub(super) mod saturated_output;
pub(super) mod symmetric_init;
mod too_shallow;
mod unclear;
mod undertrained;
mod vanishing_gradients;

pub use definition::Rule;

use super::Code;
use super::case::Case;
use super::needs::Need;
use definition::Detection;

/// A function that checks a run for a cause.
pub(super) type Detect = fn(&Case) -> Detection;

/// A check for a cause: its code, the function, and what a trace must record for it.
pub(super) type Check = (Code, Detect, &'static [Need]);

/// The causes in the order in which they are checked. A code can occur several times: a learning rate
/// that is too high makes a run diverge, or oscillate.
pub(super) const CAUSES: &[Check] = &[
    (
        Code::SymmetricInit,
        symmetric_init::detect,
        &[Need::NeuronSpread],
    ),
    (
        Code::SaturatedHidden,
        saturated_hidden::large_features,
        &[Need::Saturation, Need::Scales],
    ),
    (
        Code::IllConditioned,
        ill_conditioned::detect,
        &[Need::Scales],
    ),
    (
        Code::SaturatedHidden,
        saturated_hidden::one_end,
        &[
            Need::Saturation,
            Need::Activations,
            Need::ActivationFunctions,
        ],
    ),
    (
        Code::InitTooLarge,
        init_too_large::detect,
        &[Need::WeightSizes],
    ),
    (
        Code::InitTooSmall,
        init_too_small::detect,
        &[Need::WeightSizes],
    ),
    (
        Code::TooShallow,
        too_shallow::linear_network,
        &[Need::Layers, Need::ActivationFunctions],
    ),
    (
        Code::ExplodingGradients,
        exploding_gradients::detect,
        &[Need::Activations, Need::Deltas],
    ),
    (
        Code::DeadRelu,
        dead_relu::at_start,
        &[Need::DeadNeurons, Need::Activations],
    ),
    (
        Code::VanishingGradients,
        vanishing_gradients::detect,
        &[Need::Deltas, Need::Activations],
    ),
    (
        Code::SaturatedOutput,
        saturated_output::detect,
        &[Need::OutputSaturation],
    ),
    (
        Code::SaturatedHidden,
        saturated_hidden::detect,
        &[Need::Saturation],
    ),
    (
        Code::LearningRateTooHigh,
        learning_rate_too_high::diverged,
        &[],
    ),
    (Code::Undertrained, undertrained::few_steps, &[]),
    (
        Code::VanishingGradients,
        vanishing_gradients::partly_vanished,
        &[Need::Deltas],
    ),
    (
        Code::LearningRateTooLow,
        learning_rate_too_low::tiny_steps,
        &[Need::Updates],
    ),
    (Code::LocalMinimum, local_minimum::one_weight, &[]),
    (
        Code::TooShallow,
        too_shallow::very_narrow,
        &[Need::Layers, Need::ActivationFunctions],
    ),
    (
        Code::LearningRateTooLow,
        learning_rate_too_low::small_steps,
        &[Need::Updates, Need::Losses],
    ),
    (
        Code::LearningRateTooHigh,
        learning_rate_too_high::large_steps,
        &[Need::Updates],
    ),
    (
        Code::LearningRateTooHigh,
        learning_rate_too_high::dying_neurons,
        &[Need::DeadNeurons],
    ),
    (Code::DeadRelu, dead_relu::at_end, &[Need::DeadNeurons]),
    (
        Code::LearningRateTooHigh,
        learning_rate_too_high::oscillation,
        &[Need::Losses],
    ),
    (Code::Undertrained, undertrained::falling, &[Need::Losses]),
    (
        Code::LocalMinimum,
        local_minimum::detect,
        &[Need::Losses, Need::Updates],
    ),
    (
        Code::TooShallow,
        too_shallow::narrow,
        &[Need::Layers, Need::ActivationFunctions],
    ),
    (
        Code::LearningRateTooHigh,
        learning_rate_too_high::one_large_step,
        &[Need::Updates],
    ),
];

/// Returns what a trace must record for any check of a code, in the order of [`Need::ALL`].
pub(super) fn needs(code: Code) -> Vec<Need> {
    let of_code = |need: &Need| {
        let mut checks = CAUSES.iter().filter(|(own, _, _)| *own == code);
        checks.any(|(_, _, needs)| needs.contains(need))
            || code == Code::Overfit && *need == Need::Validation
    };
    Need::ALL.into_iter().filter(of_code).collect()
}

/// Returns the rule of a code.
pub fn rule(code: Code) -> &'static Rule {
    match code {
        Code::Healthy => &healthy::RULE,
        Code::TooShallow => &too_shallow::RULE,
        Code::VanishingGradients => &vanishing_gradients::RULE,
        Code::ExplodingGradients => &exploding_gradients::RULE,
        Code::Undertrained => &undertrained::RULE,
        Code::LearningRateTooLow => &learning_rate_too_low::RULE,
        Code::LearningRateTooHigh => &learning_rate_too_high::RULE,
        Code::SymmetricInit => &symmetric_init::RULE,
        Code::InitTooSmall => &init_too_small::RULE,
        Code::InitTooLarge => &init_too_large::RULE,
        Code::IllConditioned => &ill_conditioned::RULE,
        Code::SaturatedOutput => &saturated_output::RULE,
        Code::SaturatedHidden => &saturated_hidden::RULE,
        Code::DeadRelu => &dead_relu::RULE,
        Code::LocalMinimum => &local_minimum::RULE,
        Code::Overfit => &overfit::RULE,
        Code::Unclear => &unclear::RULE,
    }
}
