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

mod course;
mod cure;
mod failing;
mod judge;
mod outcome;
#[cfg(test)]
mod tests;
mod trials;
mod words;

pub use crate::prescribe::pairs;
pub use course::{Course, Courses, Followed, courses};
pub use cure::{Cure, Wanted};
pub use judge::Judged;
pub use outcome::{Control, FORMAT, Failure, Fixes, RejectedFix, Status, Trial, fixes};
pub use trials::Trials;
pub use words::{compared, kind, rejected_pairs, skill, title, to_set};

/// Returns the number of seeds in which a fix must work: more than half.
pub fn most(of: usize) -> usize {
    of / 2 + 1
}
