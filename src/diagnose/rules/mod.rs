//! One rule a file: what a failure is, why it happens, what it looks like, what helps; its
//! thresholds; and the function that looks for it.
//!
//! [`CAUSES`] is the order in which causes are looked for, from what is born with the network
//! (weights, data, depth) to what it acquires (by its rate) to what is left (its capacity): a cause
//! has the symptoms of its consequences too, so the first that is found is the root.

mod init_too_large;
mod init_too_small;
mod learning_rate_too_high;
mod learning_rate_too_low;
mod undertrained;
mod vanishing_gradients;

use super::Code;
use super::case::Case;
use super::finding::{Finding, Threshold};

/// The story of a code.
#[derive(Debug)]
pub struct Rule {
    /// Its name.
    pub code: Code,
    /// One line.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Why it happens, in the lecture's terms.
    pub cause: &'static str,
    /// Where the lecture tells of it.
    pub section: &'static str,
    /// What it looks like in the report.
    pub signs: &'static str,
    /// What helps, the smallest change first.
    pub remedies: &'static [&'static str],
    /// What its quantities are held against.
    pub thresholds: &'static [Threshold],
}

/// What a rule saw, or one sentence that says why it is not this.
pub type Verdict = Result<Finding, String>;

/// A rule's look at a run.
pub type Look = fn(&Case) -> Verdict;

/// The causes in the order in which they are looked for. A code can be looked for at several
/// places: a rate that is too high blows a run up, or keeps it from settling.
pub const CAUSES: &[(&Rule, Look)] = &[
    (&init_too_large::RULE, init_too_large::look),
    (&init_too_small::RULE, init_too_small::look),
    (&vanishing_gradients::RULE, vanishing_gradients::look),
    (
        &learning_rate_too_high::RULE,
        learning_rate_too_high::blow_up,
    ),
    (&learning_rate_too_low::RULE, learning_rate_too_low::look),
    (&undertrained::RULE, undertrained::look),
];
