//! The run failed, and no rule matches.

use super::definition::Rule;
use crate::diagnose::Code;

pub const RULE: Rule = Rule {
    code: Code::Unclear,
    title: "The run failed, and no rule matches",
    meaning: "The run failed without a symptom that a rule looks for. Or it crashed, timed out or \
              did not fit into memory, so that nothing can be concluded. A pruned run without \
              another diagnosis is shown as `pruned`.",
    cause: "There is not much theory of failed training. The rules know the causes that have been \
              observed often.",
    section: "Why is it so hard?",
    symptoms: "The page of the run has the three diagnostic tools: predictions, training curve, and \
              gradients by layer.",
    fixes: &["change one thing at a time, and compare predictions, training curve and gradients"],
    combination: "",
    thresholds: &[],
};
