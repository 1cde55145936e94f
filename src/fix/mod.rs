//! Prescriptions put to the proof: they are trained as cells, with the seeds of the sweep, and it is
//! seen whether the skill comes back.
//!
//! ```text
//! failing  what a cell fails by, and what is to be tried on it
//! trials   prescriptions → cells to train, round by round
//!             ▲                        │ run, store
//! judge       └── which seeds learned ◄┘
//! cure     what came of a remedy that is expected to cure
//! course   how the losses went, before and after
//! outcome  what came of every trial, for terminal, page and fix.json
//! ```
//!
//! A trial is judged as a cell of the sweep is, against the best skill known for the same rows, loss and
//! seed, of the sweep's cells and of the other trials; but never against what it reached itself. Nothing
//! is trained here: [`Trials::next_round`] says what to train, [`Trials::take`] is given what came of it.

mod course;
mod cure;
mod failing;
mod judge;
mod outcome;
#[cfg(test)]
mod tests;
mod trials;
mod words;

pub use course::{Course, Courses, Followed, courses};
pub use cure::{Cure, Wanted};
pub use judge::Judged;
pub use outcome::{Control, FORMAT, Failure, Fixes, RejectedFix, Status, Trial, fixes};
pub use trials::Trials;
pub use words::{compared, kind, pairs, skill};

/// Of so many seeds, as many must be cured: more than half.
pub fn most(of: usize) -> usize {
    of / 2 + 1
}
