//! stub
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code { Healthy, TooShallow, VanishingGradients, ExplodingGradients, Undertrained, LearningRateTooLow,
  LearningRateTooHigh, SymmetricInit, InitTooSmall, InitTooLarge, IllConditioned, SaturatedOutput, SaturatedHidden,
  DeadRelu, LocalMinimum, Overfit, Unclear }

impl Code {
    pub fn name(self) -> &'static str {
        match self {
            Code::Healthy => "healthy", Code::TooShallow => "too-shallow", Code::VanishingGradients => "vanishing-gradients",
            Code::ExplodingGradients => "exploding-gradients", Code::Undertrained => "undertrained", Code::LearningRateTooLow => "learning-rate-too-low",
            Code::LearningRateTooHigh => "learning-rate-too-high", Code::SymmetricInit => "symmetric-init", Code::InitTooSmall => "init-too-small",
            Code::InitTooLarge => "init-too-large", Code::IllConditioned => "ill-conditioned", Code::SaturatedOutput => "saturated-output",
            Code::SaturatedHidden => "saturated-hidden", Code::DeadRelu => "dead-relu", Code::LocalMinimum => "local-minimum",
            Code::Overfit => "overfit", Code::Unclear => "unclear",
        }
    }
}
#[derive(Clone, Debug, Default)]
pub struct Context { pub best_skill: Option<f64>, pub other_seeds: Vec<f64>, pub with_momentum: Option<f64> }
