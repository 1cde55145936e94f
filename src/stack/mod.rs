//! The stacked engine: runs of the same shape trained together, one per SIMD lane.
//!
//! It has its arithmetic so far, and trains nothing yet.

pub mod kernel;
