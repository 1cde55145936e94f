//! One rule a file: what a failure is, why it happens, what it looks like, what helps; its
//! thresholds; and the function that looks for it.
//!
//! [`CAUSES`] is the order in which causes are looked for, from what is born with the network
//! (weights, features, depth) to what it acquires (by its rate) to what is left (its capacity): a
//! cause has the symptoms of its consequences too, so the first that is found is the root.

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

/// The story of a code.
#[derive(Debug)]
pub struct Rule {
    /// Its name.
    pub code: Code,
    /// One line.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Why it happens, in the lecture's terms.
    pub cause: &'static str,
    /// Where the lecture tells of it.
    pub section: &'static str,
    /// What it looks like in the report.
    pub signs: &'static str,
    /// What helps, the smallest change first.
    pub remedies: &'static [&'static str],
    /// What its quantities are held against.
    pub thresholds: &'static [Threshold],
}

/// What a rule saw, or one sentence that says why it is not this.
pub type Verdict = Result<Finding, String>;

/// A rule's look at a run.
pub(super) type Look = fn(&Case) -> Verdict;

/// The causes in the order in which they are looked for. A code can be looked for at several
/// places: a rate that is too high blows a run up, or keeps it from settling.
pub(super) const CAUSES: &[(Code, Look)] = &[
    (Code::SymmetricInit, symmetric_init::look),
    (Code::SaturatedHidden, saturated_hidden::large_features),
    (Code::IllConditioned, ill_conditioned::look),
    (Code::SaturatedHidden, saturated_hidden::one_end),
    (Code::InitTooLarge, init_too_large::look),
    (Code::InitTooSmall, init_too_small::look),
    (Code::TooShallow, too_shallow::linear_in_vain),
    (Code::ExplodingGradients, exploding_gradients::look),
    (Code::DeadRelu, dead_relu::born),
    (Code::VanishingGradients, vanishing_gradients::look),
    (Code::SaturatedOutput, saturated_output::look),
    (Code::SaturatedHidden, saturated_hidden::look),
    (Code::LearningRateTooHigh, learning_rate_too_high::blow_up),
    (Code::Undertrained, undertrained::at_once),
    (Code::VanishingGradients, vanishing_gradients::faded),
    (Code::LearningRateTooLow, learning_rate_too_low::standstill),
    (Code::LocalMinimum, local_minimum::hollow),
    (Code::TooShallow, too_shallow::tiny),
    (Code::LearningRateTooLow, learning_rate_too_low::crawl),
    (Code::LearningRateTooHigh, learning_rate_too_high::violent),
    (Code::LearningRateTooHigh, learning_rate_too_high::deadly),
    (Code::DeadRelu, dead_relu::at_end),
    (
        Code::LearningRateTooHigh,
        learning_rate_too_high::oscillation,
    ),
    (Code::Undertrained, undertrained::falling),
    (Code::LocalMinimum, local_minimum::look),
    (Code::TooShallow, too_shallow::at_last),
    (Code::LearningRateTooHigh, learning_rate_too_high::thrown),
];

/// The story of a code.
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
