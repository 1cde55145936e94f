//! The stacked executor: runs of the same shape trained together, one per SIMD lane.
//!
//! A stack has up to 16 runs in f32, 8 in f64. Every number of a network (a weight, an activation, a gradient) exists
//! once per lane, adjacent in memory, so that one instruction computes it for all runs. A worker trains a stack from
//! start to end within two tensors ([`arena`]), and their regions ([`layout`]) stay in the cache. Lanes are
//! independent: a run is bit-identical on its own, with fifteen others, and on every instruction set.
//!
//! [`mod@training`] is the training loop, [`pass`] the forward and backward pass, [`evaluation`] the measurements,
//! [`kernel`] the arithmetic. A run with wide layers uses the same code in a stack with one lane ([`kernel::scalar`]).
//! [`crate::train`] decides what to record and builds the trace, as for the autograd executor.

pub mod arena;
pub mod evaluation;
mod executors;
mod filling;
pub mod kernel;
pub mod lane;
pub mod layout;
pub mod pass;
mod recording;
pub mod region;
pub mod rows;
mod stacking;
pub mod training;
mod weight_snapshots;

pub use executors::{STACKED_EXECUTOR, WIDE_EXECUTOR};
pub use stacking::{NAME, WIDE, has_layers, lanes, shape, takes};
