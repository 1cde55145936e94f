//! The run learned.

use super::Rule;
use crate::diagnose::Code;
use crate::diagnose::gate::{HELD_OUT, LEARNED, LEAST};

pub const RULE: Rule = Rule {
    code: Code::Healthy,
    title: "The run learned",
    meaning: "The training skill is at least 0.85 of the reference skill, the best skill known for \
              the data. The result also holds on the validation rows. A run with a training \
              skill below 0.1 or a validation skill below 0 learned nothing and is never \
              healthy. Further symptoms are listed as notes: they did no harm.",
    cause: "Skill is 1 − L/L₀, where L₀ is the loss of the best constant prediction. A skill of 0 is as \
            good as that constant, and 1 is perfect. The best linear model is fitted \
              to every data set, and the diagnosis says if a network is worse.",
    section: "Summary",
    signs: "The training curve falls to a low level and stays there.",
    remedies: &[],
    combination: "The first threshold is required, and neither of the other two may be crossed.",
    thresholds: &[LEARNED, LEAST, HELD_OUT],
};
