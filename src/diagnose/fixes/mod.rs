//! Verification of fixes: they are trained as cells with the seeds of the sweep, and work if the skill
//! is restored.
//!
//! ```text
//! failing      the cause of a failing cell, and its suggested fixes
//! rounds       suggested fixes → cells to train, round by round
//!                 ▲                        │ run, store
//! effect          └── which seeds learned ◄┘
//! expected     fixes that expectations name, and their results
//! loss_curves  loss curves before and after
//! collect      all results
//! fix_json     their form for terminal, page and fix.json
//! ```
//!
//! A fix is evaluated like a cell of the sweep: against the best skill known for the same rows, loss and
//! seed, among the cells of the sweep and the other fixes, but never against its own skill. Nothing is
//! trained here: [`FixRounds::next_round`] returns the cells to train, [`FixRounds::take`] takes the results.

mod collect;
mod effect;
mod expected;
mod failing;
mod fix_json;
mod in_words;
mod loss_curves;
pub mod propose;
mod rounds;
#[cfg(test)]
mod tests;

pub use collect::fixes;
pub use effect::FixEffect;
pub use expected::{ExpectedFix, FixResult};
pub use failing::most;
pub use fix_json::{Control, FORMAT, Failure, FixStatus, Fixes, RejectedFix, TrainedFix};
pub use in_words::{compared, kind, rejected_pairs, skill, title, to_set};
pub use loss_curves::{LossCurves, SeedCurve, ShownLosses, cell_curves};
pub use propose::pairs;
pub use rounds::FixRounds;
