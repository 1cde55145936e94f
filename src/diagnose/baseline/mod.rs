//! Baselines: the diagnoses and final training losses of every cell, saved to compare later results with.
//!
//! An expectation states a requirement. A baseline detects changes that no expectation covers. Cells are matched by the
//! values of the axes, so that a baseline shows the effect of other keys.

mod changes;
mod files;
mod format;
#[cfg(test)]
mod tests;

pub use changes::{Change, changes, sentence};
pub use files::{Applied, BaselineError, Baselines, Comparison};
pub use format::{Baseline, CellBaseline, FORMAT, baseline};
