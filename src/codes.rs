//! Diagnosis codes and names of outcomes. [`crate::diagnose`] assigns the codes, and sweep files name both in
//! expectations.

use crate::words::words;
use std::fmt;

words! {
    /// A diagnosis in one word, as files, tables and reports spell it.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub enum Code {
        Healthy = "healthy", "The run learned, and is not overfit";
        TooShallow = "too-shallow", "The network has too few layers or neurons, or only linear ones";
        VanishingGradients = "vanishing-gradients", "Gradients vanish in the backward pass";
        ExplodingGradients = "exploding-gradients", "Gradients or activations grow from layer to layer";
        Undertrained = "undertrained", "Training ended while the loss was still falling";
        LearningRateTooLow = "learning-rate-too-low", "Steps are too small to lower the loss";
        LearningRateTooHigh = "learning-rate-too-high", "Steps are too large: the loss diverges or oscillates";
        SymmetricInit = "symmetric-init", "All neurons of a layer start with the same weights and stay equal";
        InitTooSmall = "init-too-small", "The initial weights are too small";
        InitTooLarge = "init-too-large", "The initial weights are too large";
        IllConditioned = "ill-conditioned", "Some directions of the loss are steep, others shallow";
        SaturatedOutput = "saturated-output", "The output sigmoid is saturated under the squared loss";
        SaturatedHidden = "saturated-hidden", "Hidden activations are saturated";
        DeadRelu = "dead-relu", "All ReLUs of a layer are 0 for every row";
        LocalMinimum = "local-minimum", "Training is stuck in a local minimum";
        Overfit = "overfit", "The run memorized its training rows";
        Unclear = "unclear", "The run failed and no rule matches, or it has no result";
    }
}

impl Code {
    /// Returns whether a run with this diagnosis learned its training rows. An overfit run did, although it fails.
    pub fn has_learned(self) -> bool {
        matches!(self, Code::Healthy | Code::Overfit)
    }

    /// Returns its color on a light page and on a dark one, as CSS writes them.
    pub fn colors(self) -> [&'static str; 2] {
        match self {
            Code::Healthy => ["#00967a", "#2fc79f"],
            Code::TooShallow => ["#8a6239", "#b98a5a"],
            Code::VanishingGradients => ["#3b2f8f", "#7f74e0"],
            Code::ExplodingGradients => ["#c4261d", "#f0564b"],
            Code::Undertrained => ["#6fc3e8", "#8fd6f5"],
            Code::LearningRateTooLow => ["#2f6fc0", "#5a97ea"],
            Code::LearningRateTooHigh => ["#ee7a2b", "#ff9a52"],
            Code::SymmetricInit => ["#b04a9c", "#d277c0"],
            Code::InitTooSmall => ["#dfa3c4", "#f0bcd8"],
            Code::InitTooLarge => ["#7d1f4f", "#b9447f"],
            Code::IllConditioned => ["#7f8424", "#a9ae45"],
            Code::SaturatedOutput => ["#dcc255", "#ecd577"],
            Code::SaturatedHidden => ["#b58300", "#d8a320"],
            Code::DeadRelu => ["#4a4f55", "#b3bac2"],
            Code::LocalMinimum => ["#8468d6", "#a58ff0"],
            Code::Overfit => ["#a9c23f", "#c3dc5a"],
            Code::Unclear => ["#9aa1a9", "#767e87"],
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

words! {
    /// How a run can end, as files, tables and reports spell it.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub enum OutcomeName {
        Finished = "finished", "the whole budget was used";
        Pruned = "pruned", "successive halving ended it before its budget was used";
        Converged = "converged", "a solver was as near to the optimum as it was asked to be";
        StoppedEarly = "stopped-early", "patience ran out";
        Diverged = "diverged", "the loss or a weight became NaN or infinite";
        TimedOut = "timed-out", "`--timeout` ran out";
        TooLarge = "too-large", "it needs more memory than there was, and was not started";
        Crashed = "crashed", "an error or a panic";
    }
}

impl OutcomeName {
    /// Returns whether training came to an end of its own: a run that did not is no result.
    pub fn is_complete(self) -> bool {
        match self {
            OutcomeName::Finished
            | OutcomeName::Pruned
            | OutcomeName::Converged
            | OutcomeName::StoppedEarly
            | OutcomeName::Diverged => true,
            OutcomeName::TimedOut | OutcomeName::TooLarge | OutcomeName::Crashed => false,
        }
    }
}
