//! The run learned.

use super::definition::Rule;
use crate::diagnose::Code;
use crate::diagnose::gate::{HELD_OUT, LEARNED, LEAST};

pub const RULE: Rule = Rule {
    code: Code::Healthy,
    title: "The run learned",
    meaning: "The training skill is at least 85% of the reference skill, and the run is not \
              `overfit`. Matches of other rules are notes: the run learned in spite of them.",
    cause: "Skill is 1 − L/L₀, where L₀ is the loss of the best constant prediction (a baseline). \
              Skill 0 is as good as that, and skill 1 is perfect. `sweep` also fits the best linear \
              model to the data, and says if a network is worse.",
    section: "Summary",
    symptoms: "The training curve falls to a low level and stays there.",
    fixes: &[],
    combination: "A run is healthy if (1) holds, neither (2) nor (3) holds, and the rule of \
              `overfit` does not match. If (2) holds, the run learned nothing. If (3) holds, it \
              learned nothing that holds for the validation rows. Both fail, even if the \
              reference skill is as low.",
    thresholds: &[LEARNED, LEAST, HELD_OUT],
};
