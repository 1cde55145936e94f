//! The memory that the missing runs of a plan need, compared with the available memory.
//!
//! [`estimate`](mod@estimate) predicts the peak of a command from sizes only. [`check`](mod@check) compares it with
//! [`crate::memory`] before training, because the system kills a process without memory without a message.

pub mod check;
pub mod estimate;

pub use check::{Lowered, MemoryFit, TooLarge, fit, replay};
pub use estimate::{Estimate, Peak};
