//! Parts of a tensor, in entries of lanes.

use super::kernel::real::Real;
use std::ops::Range;

/// Entries that lie one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Region {
    start: usize,
    len: usize,
}

impl Region {
    /// Its numbers.
    pub fn numbers<T: Real>(self) -> Range<usize> {
        self.start * T::LANES..(self.start + self.len) * T::LANES
    }

    /// Its numbers in one tensor.
    pub fn of<T: Real>(self, all: &[T]) -> &[T] {
        &all[self.numbers::<T>()]
    }

    /// The same, to be written to.
    pub fn of_mut<T: Real>(self, all: &mut [T]) -> &mut [T] {
        &mut all[self.numbers::<T>()]
    }

    /// How many.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(self) -> usize {
        self.len
    }

    /// Its first entries.
    #[must_use]
    pub fn first(self, len: usize) -> Region {
        self.part(0, len)
    }

    /// So many of its entries from this one on.
    #[must_use]
    pub fn part(self, from: usize, len: usize) -> Region {
        debug_assert!(from + len <= self.len, "{from} + {len} of {}", self.len);
        Region {
            start: self.start + from,
            len,
        }
    }
}

/// Regions of one tensor that have nothing in common.
pub fn apart<T: Real, const N: usize>(all: &mut [T], regions: [Region; N]) -> [&mut [T]; N] {
    match all.get_disjoint_mut(regions.map(Region::numbers::<T>)) {
        Ok(parts) => parts,
        Err(error) => unreachable!("the regions of a layout lie apart: {error}"),
    }
}

/// Regions given out one after another.
#[derive(Debug, Default)]
pub struct Rows {
    end: usize,
}

impl Rows {
    /// The next ones, so many.
    pub fn take(&mut self, len: usize) -> Region {
        let start = self.end;
        self.end += len;
        Region { start, len }
    }

    /// All that were given out so far.
    pub fn all(&self) -> Region {
        Region {
            start: 0,
            len: self.end,
        }
    }
}
