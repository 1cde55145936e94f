//! Verification of fixes: they are trained as cells with the seeds of the sweep, and work if the skill
//! is restored.
//!
//! ```text
//! failing  the cause of a failing cell, and its suggested fixes
//! trials   suggested fixes → cells to train, round by round
//!             ▲                        │ run, store
//! judge       └── which seeds learned ◄┘
//! cure     the result of a fix that an expectation names
//! course   loss curves before and after
//! outcome  all results, for terminal, page and fix.json
//! ```
//!
//! A fix is judged like a cell of the sweep: against the best skill known for the same rows, loss and
//! seed, among the cells of the sweep and the other fixes, but never against its own skill. Nothing is
//! trained here: [`Trials::next_round`] returns the cells to train, [`Trials::take`] takes the results.

mod expected;
mod failing;
mod in_words;
mod judge;
mod loss_curves;
mod outcome;
pub mod propose;
#[cfg(test)]
mod tests;
mod trials;

pub use crate::diagnose::fixes::propose::pairs;
pub use expected::{Cure, Wanted};
pub use in_words::{compared, kind, rejected_pairs, skill, title, to_set};
pub use judge::Judged;
pub use loss_curves::{Course, Courses, Followed, courses};
pub use outcome::{Control, FORMAT, Failure, Fixes, RejectedFix, Status, Trial, fixes};
pub use trials::Trials;

/// Returns the number of seeds in which a fix must work: more than half.
pub fn most(of: usize) -> usize {
    of / 2 + 1
}
