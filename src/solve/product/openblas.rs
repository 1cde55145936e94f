//! By OpenBLAS, for those who have it. It is told to use one thread: the workers are ours, so that the
//! bits do not depend on their number here either.

#![allow(unsafe_code)]

use super::Features;
use std::ffi::{c_double, c_int};
use std::sync::Once;

const COLUMN_MAJOR: c_int = 102;
const NO_TRANSPOSE: c_int = 111;
const TRANSPOSE: c_int = 112;
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
    /// C := β C + α A Bᵀ, m × n; A is m × k, B is n × k.
    fn cblas_dgemm(
        order: c_int,
        transpose_a: c_int,
        transpose_b: c_int,
        m: c_int,
        n: c_int,
        k: c_int,
        alpha: c_double,
        a: *const c_double,
        lda: c_int,
        b: *const c_double,
        ldb: c_int,
        beta: c_double,
        c: *mut c_double,
        ldc: c_int,
    );
}

/// [`super::add`], which has checked that all of it lies inside `x` and `panel`.
pub fn add(x: Features, start: usize, count: usize, panel: &mut [f64], p: usize) {
    static ONE_THREAD: Once = Once::new();
    // SAFETY: a call without pointers, made once, before any product.
    ONE_THREAD.call_once(|| unsafe { openblas_set_num_threads(1) });
    let Features { rows, d } = x;
    let n = rows.len() / d;
    let fits = |size: usize| c_int::try_from(size).is_ok();
    assert!([n, d, p].into_iter().all(fits), "too large for OpenBLAS");
    let int = |size: usize| size as c_int;
    let below = d - start - count;
    // SAFETY: features `start` to `d` of row i are entries i·d + start to (i + 1)·d of `rows`, which
    // has n·d; rows `start` to `d` of column j are entries j·p + start to j·p + d of `panel`, which has
    // at least count·p. So both products stay inside, and `panel` is ours alone.
    unsafe {
        let left = rows.as_ptr().add(start);
        let square = panel.as_mut_ptr().add(start);
        cblas_dsyrk(
            COLUMN_MAJOR,
            LOWER,
            NO_TRANSPOSE,
            int(count),
            int(n),
            1.0,
            left,
            int(d),
            1.0,
            square,
            int(p),
        );
        if below > 0 {
            cblas_dgemm(
                COLUMN_MAJOR,
                NO_TRANSPOSE,
                TRANSPOSE,
                int(below),
                int(count),
                int(n),
                1.0,
                left.add(count),
                int(d),
                left,
                int(d),
                1.0,
                square.add(count),
                int(p),
            );
        }
    }
}
