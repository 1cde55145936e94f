//! Measures how fast this machine reads X, the upper limit for every solver that reads X once per step.

use super::kernel;
use super::pass::in_parallel;
use pulp::{Arch, Simd, WithSimd};
use std::hint::black_box;
use std::time::Instant;

/// Numbers in a block, 4 MB.
const BLOCK: usize = 524_288;

/// Returns the bytes per second of the best of several parallel reads that only add up numbers.
pub fn bandwidth(values: &[f64], workers: usize, reads: usize) -> f64 {
    let arch = Arch::new();
    let bytes = size_of_val(values) as f64;
    let mut best = 0.0_f64;
    for _ in 0..reads {
        let start = Instant::now();
        in_parallel(workers, values.chunks(BLOCK), |block| {
            black_box(arch.dispatch(Sum(block)));
        });
        best = best.max(bytes / start.elapsed().as_secs_f64());
    }
    best
}

struct Sum<'a>(&'a [f64]);

impl WithSimd for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        kernel::sum(self.0)
    }
}
