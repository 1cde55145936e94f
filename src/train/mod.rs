//! The built-in trainer: jobs in, traces out.
//!
//! ```text
//! components   layers, activations, losses, initializations, optimizers, as formulas in candle
//! datasets     generators, file formats, splits, standardization
//! recorder     what a run records, for all executors
//! autograd     the loop of the lecture with candle's autograd, one run at a time
//! simd         many networks as one program of vector instructions
//! linear       solvers of linear models
//! ```
//!
//! The files of this folder are what all executors share: the [`Job`], its rows, batches, dropout masks and schedule.

pub mod autograd;
pub mod batches;
pub mod components;
pub mod datasets;
pub mod dropout;
pub mod executor;
mod job;
pub mod linear;
pub mod recorder;
pub mod rows;
pub mod schedule;
pub mod simd;
pub mod weight_snapshots;

pub use job::{Cancellation, Ended, Job, is_past};
