//! It failed, and no rule says why.

use super::Rule;
use crate::diagnose::Code;

pub const RULE: Rule = Rule {
    code: Code::Unclear,
    title: "It failed to learn, and no rule says why",
    meaning: "It is worse than others are on its data, and nothing that a rule looks for is there. Or \
              it did not come to an end, so that nothing can be said.",
    cause: "There is not a lot of good theory here; what the rules know is what has been seen often.",
    section: "Why is it so hard?",
    signs: "The outputs, the training curve and the gradients by layer are the lecture's three tools; \
            its page has all of them.",
    remedies: &["change one thing at a time, and look at the three tools"],
    thresholds: &[],
};
