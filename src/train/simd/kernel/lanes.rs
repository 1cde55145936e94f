//! Numbers per lane, and how they are read from and written to entries in memory.

use super::float::Float;

/// Maximum number of lanes of a stack over all precisions.
pub const MOST_LANES: usize = 16;

/// A number for every lane; those beyond the lanes of the precision are unused.
pub type PerLane<T> = [T; MOST_LANES];

/// Returns an entry as an array, which the compiler keeps in registers.
#[inline(always)]
pub(crate) fn load<T: Float>(entry: &[T]) -> PerLane<T> {
    let mut lanes = [T::of(0.0); MOST_LANES];
    lanes[..T::LANES].copy_from_slice(&entry[..T::LANES]);
    lanes
}

/// Writes a whole entry.
#[inline(always)]
pub(crate) fn store<T: Float>(lanes: &PerLane<T>, entry: &mut [T]) {
    entry[..T::LANES].copy_from_slice(&lanes[..T::LANES]);
}

/// Like [`load`] and [`store`], for groups of numbers that may belong to any run.
pub(crate) mod abreast {
    use super::{MOST_LANES, PerLane};
    use crate::train::simd::kernel::float::Float;

    /// Returns the first numbers of a row.
    #[inline(always)]
    pub fn load<T: Float>(row: &[T]) -> PerLane<T> {
        let mut numbers = [T::of(0.0); MOST_LANES];
        numbers[..T::ABREAST].copy_from_slice(&row[..T::ABREAST]);
        numbers
    }

    /// Writes the first numbers of a row.
    #[inline(always)]
    pub fn store<T: Float>(numbers: &PerLane<T>, row: &mut [T]) {
        row[..T::ABREAST].copy_from_slice(&numbers[..T::ABREAST]);
    }
}
