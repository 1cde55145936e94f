//! The product by OpenBLAS, with one thread per worker. OpenBLAS gives each thread some columns of the result, and
//! adds up rows in order.

#![allow(unsafe_code)]

use super::block::{Block, ProductShape};
use crate::train::linear::kernel;
use crate::train::linear::kernel::TOGETHER;
use crate::train::linear::pass::in_parallel;
use pulp::{Arch, Simd, WithSimd};
use std::array;
use std::borrow::Cow;
use std::ffi::{c_double, c_int};
use std::ops::Range;

const COLUMN_MAJOR: c_int = 102;
const NO_TRANSPOSE: c_int = 111;
const LOWER: c_int = 122;

// As in cblas.h, for an OpenBLAS with 32-bit integers.
#[link(name = "openblas")]
unsafe extern "C" {
    fn openblas_set_num_threads(threads: c_int);
    /// C := β C + α A Aᵀ, n × n, lower triangle only; A is n × k.
    fn cblas_dsyrk(
        order: c_int,
        triangle: c_int,
        transpose: c_int,
        n: c_int,
        k: c_int,
        alpha: c_double,
        a: *const c_double,
        lda: c_int,
        beta: c_double,
        c: *mut c_double,
        ldc: c_int,
    );
}

/// A product that is being computed.
pub struct OpenBlasProduct {
    shape: ProductShape,
    workers: usize,
}

impl OpenBlasProduct {
    /// Returns a product for a number of workers.
    pub fn new(shape: ProductShape, workers: usize) -> OpenBlasProduct {
        OpenBlasProduct { shape, workers }
    }

    /// Adds the contribution of a block to the lower triangle of a p × p matrix, column-major. The upper triangle is
    /// not used.
    pub fn add(&mut self, block: Block, all: &mut [f64]) {
        self.shape.check(block, all);
        let (d, p) = (self.shape.features, self.shape.side());
        let rows: Cow<[f64]> = match block.roots {
            None => block.rows.into(),
            Some(roots) => {
                let rows = block.rows.chunks_exact(d).zip(roots);
                rows.flat_map(|(row, root)| row.iter().map(move |x| x * root))
                    .collect()
            }
        };
        let n = rows.len() / d;
        let fits = |size: usize| c_int::try_from(size).is_ok();
        assert!(
            [n, p, self.workers].into_iter().all(fits),
            "too large for OpenBLAS"
        );
        let int = |size: usize| size as c_int;
        // SAFETY: `rows` are d × n, column-major, and `all` is p × p with p ≥ d. Both are accessed within bounds, and
        // `all` is borrowed mutably.
        unsafe {
            openblas_set_num_threads(int(self.workers));
            cblas_dsyrk(
                COLUMN_MAJOR,
                LOWER,
                NO_TRANSPOSE,
                int(d),
                int(n),
                1.0,
                rows.as_ptr(),
                int(d),
                1.0,
                all.as_mut_ptr(),
                int(p),
            );
        }
        add_ends(&rows, self.shape, block, self.workers, all);
    }
}

/// Number of features that one worker sums at a time.
const PIECE: usize = 512;

/// Computes the last rows of the result: features and ends times the ends, which are the ones of the bias and the
/// targets.
fn add_ends(rows: &[f64], shape: ProductShape, block: Block, workers: usize, all: &mut [f64]) {
    let (d, p) = (shape.features, shape.side());
    let many = p - d;
    if many == 0 {
        return;
    }
    let n = rows.len() / d;
    let ends: Vec<f64> = (0..n).flat_map(|i| shape.ends(block, i)).collect();
    let mut sums = vec![0.0; d.div_ceil(PIECE) * many * PIECE];
    let arch = Arch::new();
    let pieces = sums.chunks_exact_mut(many * PIECE).enumerate();
    in_parallel(workers, pieces, |(k, sums)| {
        let columns = k * PIECE..((k + 1) * PIECE).min(d);
        arch.dispatch(Piece {
            rows,
            features: d,
            columns,
            ends: &ends,
            sums,
        });
    });
    for (j, column) in all.chunks_exact_mut(p).take(d).enumerate() {
        let sums = &sums[j / PIECE * many * PIECE + j % PIECE..];
        let sums = sums.iter().step_by(PIECE);
        column[d..]
            .iter_mut()
            .zip(sums)
            .for_each(|(x, sum)| *x += sum);
    }
    // The upper triangle of the ends is not used.
    for (j, column) in all.chunks_exact_mut(p).skip(d).enumerate() {
        for ends in ends.chunks_exact(many) {
            let products = ends.iter().map(|end| end * ends[j]);
            column[d..]
                .iter_mut()
                .zip(products)
                .for_each(|(x, product)| *x += product);
        }
    }
}

/// The sums of some columns of X times every end.
struct Piece<'a> {
    rows: &'a [f64],
    features: usize,
    columns: Range<usize>,
    /// The ends, row by row.
    ends: &'a [f64],
    /// The sums, end by end, [`PIECE`] each.
    sums: &'a mut [f64],
}

impl WithSimd for Piece<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (d, many) = (self.features, self.sums.len() / PIECE);
        let n = self.rows.len() / d;
        let row = |i: usize| &self.rows[i * d + self.columns.start..i * d + self.columns.end];
        for i in (0..n).step_by(TOGETHER) {
            for (j, sums) in self.sums.chunks_exact_mut(PIECE).enumerate() {
                let (sums, end) = (&mut sums[..self.columns.len()], |i: usize| {
                    self.ends[i * many + j]
                });
                if i + TOGETHER <= n {
                    let rows: [_; TOGETHER] = array::from_fn(|k| row(i + k));
                    kernel::add(simd, rows, array::from_fn(|k| end(i + k)), sums);
                } else {
                    (i..n).for_each(|i| kernel::add(simd, [row(i)], [end(i)], sums));
                }
            }
        }
    }
}
