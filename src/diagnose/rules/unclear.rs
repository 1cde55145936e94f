//! The run failed, and no rule matches.

use super::Rule;
use crate::diagnose::Code;

pub const RULE: Rule = Rule {
    code: Code::Unclear,
    title: "The run failed, and no rule matches",
    meaning: "The run is worse than others on its data, and has no symptom that a rule looks for. \
              Or it did not finish, so nothing can be concluded.",
    cause: "There is not a lot of good theory here; the rules know what has been observed often.",
    section: "Why is it so hard?",
    signs: "The page of the run has the three diagnostic tools: predictions, training curve, and \
              gradients by layer.",
    remedies: &["change one thing at a time, and look at the three tools"],
    combination: "",
    thresholds: &[],
};
