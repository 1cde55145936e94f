//! By OpenBLAS, for those who have it, with as many threads as there are workers: it gives each of them
//! columns of the result, and adds up the rows in their order.

#![allow(unsafe_code)]

use super::{Block, Shape};
use crate::solve::pass::in_parallel;
use std::borrow::Cow;
use std::ffi::{c_double, c_int};

const COLUMN_MAJOR: c_int = 102;
const NO_TRANSPOSE: c_int = 111;
const LOWER: c_int = 122;

// As in cblas.h, of an OpenBLAS whose integers have 32 bits.
#[link(name = "openblas")]
unsafe extern "C" {
    fn openblas_set_num_threads(threads: c_int);
    /// C := β C + α A Aᵀ, n × n, of which the lower triangle counts; A is n × k.
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

/// A product on its way.
pub struct Product {
    shape: Shape,
    workers: usize,
}

impl Product {
    /// Of so many workers.
    pub fn new(shape: Shape, workers: usize) -> Product {
        Product { shape, workers }
    }

    /// Adds what a block has to say to the lower triangle of a p × p matrix, column after column. What
    /// lies above the diagonal is of no use.
    pub fn add(&mut self, block: Block, all: &mut [f64]) {
        self.shape.check(block, all);
        let (d, p) = (self.shape.features, self.shape.weights());
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
        // SAFETY: `rows` are d × n, column after column, and `all` is p × p with p ≥ d: both are read and
        // written inside, and `all` is ours alone.
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
        if self.shape.bias {
            add_bias(&rows, block.roots, d, self.workers, all);
        }
    }
}

/// Features whose sums one worker makes at a time.
const TOGETHER: usize = 512;

/// The last row of the result: the features times the ones that a bias sees.
fn add_bias(rows: &[f64], roots: Option<&[f64]>, d: usize, workers: usize, all: &mut [f64]) {
    let root = |i: usize| roots.map_or(1.0, |roots| roots[i]);
    let mut sums = vec![0.0; d + 1];
    sums[d] = (0..rows.len() / d).map(|i| root(i).powi(2)).sum();
    let pieces = sums[..d].chunks_mut(TOGETHER).enumerate();
    in_parallel(workers, pieces, |(k, sums)| {
        for (i, row) in rows.chunks_exact(d).enumerate() {
            let row = row[k * TOGETHER..].iter();
            sums.iter_mut()
                .zip(row)
                .for_each(|(sum, x)| *sum += root(i) * x);
        }
    });
    let ends = all.chunks_exact_mut(d + 1).map(|column| &mut column[d]);
    ends.zip(sums).for_each(|(end, sum)| *end += sum);
}
