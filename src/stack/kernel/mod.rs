//! Arithmetic over lanes: what a stack computes, as functions of plain numbers side by side.
//!
//! Safe Rust but for the innermost loop of a product ([`tile`]), for a run that has no lanes beside
//! it ([`lone`]), and for [`prefetch`]. [`pulp`] chooses the registers at run time; the same operations in the same order
//! give the same bits in all of them. A matrix here is one of *entries*: [`Real::LANES`] numbers side
//! by side, one per run.
//!
//! [`Real::LANES`]: real::Real::LANES

// A lane is a place in several rows of numbers at once.
#![allow(clippy::needless_range_loop)]

pub mod activation;
pub mod batch_norm;
pub mod dropout;
pub mod layer_norm;
pub mod lone;
pub mod loss;
pub mod map;
pub mod math;
pub mod norm;
pub mod prefetch;
pub mod product;
pub mod real;
pub mod sums;
pub mod tile;
pub mod update;
pub mod vector;
mod weighted;

/// Lanes of a stack in the precision that has most of them.
pub const MOST_LANES: usize = 16;

/// A number for every lane; beyond those of the precision it says nothing.
pub type PerLane<T> = [T; MOST_LANES];

/// An entry as an array, which the compiler keeps in registers.
#[inline(always)]
pub(crate) fn load<T: real::Real>(entry: &[T]) -> PerLane<T> {
    let mut lanes = [T::of(0.0); MOST_LANES];
    lanes[..T::LANES].copy_from_slice(&entry[..T::LANES]);
    lanes
}

/// Writes an entry as a whole.
#[inline(always)]
pub(crate) fn store<T: real::Real>(lanes: &PerLane<T>, entry: &mut [T]) {
    entry[..T::LANES].copy_from_slice(&lanes[..T::LANES]);
}

/// As many numbers as are taken at a time where it does not matter whose they are, as [`load`] and
/// [`store`] have them.
pub(crate) mod abreast {
    use super::{MOST_LANES, PerLane, real::Real};

    /// The first numbers of a row.
    #[inline(always)]
    pub fn load<T: Real>(row: &[T]) -> PerLane<T> {
        let mut numbers = [T::of(0.0); MOST_LANES];
        numbers[..T::ABREAST].copy_from_slice(&row[..T::ABREAST]);
        numbers
    }

    /// Writes them.
    #[inline(always)]
    pub fn store<T: Real>(numbers: &PerLane<T>, row: &mut [T]) {
        row[..T::ABREAST].copy_from_slice(&numbers[..T::ABREAST]);
    }
}
