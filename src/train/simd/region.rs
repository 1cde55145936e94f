//! Regions of a tensor, in entries of lanes.

use super::kernel::float::Float;
use std::ops::Range;

/// A range of adjacent entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Region {
    start: usize,
    len: usize,
}

impl Region {
    /// Returns the range of its numbers.
    pub fn numbers<T: Float>(self) -> Range<usize> {
        self.start * T::LANES..(self.start + self.len) * T::LANES
    }

    /// Returns its numbers in a tensor.
    pub fn of<T: Float>(self, all: &[T]) -> &[T] {
        &all[self.numbers::<T>()]
    }

    /// Returns its mutable numbers in a tensor.
    pub fn of_mut<T: Float>(self, all: &mut [T]) -> &mut [T] {
        &mut all[self.numbers::<T>()]
    }

    /// Returns the number of entries.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(self) -> usize {
        self.len
    }

    /// Returns its first entries.
    #[must_use]
    pub fn first(self, len: usize) -> Region {
        self.part(0, len)
    }

    /// Returns `len` of its entries, starting at `from`.
    #[must_use]
    pub fn part(self, from: usize, len: usize) -> Region {
        debug_assert!(from + len <= self.len, "{from} + {len} of {}", self.len);
        Region {
            start: self.start + from,
            len,
        }
    }
}

/// Returns disjoint regions of one tensor.
pub fn apart<T: Float, const N: usize>(all: &mut [T], regions: [Region; N]) -> [&mut [T]; N] {
    match all.get_disjoint_mut(regions.map(Region::numbers::<T>)) {
        Ok(parts) => parts,
        Err(error) => unreachable!("the regions of a layout are disjoint: {error}"),
    }
}

/// An allocator of adjacent regions.
#[derive(Debug, Default)]
pub struct RegionAllocator {
    end: usize,
}

impl RegionAllocator {
    /// Returns the next region of this length.
    pub fn take(&mut self, len: usize) -> Region {
        let start = self.end;
        self.end += len;
        Region { start, len }
    }

    /// Returns the region of all allocations so far.
    pub fn all(&self) -> Region {
        Region {
            start: 0,
            len: self.end,
        }
    }
}
