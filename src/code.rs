//! The names of what can be wrong with a run, and of what can be right. Sweep files expect them, and
//! [`crate::diagnose`] gives them.

use std::fmt;

/// A diagnosis in one word, as files, tables and reports spell it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// It learned.
    Healthy,
    /// The network can't express the function: too few layers or neurons, or only linear ones.
    TooShallow,
    /// Gradients fall to nothing on their way back through the layers.
    VanishingGradients,
    /// Gradients or activations grow from layer to layer.
    ExplodingGradients,
    /// It was stopped while it still learned.
    Undertrained,
    /// Steps too small to get anywhere.
    LearningRateTooLow,
    /// Steps too large: it blows up or oscillates.
    LearningRateTooHigh,
    /// All neurons of a layer start, and stay, the same.
    SymmetricInit,
    /// The initial weights are too small.
    InitTooSmall,
    /// The initial weights are too large.
    InitTooLarge,
    /// Some directions of the risk are steep, others shallow.
    IllConditioned,
    /// The output's sigmoid is saturated under the square loss.
    SaturatedOutput,
    /// Hidden activations are saturated.
    SaturatedHidden,
    /// Neurons whose ReLU is 0 for every row.
    DeadRelu,
    /// Stuck where others get on from.
    LocalMinimum,
    /// It learned the training rows and little else.
    Overfit,
    /// It failed, and no rule says why.
    Unclear,
}

impl Code {
    /// Every code.
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

    /// Its name, in kebab-case.
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

    /// Whether a run of this diagnosis learned its training rows, be it by heart.
    pub fn has_learned(self) -> bool {
        matches!(self, Code::Healthy | Code::Overfit)
    }

    /// The code of this name.
    pub fn of(name: &str) -> Option<Code> {
        Code::ALL.into_iter().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
