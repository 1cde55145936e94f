//! Sums over matrices, lane by lane and in f64, for the statistics of layers.

use super::float::Float;
use super::map::on;
use super::{MOST_LANES, PerLane, load, store};
use crate::train::recorder::observe::{EntrySums, RunningVariance};
use pulp::Arch;

/// Sums over the entries of matrices in every lane; see [`EntrySums`].
#[derive(Debug, Clone, Copy)]
pub struct LaneSums {
    /// Number of entries.
    pub count: u64,
    /// Σ x.
    pub sum: PerLane<f64>,
    /// Σ |x|.
    pub sum_abs: PerLane<f64>,
    /// Σ x².
    pub sum_sq: PerLane<f64>,
    /// max |x|; NaN if any entry is NaN.
    pub max_abs: PerLane<f64>,
}

impl LaneSums {
    /// Sums of no entries.
    pub const NONE: LaneSums = LaneSums {
        count: 0,
        sum: [0.0; MOST_LANES],
        sum_abs: [0.0; MOST_LANES],
        sum_sq: [0.0; MOST_LANES],
        max_abs: [0.0; MOST_LANES],
    };

    /// Returns the sums of one lane.
    pub fn of_lane(&self, lane: usize) -> EntrySums {
        EntrySums {
            count: self.count,
            sum: self.sum[lane],
            sum_abs: self.sum_abs[lane],
            sum_sq: self.sum_sq[lane],
            max_abs: self.max_abs[lane],
        }
    }
}

/// Returns Σ x² in every lane; the number of values must be a multiple of [`Float::ABREAST`].
pub fn squares<T: Float>(arch: Arch, numbers: &[T]) -> PerLane<f64> {
    let mut abreast = [0.0; MOST_LANES];
    on(
        arch,
        &mut abreast,
        #[inline(always)]
        |abreast: &mut PerLane<f64>| {
            let mut sums = [0.0; MOST_LANES];
            for row in numbers.chunks_exact(T::ABREAST) {
                let row = super::abreast::load(row);
                for i in 0..T::ABREAST {
                    let x = row[i].wide();
                    sums[i] = x.fused(x, sums[i]);
                }
            }
            *abreast = sums;
        },
    );
    let mut squares = [0.0; MOST_LANES];
    for i in 0..T::ABREAST {
        squares[i % T::LANES] += abreast[i];
    }
    squares
}

/// Adds all entries of a matrix to the sums.
pub fn add_entries<T: Float>(arch: Arch, entries: &[T], sums: &mut LaneSums) {
    sums.count += (entries.len() / T::LANES) as u64;
    on(
        arch,
        sums,
        #[inline(always)]
        |sums: &mut LaneSums| {
            let mut max = [T::of(0.0); MOST_LANES];
            for lane in 0..T::LANES {
                max[lane] = T::of(sums.max_abs[lane]);
            }
            for entry in entries.chunks_exact(T::LANES) {
                let entry = load(entry);
                for lane in 0..T::LANES {
                    let size = entry[lane].size();
                    let x = entry[lane].wide();
                    sums.sum[lane] += x;
                    sums.sum_abs[lane] += x.abs();
                    sums.sum_sq[lane] = x.mul_add(x, sums.sum_sq[lane]);
                    // NaN compares as neither larger nor smaller.
                    let larger = size > max[lane] || is_nan(size);
                    max[lane] = if larger { size } else { max[lane] };
                }
            }
            for lane in 0..T::LANES {
                sums.max_abs[lane] = max[lane].wide();
            }
        },
    );
}

/// Adds the rows of a matrix to the spread of every column; see [`RunningVariance`].
pub fn add_rows<T: Float>(arch: Arch, matrix: &[T], columns: &mut [LaneSpread]) {
    let width = columns.len() * T::LANES;
    on(
        arch,
        columns,
        #[inline(always)]
        |columns: &mut [LaneSpread]| {
            for (j, column) in columns.iter_mut().enumerate() {
                let mut spread = *column;
                for row in matrix.chunks_exact(width) {
                    spread.add(&row[j * T::LANES..]);
                }
                *column = spread;
            }
        },
    );
}

