//! It learned.

use super::Rule;
use crate::diagnose::Code;
use crate::diagnose::gate::{HELD_OUT, LEARNED, LEAST};

pub const RULE: Rule = Rule {
    code: Code::Healthy,
    title: "It learned",
    meaning: "It reached at least 0.85 of the best skill known for its data, and what it learned holds \
              for its validation rows. A run with a skill below 0.1, or below 0 on the validation rows, \
              learned nothing and is never healthy. Other symptoms are listed as notes: they did no \
              harm.",
    cause: "Skill is 1 − L/L₀, with L₀ the loss of the best constant: the part of what there is to \
            learn that was learned. Start simple: the best linear model is fitted for every data set, \
            and a network that is not better than it is told so.",
    section: "Summary",
    signs: "The training curve falls and comes to rest, low.",
    remedies: &[],
    thresholds: &[LEARNED, LEAST, HELD_OUT],
};
