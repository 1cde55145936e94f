//! Arithmetic over lanes: the computations of a stack as functions of plain numbers.
//!
//! The code is safe Rust except for the innermost loop of a product ([`tile`]), for a single run without lanes
//! ([`lone`]), and for [`prefetch`]. [`pulp`] selects the registers at run time. The same operations in the same
//! order give bit-identical results in all of them. A matrix here has *entries* of [`Real::LANES`] adjacent numbers,
//! one per run.
//!
//! [`Real::LANES`]: real::Real::LANES

// A lane is an index into several rows of numbers at once.
#![allow(clippy::needless_range_loop)]

pub mod activation;
pub mod batch_norm;
pub mod dropout;
pub mod layer_norm;
pub mod loss;
pub mod map;
pub mod math;
pub mod norm;
pub mod prefetch;
pub mod product;
pub mod real;
pub mod single;
pub mod sums;
pub mod tile;
pub mod update;
pub mod vector;
mod weighted;

/// Maximum number of lanes of a stack over all precisions.
pub const MOST_LANES: usize = 16;

/// A number for every lane; those beyond the lanes of the precision are unused.
pub type PerLane<T> = [T; MOST_LANES];

/// Returns an entry as an array, which the compiler keeps in registers.
#[inline(always)]
pub(crate) fn load<T: real::Real>(entry: &[T]) -> PerLane<T> {
    let mut lanes = [T::of(0.0); MOST_LANES];
    lanes[..T::LANES].copy_from_slice(&entry[..T::LANES]);
    lanes
}

/// Writes a whole entry.
#[inline(always)]
pub(crate) fn store<T: real::Real>(lanes: &PerLane<T>, entry: &mut [T]) {
    entry[..T::LANES].copy_from_slice(&lanes[..T::LANES]);
}

/// Like [`load`] and [`store`], for groups of numbers that may belong to any run.
pub(crate) mod abreast {
    use super::{MOST_LANES, PerLane, real::Real};

    /// Returns the first numbers of a row.
    #[inline(always)]
    pub fn load<T: Real>(row: &[T]) -> PerLane<T> {
        let mut numbers = [T::of(0.0); MOST_LANES];
        numbers[..T::ABREAST].copy_from_slice(&row[..T::ABREAST]);
        numbers
    }

    /// Writes the first numbers of a row.
    #[inline(always)]
    pub fn store<T: Real>(numbers: &PerLane<T>, row: &mut [T]) {
        row[..T::ABREAST].copy_from_slice(&numbers[..T::ABREAST]);
    }
}
