//! The diagnosis of a run: its root cause with evidence, and the causes that are ruled out.
//!
//! A detector with one quantity and one threshold gives false alarms, because healthy networks also
//! have dead neurons, small gradients and falling curves. Three things prevent them:
//!
//! - **A gate.** A cause is named only for a run that fails: its skill is below 85% of the reference
//!   skill ([`Gate`]), it learned nothing, or it is `overfit`. Matches in a healthy run are notes.
//! - **Quantities without a unit**, relative to their value in a healthy network: weights relative to
//!   √(gain/n_in), losses to that of the best constant, gradients to each other.
//! - **An order**, from cause to consequence ([`Rule`]). Too high a learning rate makes neurons dead, and the
//!   gradients of a dead layer vanish, but nothing in training changes the scales of the features.
//!
//! A failing run without a match is `unclear`. If several causes match, those after the first are notes.
//! The others are listed as ruled out, with the reason. A run that crashed, timed out or did not fit into
//! memory has no result, and is `unclear`.

pub mod baseline;
mod best;
mod case;
mod cells;
mod context;
mod diagnosis;
pub mod expectations;
mod finding;
pub mod fixes;
mod gate;
mod known;
mod needs;
mod reference_runs;
mod reference_skill;
mod rule_text;
mod rules;
mod sweep_skills;
mod tasks;
#[cfg(test)]
mod tests;

pub use crate::codes::Code;
pub(crate) use case::Case;
pub use cells::{CellDiagnosis, diagnose_all, diagnose_fixes, names};
pub use context::Context;
pub use diagnosis::{Diagnosis, diagnose};
pub use finding::{Evidence, Finding, Rejected, Threshold};
pub use gate::{Gate, LEARNED};
pub(crate) use gate::{held_out_skill, nothing_learned};
pub use needs::Need;
pub use reference_runs::{GOOD, first_networks, references, without_reference_skill};
pub use rule_text::{rules_page, story};
pub use rules::{Rule, rule};
pub use tasks::rows;
