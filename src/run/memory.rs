//! How much memory the missing runs of a plan need, compared with what they may take.
//!
//! [`estimate`](mod@estimate) predicts the peak of a call from sizes alone, before anything is made.
//! [`check`](mod@check) compares it with [`crate::memory`] before training starts: a process without memory is
//! killed without a message.

pub mod check;
pub mod estimate;

pub use check::{Fit, Lowered, TooLarge, fit, replay};
pub use estimate::{Estimate, Peak};
