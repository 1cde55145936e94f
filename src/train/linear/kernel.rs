//! Products of rows and weights, and weighted sums of rows, which take most of the time of all solvers.
//!
//! Several rows are processed at a time, so that weights and sums are loaded once for all of them. Numbers are
//! processed in groups of eight with fused multiply-add, in the same order on every instruction set and for any
//! grouping of rows. The results are bit-identical.

use super::prefetch::prefetch;
use pulp::Simd;

/// Number of entries that are processed at a time, in one register or several.
const LANES: usize = 8;

/// Number of rows that are processed at a time.
pub const TOGETHER: usize = 4;

/// Returns x·w of each row.
#[inline(always)]
pub fn dots<S: Simd, const R: usize>(simd: S, rows: [&[f64]; R], w: &[f64]) -> [f64; R] {
    let mut dots = Dots::new(simd, rows, w);
    for i in (0..dots.w.len()).step_by(parts::<S>()) {
        dots.take(simd, i);
    }
    dots.total(rows, w)
}

/// Computes g ← g + Σ cₖ xₖ over the rows, in order.
#[inline(always)]
pub fn add<S: Simd, const R: usize>(simd: S, rows: [&[f64]; R], c: [f64; R], g: &mut [f64]) {
    let mut sums = RowSums::new(simd, rows, c, g);
    for i in (0..sums.g.len()).step_by(parts::<S>()) {
        sums.take(simd, i);
    }
    add_rest(rows, c, g);
}

/// Like [`add`], while other rows are prefetched into the cache.
#[inline(always)]
pub fn add_ahead<S: Simd, const R: usize>(
    simd: S,
    rows: [&[f64]; R],
    c: [f64; R],
    g: &mut [f64],
    ahead: [&[f64]; R],
) {
    let mut sums = RowSums::new(simd, rows, c, g);
    let lines = sums.g.len() / parts::<S>();
    let ahead = ahead.map(|row| &row.as_chunks::<LANES>().0[..lines]);
    for line in 0..lines {
        ahead.iter().for_each(|row| prefetch(&row[line]));
        sums.take(simd, line * parts::<S>());
    }
    add_rest(rows, c, g);
}

/// Computes [`dots`] of the next rows in the same loop as [`add`] of the previous rows. Memory is read continuously:
/// the next rows come from memory, the previous ones from the cache.
#[inline(always)]
pub fn dots_and_add<S: Simd, const R: usize>(
    simd: S,
    next: [&[f64]; R],
    w: &[f64],
    before: [&[f64]; R],
    c: [f64; R],
    g: &mut [f64],
) -> [f64; R] {
    let mut dots = Dots::new(simd, next, w);
    let mut sums = RowSums::new(simd, before, c, g);
    for i in (0..dots.w.len().min(sums.g.len())).step_by(parts::<S>()) {
        dots.take(simd, i);
        sums.take(simd, i);
    }
    add_rest(before, c, g);
    dots.total(next, w)
}

/// Returns Σ x, in a fixed order.
#[inline(always)]
pub fn sum(x: &[f64]) -> f64 {
    let (wide, rest) = x.as_chunks::<{ 4 * LANES }>();
    let mut sums = [0.0; 4 * LANES];
    for x in wide {
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum += x;
        }
    }
    sums.iter().chain(rest).sum()
}

/// Returns the number of registers that hold [`LANES`] numbers.
const fn parts<S: Simd>() -> usize {
    LANES / S::F64_LANES
}

/// Returns the full groups of eight of a row.
#[inline(always)]
fn registers<S: Simd>(row: &[f64]) -> &[S::f64s] {
    S::as_simd_f64s(&row[..row.len() / LANES * LANES]).0
}

/// Partial products of rows and weights.
struct Dots<'a, S: Simd, const R: usize> {
    rows: [&'a [S::f64s]; R],
    w: &'a [S::f64s],
    /// One sum per lane for each row; entries beyond [`parts`] are unused.
    sums: [[S::f64s; LANES]; R],
}

