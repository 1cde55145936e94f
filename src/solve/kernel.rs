//! Rows times weights, and weighted sums of rows: what all solvers spend their time on.
//!
//! A few rows are taken at a time, so that the weights and the sums are loaded once for all of them.
//! Numbers are taken in eights and multiplied and added in one rounding, in the same order on every
//! instruction set and however rows are grouped: the bits are the same.

use crate::stack::kernel::prefetch::prefetch;

const LANES: usize = 8;

/// Numbers side by side.
type Lanes = [f64; LANES];

/// Rows that are taken at a time.
pub const TOGETHER: usize = 4;

/// x·w for each of the rows.
#[inline(always)]
pub fn dots<const R: usize>(rows: [&[f64]; R], w: &[f64]) -> [f64; R] {
    let (w, w_rest) = w.as_chunks::<LANES>();
    let rows = rows.map(|row| row.as_chunks::<LANES>());
    let whole = rows.map(|row| &row.0[..w.len()]);
    let mut sums = [[0.0; LANES]; R];
    for (i, w) in w.iter().enumerate() {
        for (sum, row) in sums.iter_mut().zip(whole) {
            fuse(sum, &row[i], w);
        }
    }
    for (sum, row) in sums.iter_mut().zip(rows) {
        fuse_rest(sum, row.1, w_rest);
    }
    sums.map(total)
}

/// g ← g + Σ cₖ xₖ over the rows, in their order.
#[inline(always)]
pub fn add<const R: usize>(rows: [&[f64]; R], c: [f64; R], g: &mut [f64]) {
    let (g, g_rest) = g.as_chunks_mut::<LANES>();
    let rows = rows.map(|row| row.as_chunks::<LANES>());
    let whole = rows.map(|row| &row.0[..g.len()]);
    for (i, g) in g.iter_mut().enumerate() {
        add_lanes(whole.map(|row| &row[i]), c, g);
    }
    add_rest(rows.map(|row| row.1), c, g_rest);
}

/// [`add`], while other rows are called into the cache.
#[inline(always)]
pub fn add_ahead<const R: usize>(
    rows: [&[f64]; R],
    c: [f64; R],
    g: &mut [f64],
    ahead: [&[f64]; R],
) {
    let (g, g_rest) = g.as_chunks_mut::<LANES>();
    let rows = rows.map(|row| row.as_chunks::<LANES>());
    let whole = rows.map(|row| &row.0[..g.len()]);
    let ahead = ahead.map(|row| &row.as_chunks::<LANES>().0[..g.len()]);
    for (i, g) in g.iter_mut().enumerate() {
        ahead.iter().for_each(|row| prefetch(&row[i]));
        add_lanes(whole.map(|row| &row[i]), c, g);
    }
    add_rest(rows.map(|row| row.1), c, g_rest);
}

/// [`dots`] of the next rows in the same sweep as [`add`] of those before, so that memory is read
/// without a pause: the next rows come from there, those before from the cache.
#[inline(always)]
pub fn dots_and_add<const R: usize>(
    next: [&[f64]; R],
    w: &[f64],
    before: [&[f64]; R],
    c: [f64; R],
    g: &mut [f64],
) -> [f64; R] {
    let (w, w_rest) = w.as_chunks::<LANES>();
    let (g, g_rest) = g.as_chunks_mut::<LANES>();
    let next = next.map(|row| row.as_chunks::<LANES>());
    let before = before.map(|row| row.as_chunks::<LANES>());
    let g = &mut g[..w.len()];
    let whole = next.map(|row| &row.0[..w.len()]);
    let whole_before = before.map(|row| &row.0[..w.len()]);
    let mut sums = [[0.0; LANES]; R];
    for (i, w) in w.iter().enumerate() {
        for (sum, row) in sums.iter_mut().zip(whole) {
            fuse(sum, &row[i], w);
        }
        add_lanes(whole_before.map(|row| &row[i]), c, &mut g[i]);
    }
    for (sum, row) in sums.iter_mut().zip(next) {
        fuse_rest(sum, row.1, w_rest);
    }
    add_rest(before.map(|row| row.1), c, g_rest);
    sums.map(total)
}

/// Σ x, of any order of its own.
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

/// sum ← sum + a b.
#[inline(always)]
fn fuse(sum: &mut Lanes, a: &Lanes, b: &Lanes) {
    for ((sum, a), b) in sum.iter_mut().zip(a).zip(b) {
        *sum = a.mul_add(*b, *sum);
    }
}

/// The same of the last few.
#[inline(always)]
fn fuse_rest(sum: &mut Lanes, a: &[f64], b: &[f64]) {
    for ((sum, a), b) in sum.iter_mut().zip(a).zip(b) {
        *sum = a.mul_add(*b, *sum);
    }
}

#[inline(always)]
fn add_lanes<const R: usize>(rows: [&Lanes; R], c: [f64; R], g: &mut Lanes) {
    let mut sum = *g;
    for (row, c) in rows.iter().zip(c) {
        for (sum, x) in sum.iter_mut().zip(*row) {
            *sum = x.mul_add(c, *sum);
        }
    }
    *g = sum;
}

#[inline(always)]
fn add_rest<const R: usize>(rows: [&[f64]; R], c: [f64; R], g: &mut [f64]) {
    for (row, c) in rows.iter().zip(c) {
        for (g, x) in g.iter_mut().zip(*row) {
            *g = x.mul_add(c, *g);
        }
    }
}

/// The sum of the lanes, halves first.
#[inline(always)]
fn total(lanes: Lanes) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
