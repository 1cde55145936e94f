//! Arithmetic over lanes: the computations of a stack as functions of plain numbers.
//!
//! The code is safe Rust except for the innermost loop of a product ([`tile`]), and for a single run without lanes
//! ([`scalar`]). [`pulp`] selects the registers at run time. The same operations in the same order give bit-identical
//! results in all of them. A matrix here has *entries* of [`Float::LANES`] adjacent numbers, one per run.
//!
//! [`Float::LANES`]: float::Float::LANES

// A lane is an index into several rows of numbers at once.
#![allow(clippy::needless_range_loop)]

pub mod activation;
pub mod batch_norm;
pub mod dropout;
pub mod float;
mod lanes;
pub mod layer_norm;
pub mod loss;
pub mod map;
pub mod math;
pub mod norm;
mod packing;
pub mod product;
pub mod scalar;
pub mod sums;
pub mod tile;
pub mod update;
pub mod vector;
mod weighted;

pub use lanes::{MOST_LANES, PerLane};
pub(crate) use lanes::{abreast, load, store};