impl<'a, S: Simd, const R: usize> Dots<'a, S, R> {
    #[inline(always)]
    fn new(simd: S, rows: [&'a [f64]; R], w: &'a [f64]) -> Self {
        let w = registers::<S>(w);
        Dots {
            rows: rows.map(|row| &registers::<S>(row)[..w.len()]),
            w,
            sums: [[simd.splat_f64s(0.0); LANES]; R],
        }
    }

    /// Processes the next eight numbers, starting from a register.
    #[inline(always)]
    fn take(&mut self, simd: S, i: usize) {
        for part in 0..parts::<S>() {
            let w = self.w[i + part];
            for (sums, row) in self.sums.iter_mut().zip(self.rows) {
                sums[part] = simd.mul_add_f64s(row[i + part], w, sums[part]);
            }
        }
    }

    /// Returns the total sums, including the last few numbers, by halving.
    #[inline(always)]
    fn total(self, rows: [&[f64]; R], w: &[f64]) -> [f64; R] {
        std::array::from_fn(|k| {
            let mut lanes = [0.0; LANES];
            let (all, _) = S::as_mut_simd_f64s(&mut lanes);
            all.copy_from_slice(&self.sums[k][..parts::<S>()]);
            let (_, x_rest) = rows[k].as_chunks::<LANES>();
            let (_, w_rest) = w.as_chunks::<LANES>();
            for ((lane, x), w) in lanes.iter_mut().zip(x_rest).zip(w_rest) {
                *lane = x.mul_add(*w, *lane);
            }
            let [a, b, c, d, e, f, g, h] = lanes;
            ((a + e) + (c + g)) + ((b + f) + (d + h))
        })
    }
}

/// Weighted rows that are being added to a sum.
struct RowSums<'a, S: Simd, const R: usize> {
    rows: [&'a [S::f64s]; R],
    c: [S::f64s; R],
    g: &'a mut [S::f64s],
}

impl<'a, S: Simd, const R: usize> RowSums<'a, S, R> {
    #[inline(always)]
    fn new(simd: S, rows: [&'a [f64]; R], c: [f64; R], g: &'a mut [f64]) -> Self {
        let whole = g.len() / LANES * LANES;
        let (g, _) = S::as_mut_simd_f64s(&mut g[..whole]);
        RowSums {
            rows: rows.map(|row| &registers::<S>(row)[..g.len()]),
            c: c.map(|c| simd.splat_f64s(c)),
            g,
        }
    }

    /// Processes the next eight numbers, starting from a register.
    #[inline(always)]
    fn take(&mut self, simd: S, i: usize) {
        for part in i..i + parts::<S>() {
            let mut sum = self.g[part];
            for (row, c) in self.rows.iter().zip(self.c) {
                sum = simd.mul_add_f64s(row[part], c, sum);
            }
            self.g[part] = sum;
        }
    }
}

/// Processes the last few numbers of [`add`].
#[inline(always)]
fn add_rest<const R: usize>(rows: [&[f64]; R], c: [f64; R], g: &mut [f64]) {
    let (_, g) = g.as_chunks_mut::<LANES>();
    for (row, c) in rows.iter().zip(c) {
        let (_, row) = row.as_chunks::<LANES>();
        for (g, x) in g.iter_mut().zip(row) {
            *g = x.mul_add(c, *g);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::processor::every_instruction_set;
    use pulp::WithSimd;

    /// The results of all kernels for a few rows.
    struct All<'a>(&'a [f64], usize);

    impl WithSimd for All<'_> {
        type Output = Vec<f64>;

        fn with_simd<S: Simd>(self, simd: S) -> Vec<f64> {
            let All(x, d) = self;
            let row = |k: usize| &x[k * d..(k + 1) * d];
            let (few, others, c) = ([row(0), row(1)], [row(2), row(3)], [0.3, -1.7]);
            let mut said = dots(simd, few, row(4)).to_vec();
            let mut g = row(4).to_vec();
            said.extend(dots_and_add(simd, few, row(3), others, c, &mut g));
            add(simd, few, c, &mut g);
            add_ahead(simd, others, c, &mut g, few);
            said.extend(g);
            said
        }
    }

    #[test]
    fn every_instruction_set_gives_bit_identical_results() {
        for d in [1, 7, 8, 21, 40] {
            let x: Vec<f64> = (0..5 * d).map(|i| (1.7 * (i * i) as f64).sin()).collect();
            let sets = every_instruction_set().into_iter();
            let all: Vec<Vec<f64>> = sets.map(|set| set.dispatch(All(&x, d))).collect();
            assert!(all.iter().all(|said| *said == all[0]), "d = {d}");
        }
    }
}
