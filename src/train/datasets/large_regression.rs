//! Gigabytes of rows: a linear relation with noise, generated in parallel.
//!
//! Every block of rows has its own random stream. Blocks can be generated in any order by any number of threads, with
//! bit-identical results.

use super::Rows;
use crate::seed;
use rand::RngExt;
use rand_distr::StandardNormal;
use rayon::prelude::*;

/// Number of rows of a block.
const BLOCK: usize = 256;

/// Returns n rows of d standard normal features, and targets w·x + noise. w is uniform on the unit sphere, so the
/// variance of y without noise is 1.
pub fn linear(rows: usize, features: usize, noise: f64, seed: u64) -> Rows {
    let mut stream = seed::stream(seed, "large/weights");
    let w: Vec<f64> = (0..features)
        .map(|_| stream.sample(StandardNormal))
        .collect();
    let size = w.iter().map(|w: &f64| w * w).sum::<f64>().sqrt();
    // Zeroed pages: the threads that fill them are the first to access them.
    let (mut x, mut y) = (vec![0.0; rows * features], vec![0.0; rows]);
    let blocks = x.par_chunks_mut(BLOCK * features);
    let blocks = blocks.zip(y.par_chunks_mut(BLOCK)).enumerate();
    blocks.for_each(|(block, (x, y))| {
        let mut stream = seed::stream(seed, &format!("large/{block}"));
        for (x, y) in x.chunks_exact_mut(features).zip(y) {
            x.iter_mut()
                .for_each(|x| *x = stream.sample(StandardNormal));
            let signal: f64 = x.iter().zip(&w).map(|(x, w)| x * w).sum();
            *y = signal / size + noise * stream.sample::<f64, _>(StandardNormal);
        }
    });
    Rows {
        x: x.into(),
        y,
        ..Rows::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_threads_does_not_change_a_bit() {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.map(|pool| pool.install(|| linear(1_000, 3, 0.5, 7)))
                .ok()
        };
        let one = on(1);
        assert!(one.is_some());
        assert_eq!(one, on(3));
    }

    #[test]
    fn features_and_targets_have_the_documented_moments() {
        let rows = linear(20_000, 4, 0.5, 1);
        let mean_square = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64;
        // Standard deviations of these means: √(2/80,000) = 0.005 and 1.25 √(2/20,000) = 0.0125.
        assert!((mean_square(&rows.x) - 1.0).abs() < 0.02);
        assert!((mean_square(&rows.y) - 1.25).abs() < 0.05);
    }
}
