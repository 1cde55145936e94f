//! The product in pure Rust: tiles of the result that fit the registers, from packed rows.
//!
//! A strip has as many features as a register has lanes, for [`DEPTH`] rows, row-major. A tile is the product of
//! [`TALL`] strips and another one. All of its sums stay in registers during these rows. Each entry of the result is
//! a sum in the order of the rows, [`DEPTH`] at a time, with fused multiply-add. Its bits depend neither on the
//! instruction set nor on the worker.

use super::block::{Block, ProductShape};
use crate::train::linear::pass::in_parallel;
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Number of rows that a tile adds up before it is written to memory; a strip of them fits the L1 cache.
const DEPTH: usize = 256;
/// Number of strips at the side of a tile; with them and a broadcast number, the sums fill the registers.
const TALL: usize = 3;
/// Number of features with strips that fit the L2 cache, in whole tiles.
const PANEL: usize = 240;
/// Number of panels per worker if there are enough features, so that no worker waits long for the last.
const PANELS: usize = 8;
/// Number of strips that are packed at a time; rows are read in pieces of this many registers.
const TOGETHER: usize = 32;

/// A product that is being computed, with space for the packed rows of a block.
pub struct TiledProduct {
    arch: Arch,
    shape: ProductShape,
    workers: usize,
    packed: Vec<f64>,
}

impl TiledProduct {
    /// Returns a product for a number of workers.
    pub fn new(shape: ProductShape, workers: usize) -> TiledProduct {
        TiledProduct {
            arch: Arch::new(),
            shape,
            workers,
            packed: Vec::new(),
        }
    }

    /// Returns the product on another instruction set.
    #[cfg(test)]
    pub fn on(self, arch: Arch) -> TiledProduct {
        TiledProduct { arch, ..self }
    }

    /// Adds the contribution of a block to the lower triangle of a p × p matrix, column-major. The upper triangle is
    /// not used.
    pub fn add<'b>(&mut self, block: Block<'b>, all: &mut [f64]) {
        self.shape.check(block, all);
        let p = self.shape.side();
        let lanes = self.arch.dispatch(Lanes);
        let strips = p.div_ceil(lanes);
        let n = block.rows.len() / self.shape.features;
        self.packed.resize(n * strips * lanes, 0.0);
        let depth = DEPTH * self.shape.features;
        let part = |numbers: Option<&'b [f64]>, i: usize| numbers.map(|of| &of[i * DEPTH..]);
        in_parallel(
            self.workers,
            block
                .rows
                .chunks(depth)
                .zip(self.packed.chunks_mut(DEPTH * strips * lanes))
                .enumerate(),
            |(i, (rows, packed))| {
                let (y, roots) = (part(block.y, i), part(block.roots, i));
                pack(self.shape, Block { rows, y, roots }, lanes, packed);
            },
        );
        let columns = p
            .div_ceil(PANELS * self.workers)
            .next_multiple_of(lanes)
            .min(PANEL);
        in_parallel(
            self.workers,
            all.chunks_mut(p * columns).enumerate(),
            |(k, panel)| {
                self.arch.dispatch(Panel {
                    packed: &self.packed,
                    p,
                    columns: k * columns..p.min((k + 1) * columns),
                    sums: panel,
                });
            },
        );
    }
}

/// Packs at most [`DEPTH`] rows strip by strip, with bias and target as the last features and zeros as padding.
fn pack(shape: ProductShape, block: Block, lanes: usize, packed: &mut [f64]) {
    let d = shape.features;
    let n = block.rows.len() / d;
    let root = |i: usize| block.roots.map_or(1.0, |roots| roots[i]);
    for (g, group) in packed.chunks_mut(TOGETHER * n * lanes).enumerate() {
        let wide = TOGETHER * lanes;
        let piece = d.min(g * wide)..d.min((g + 1) * wide);
        for (i, row) in block.rows.chunks_exact(d).enumerate() {
            let strips = group.chunks_exact_mut(n * lanes);
            for (strip, from) in strips.zip(row[piece.clone()].chunks(lanes)) {
                let to = &mut strip[i * lanes..][..from.len()];
                to.copy_from_slice(from);
                if block.roots.is_some() {
                    to.iter_mut().for_each(|x| *x *= root(i));
                }
            }
        }
    }
    // The rest of the strips after the features, for every row.
    let first = d / lanes;
    for i in 0..n {
        let mut ends = shape.ends(block, i);
        for (at, strip) in packed.chunks_exact_mut(n * lanes).enumerate().skip(first) {
            let row = &mut strip[i * lanes..][..lanes];
            let taken = if at == first { d % lanes } else { 0 };
            row[taken..]
                .iter_mut()
                .for_each(|x| *x = ends.next().unwrap_or(0.0));
        }
    }
}

