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
        add_ends(&rows, self.shape, block, self.workers, all);
    }
}

/// Features whose sums one worker makes at a time.
const TOGETHER: usize = 512;

/// The last rows of the result: the features, and the ends themselves, times the ones that a bias sees and
/// the targets.
fn add_ends(rows: &[f64], shape: Shape, block: Block, workers: usize, all: &mut [f64]) {
    let (d, p) = (shape.features, shape.side());
    if p == d {
        return;
    }
    let ends: Vec<f64> = (0..rows.len() / d)
        .flat_map(|i| shape.ends(block, i))
        .collect();
    let many = p - d;
    // Column after column of them; of the last, only what lies on the diagonal or below it.
    let mut sums = vec![0.0; p * many];
    let (of_features, of_ends) = sums.split_at_mut(d * many);
    let pieces = of_features.chunks_mut(TOGETHER * many).enumerate();
    in_parallel(workers, pieces, |(k, sums)| {
        for (row, ends) in rows.chunks_exact(d).zip(ends.chunks_exact(many)) {
            for (sums, x) in sums.chunks_exact_mut(many).zip(&row[k * TOGETHER..]) {
                sums.iter_mut()
                    .zip(ends)
                    .for_each(|(sum, end)| *sum += end * x);
            }
        }
    });
    for ends in ends.chunks_exact(many) {
        for (sums, x) in of_ends.chunks_exact_mut(many).zip(ends) {
            sums.iter_mut()
                .zip(ends)
                .for_each(|(sum, end)| *sum += end * x);
        }
    }
    let columns = all.chunks_exact_mut(p).zip(sums.chunks_exact(many));
    columns.for_each(|(column, sums)| {
        column[d..]
            .iter_mut()
            .zip(sums)
            .for_each(|(end, sum)| *end += sum);
    });
}