/// Adds the variance over each row of a matrix with this number of columns; see [`RunningVariance`].
pub fn add_row_variances<T: Float>(
    arch: Arch,
    matrix: &[T],
    columns: usize,
    sums: &mut PerLane<f64>,
) {
    on(
        arch,
        sums,
        #[inline(always)]
        |sums: &mut PerLane<f64>| {
            for row in matrix.chunks_exact(columns * T::LANES) {
                let mut spread = LaneSpread::NONE;
                for entry in row.chunks_exact(T::LANES) {
                    spread.add(entry);
                }
                for lane in 0..T::LANES {
                    sums[lane] += spread.of_lane(lane).variance();
                }
            }
        },
    );
}

/// [`RunningVariance`] in every lane.
#[derive(Debug, Clone, Copy)]
pub struct LaneSpread {
    first: PerLane<f64>,
    count: u64,
    sum: PerLane<f64>,
    sum_sq: PerLane<f64>,
}

impl LaneSpread {
    /// The spread of no rows.
    pub const NONE: LaneSpread = LaneSpread {
        first: [0.0; MOST_LANES],
        count: 0,
        sum: [0.0; MOST_LANES],
        sum_sq: [0.0; MOST_LANES],
    };

    /// Adds an entry.
    #[inline(always)]
    fn add<T: Float>(&mut self, entry: &[T]) {
        let entry = load(entry);
        if self.count == 0 {
            for lane in 0..T::LANES {
                self.first[lane] = entry[lane].wide();
            }
        }
        self.count += 1;
        for lane in 0..T::LANES {
            let off = entry[lane].wide() - self.first[lane];
            self.sum[lane] += off;
            self.sum_sq[lane] += off * off;
        }
    }

    /// Returns the spread of one lane.
    #[inline(always)]
    pub fn of_lane(&self, lane: usize) -> RunningVariance {
        RunningVariance {
            first: self.first[lane],
            count: self.count,
            sum: self.sum[lane],
            sum_sq: self.sum_sq[lane],
        }
    }
}

#[inline(always)]
#[allow(clippy::eq_op)]
fn is_nan<T: Float>(x: T) -> bool {
    x != x
}

/// Increases every peak (1 × n) to the maximum of its column of a matrix (m × n).
pub fn raise<T: Float>(arch: Arch, matrix: &[T], peaks: &mut [T]) {
    on(
        arch,
        peaks,
        #[inline(always)]
        |peaks: &mut [T]| {
            let width = peaks.len();
            // Column by column, so that a peak stays in registers.
            for (j, peak) in peaks.chunks_exact_mut(T::LANES).enumerate() {
                let mut highest = load(peak);
                for row in matrix.chunks_exact(width) {
                    let x = load(&row[j * T::LANES..]);
                    for lane in 0..T::LANES {
                        let (x, peak) = (x[lane], highest[lane]);
                        highest[lane] = if x > peak { x } else { peak };
                    }
                }
                store(&highest, peak);
            }
        },
    );
}

/// Returns the number of values with a property in every lane.
#[inline(always)]
pub fn count<T: Float>(arch: Arch, matrix: &[T], has: impl Fn(f64) -> bool + Copy) -> PerLane<u64> {
    let mut counts = [0; MOST_LANES];
    on(
        arch,
        &mut counts,
        #[inline(always)]
        move |counts: &mut PerLane<u64>| {
            let has = has;
            for entry in matrix.chunks_exact(T::LANES) {
                let entry = load(entry);
                for lane in 0..T::LANES {
                    counts[lane] += u64::from(has(entry[lane].wide()));
                }
            }
        },
    );
    counts
}