/// Returns the number of lanes of a register.
struct Lanes;

impl WithSimd for Lanes {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        S::F64_LANES
    }
}

/// Some columns of the result, from the diagonal down.
struct Panel<'a> {
    packed: &'a [f64],
    p: usize,
    columns: Range<usize>,
    /// These columns, of p numbers each.
    sums: &'a mut [f64],
}

impl WithSimd for Panel<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let strips = self.p.div_ceil(S::F64_LANES);
        for top in (self.columns.start..self.p).step_by(PANEL) {
            let rows = top..self.p.min(top + PANEL);
            for packed in self.packed.chunks(DEPTH * strips * S::F64_LANES) {
                self.add(
                    simd,
                    packed,
                    packed.len() / (strips * S::F64_LANES),
                    rows.clone(),
                );
            }
        }
    }
}

impl Panel<'_> {
    /// Adds the contribution of `depth` rows of X to these rows of the columns.
    #[inline(always)]
    fn add<S: Simd>(&mut self, simd: S, packed: &[f64], depth: usize, rows: Range<usize>) {
        let lanes = S::F64_LANES;
        let strip = |feature: usize| &packed[feature * depth..][..lanes * depth];
        let side = |feature: usize| S::as_simd_f64s(strip(feature)).0;
        for column in self.columns.clone().step_by(lanes) {
            for row in rows.clone().step_by(TALL * lanes) {
                if row + TALL * lanes <= column {
                    continue;
                }
                let (next, last) = (row + lanes, row + 2 * lanes);
                match (rows.end - row).div_ceil(lanes) {
                    1 => self.tile(simd, [side(row)], strip(column), [row, column]),
                    2 => self.tile(simd, [side(row), side(next)], strip(column), [row, column]),
                    _ => {
                        let left = [side(row), side(next), side(last)];
                        self.tile(simd, left, strip(column), [row, column]);
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const T: usize>(
        &mut self,
        simd: S,
        left: [&[S::f64s]; T],
        right: &[f64],
        at: [usize; 2],
    ) {
        match S::F64_LANES {
            8 => self.tile_of::<S, T, 8>(simd, left, right, at),
            4 => self.tile_of::<S, T, 4>(simd, left, right, at),
            2 => self.tile_of::<S, T, 2>(simd, left, right, at),
            _ => self.tile_of::<S, T, 1>(simd, left, right, at),
        }
    }

    /// Computes a tile of T strips times one; its first entry is in this row and column.
    #[inline(always)]
    fn tile_of<S: Simd, const T: usize, const LANES: usize>(
        &mut self,
        simd: S,
        left: [&[S::f64s]; T],
        right: &[f64],
        [row, column]: [usize; 2],
    ) {
        let (right, _) = right.as_chunks::<LANES>();
        let left = left.map(|strip| &strip[..right.len()]);
        let mut sums = [[simd.splat_f64s(0.0); T]; LANES];
        for (i, right) in right.iter().enumerate() {
            let left: [S::f64s; T] = std::array::from_fn(|k| left[k][i]);
            for (sums, x) in sums.iter_mut().zip(right) {
                let x = simd.splat_f64s(*x);
                for (sum, left) in sums.iter_mut().zip(left) {
                    *sum = simd.mul_add_f64s(left, x, *sum);
                }
            }
        }
        let first = column - self.columns.start;
        let here = self.sums.chunks_exact_mut(self.p).skip(first);
        for (here, sums) in here.zip(&sums) {
            let mut numbers = [0.0; TALL * 8];
            S::as_mut_simd_f64s(&mut numbers).0[..T].copy_from_slice(sums);
            let here = here[row..].iter_mut();
            here.zip(&numbers[..T * LANES])
                .for_each(|(here, x)| *here += x);
        }
    }
}
