//! Diagnosis codes. [`crate::diagnose`] assigns them, and sweep files name them in expectations.

use std::fmt;

/// The diagnosis of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// The run learned.
    Healthy,
    /// The network can't express the function: it has too few layers or neurons, or only linear ones.
    TooShallow,
    /// Gradients vanish in the backward pass.
    VanishingGradients,
    /// Gradients or activations grow from layer to layer.
    ExplodingGradients,
    /// Training stopped while the loss was still falling.
    Undertrained,
    /// Steps are too small.
    LearningRateTooLow,
    /// Steps are too large: the loss diverges or oscillates.
    LearningRateTooHigh,
    /// All neurons of a layer start equal and stay equal.
    SymmetricInit,
    /// The initial weights are too small.
    InitTooSmall,
    /// The initial weights are too large.
    InitTooLarge,
    /// Some directions of the loss are steep, others are shallow.
    IllConditioned,
    /// The output's sigmoid is saturated under the squared loss.
    SaturatedOutput,
    /// Hidden activations are saturated.
    SaturatedHidden,
    /// All ReLUs of a layer are 0 for every row.
    DeadRelu,
    /// Training is stuck where other runs continue.
    LocalMinimum,
    /// The run memorized its training rows.
    Overfit,
    /// The run failed, and no rule matches.
    Unclear,
}

impl Code {
    /// Every code, in the order of documentation and legends.
    pub const ALL: [Code; 17] = [
        Code::Healthy,
        Code::TooShallow,
        Code::VanishingGradients,
        Code::ExplodingGradients,
        Code::Undertrained,
        Code::LearningRateTooLow,
        Code::LearningRateTooHigh,
        Code::SymmetricInit,
        Code::InitTooSmall,
        Code::InitTooLarge,
        Code::IllConditioned,
        Code::SaturatedOutput,
        Code::SaturatedHidden,
        Code::DeadRelu,
        Code::LocalMinimum,
        Code::Overfit,
        Code::Unclear,
    ];

    /// Returns its name in kebab-case, as in sweep files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Code::Healthy => "healthy",
            Code::TooShallow => "too-shallow",
            Code::VanishingGradients => "vanishing-gradients",
            Code::ExplodingGradients => "exploding-gradients",
            Code::Undertrained => "undertrained",
            Code::LearningRateTooLow => "learning-rate-too-low",
            Code::LearningRateTooHigh => "learning-rate-too-high",
            Code::SymmetricInit => "symmetric-init",
            Code::InitTooSmall => "init-too-small",
            Code::InitTooLarge => "init-too-large",
            Code::IllConditioned => "ill-conditioned",
            Code::SaturatedOutput => "saturated-output",
            Code::SaturatedHidden => "saturated-hidden",
            Code::DeadRelu => "dead-relu",
            Code::LocalMinimum => "local-minimum",
            Code::Overfit => "overfit",
            Code::Unclear => "unclear",
        }
    }

    /// Returns whether a run with this diagnosis learned its training rows; overfitting counts.
    pub fn has_learned(self) -> bool {
        matches!(self, Code::Healthy | Code::Overfit)
    }

    /// Returns the code with this name, if there is one.
    pub fn of(name: &str) -> Option<Code> {
        Code::ALL.into_iter().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
