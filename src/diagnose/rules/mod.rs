//! One rule per file: the meaning of a diagnosis, its cause, symptoms, fixes and thresholds, and the
//! function that detects it.
//!
//! [`CAUSES`] is the order in which causes are checked: first those that exist at initialization
//! (weights, features, depth), then those that arise in training (learning rate), then capacity. A
//! cause also has the symptoms of its consequences, so the first match is the root cause.

mod dead_relu;
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
mod saturated_output;
mod symmetric_init;
mod too_shallow;
mod unclear;
mod undertrained;
mod vanishing_gradients;

use super::Code;
use super::case::Case;
use super::finding::{Finding, Threshold};

/// The explanation of a code.
#[derive(Debug)]
pub struct Rule {
    /// The code that it assigns.
    pub code: Code,
    /// The finding in one line, without a full stop.
    pub title: &'static str,
    /// What the finding means for the run.
    pub meaning: &'static str,
    /// Why it happens, in the lecture's terms.
    pub cause: &'static str,
    /// Section of the lecture that describes it.
    pub section: &'static str,
    /// What to see in the report.
    pub symptoms: &'static str,
    /// Fixes with their names in sweep files, smallest change first.
    pub remedies: &'static [&'static str],
    /// How the thresholds combine, by number from `(1)`, and when each is checked; empty for a single
    /// one without conditions.
    pub combination: &'static str,
    /// Thresholds of its quantities.
    pub thresholds: &'static [Threshold],
}

/// The finding of a rule, or one sentence that says why the rule does not match.
pub type Verdict = Result<Finding, String>;

/// A function that checks a run for a cause.
pub(super) type Look = fn(&Case) -> Verdict;

/// The causes in the order in which they are checked. A code can occur several times: a learning rate
/// that is too high makes a run diverge, or oscillate.
pub(super) const CAUSES: &[(Code, Look)] = &[
    (Code::SymmetricInit, symmetric_init::look),
    (Code::SaturatedHidden, saturated_hidden::large_features),
    (Code::IllConditioned, ill_conditioned::look),
    (Code::SaturatedHidden, saturated_hidden::one_end),
    (Code::InitTooLarge, init_too_large::look),
    (Code::InitTooSmall, init_too_small::look),
    (Code::TooShallow, too_shallow::linear_network),
    (Code::ExplodingGradients, exploding_gradients::look),
    (Code::DeadRelu, dead_relu::at_start),
    (Code::VanishingGradients, vanishing_gradients::look),
    (Code::SaturatedOutput, saturated_output::look),
    (Code::SaturatedHidden, saturated_hidden::look),
    (Code::LearningRateTooHigh, learning_rate_too_high::diverged),
    (Code::Undertrained, undertrained::few_steps),
    (
        Code::VanishingGradients,
        vanishing_gradients::partly_vanished,
    ),
    (Code::LearningRateTooLow, learning_rate_too_low::tiny_steps),
    (Code::LocalMinimum, local_minimum::one_weight),
    (Code::TooShallow, too_shallow::very_narrow),
    (Code::LearningRateTooLow, learning_rate_too_low::small_steps),
    (
        Code::LearningRateTooHigh,
        learning_rate_too_high::large_steps,
    ),
    (
        Code::LearningRateTooHigh,
        learning_rate_too_high::dying_neurons,
    ),
    (Code::DeadRelu, dead_relu::at_end),
    (
        Code::LearningRateTooHigh,
        learning_rate_too_high::oscillation,
    ),
    (Code::Undertrained, undertrained::falling),
    (Code::LocalMinimum, local_minimum::look),
    (Code::TooShallow, too_shallow::narrow),
    (
        Code::LearningRateTooHigh,
        learning_rate_too_high::one_large_step,
    ),
];

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
