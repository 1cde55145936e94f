//! How much memory a sweep needs, and how much it may take.
//!
//! [`estimate`](mod@estimate) predicts the peak of a call from sizes alone, before anything is made.
//! [`available`](mod@available) reads what the machine, the process's cgroup and [`VARIABLE`] allow.
//! [`check`](mod@check) compares both before training starts: a process without memory is killed
//! without a message.

pub mod available;
pub mod check;
pub mod estimate;

pub use available::{Available, LimitError, VARIABLE, available, limit};
pub use check::{Fit, Lowered, MARGIN, TooLarge, fit, replay};
pub use estimate::{Estimate, Peak};
