//! Generators for regression: curves over one feature, and a linear map of several.

use super::rows::{Generated, Rows};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// y = f(x) with x uniform over the range.
pub(super) fn sampled(
    rows: usize,
    [low, high]: [f64; 2],
    rng: &mut impl Rng,
    f: impl Fn(f64) -> f64,
) -> Generated {
    let x: Vec<f64> = (0..rows)
        .map(|_| low + (high - low) * rng.random::<f64>())
        .collect();
    let y = x.iter().map(|&x| f(x)).collect();
    Generated {
        rows: Rows {
            x: x.into(),
            y,
            ..Rows::default()
        },
        features: 1,
        classes: 0,
    }
}

/// sin(x²/2 + 3x), a chirp. Its frequency x + 3 increases from 0 at x = −3 to 6 at x = 3. In between it has five
/// bends, from 2.4 to 0.6 wide, so a network with few neurons can fit only the wide ones.
pub(super) fn wiggle(x: f64) -> f64 {
    (0.5 * x * x + 3.0 * x).sin()
}

/// y = w · x + b, with w and b standard normal, and x normal with mean 0 and covariance QΛQᵀ. Q is a random rotation,
/// Λ is evenly spaced on a log scale from 1 to 1/condition. A single feature has variance 1.
pub(super) fn linear(
    rows: usize,
    features: usize,
    condition: f64,
    rng: &mut impl Rng,
) -> Generated {
    let root = covariance_root(features, condition, rng);
    let w: Vec<f64> = (0..features).map(|_| normal(rng)).collect();
    let b = normal(rng);
    let mut made = Rows::default();
    for _ in 0..rows {
        let z: Vec<f64> = (0..features).map(|_| normal(rng)).collect();
        let x: Vec<f64> = root.iter().map(|row| dot(row, &z)).collect();
        made.y.push(dot(&w, &x) + b);
        made.x.extend(x);
    }
    Generated {
        rows: made,
        features,
        classes: 0,
    }
}

/// Returns QΛ^½ row by row, which maps standard normal z to x with covariance QΛQᵀ.
fn covariance_root(d: usize, condition: f64, rng: &mut impl Rng) -> Vec<Vec<f64>> {
    let axes = orthonormal(d, rng);
    (0..d)
        .map(|j| {
            axes.iter()
                .enumerate()
                .map(|(k, axis)| {
                    let share = k as f64 / (d.max(2) - 1) as f64;
                    axis[j] * condition.powf(-share / 2.0)
                })
                .collect()
        })
        .collect()
}

/// Returns d orthonormal vectors in random directions: Gram–Schmidt on normal vectors, applied twice against rounding
/// errors.
fn orthonormal(d: usize, rng: &mut impl Rng) -> Vec<Vec<f64>> {
    let mut axes: Vec<Vec<f64>> = Vec::with_capacity(d);
    while axes.len() < d {
        let mut v: Vec<f64> = (0..d).map(|_| normal(rng)).collect();
        for axis in axes.iter().chain(&axes) {
            let along = dot(axis, &v);
            v.iter_mut().zip(axis).for_each(|(v, a)| *v -= along * a);
        }
        let length = dot(&v, &v).sqrt();
        // A vector in the span of the others is skipped.
        if length > 1e-6 {
            v.iter_mut().for_each(|v| *v /= length);
            axes.push(v);
        }
    }
    axes
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Returns a sample of the standard normal distribution.
pub(super) fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;

    #[test]
    fn covariance_has_the_condition_number_by_construction() {
        let (d, condition) = (5, 1e4);
        let root = covariance_root(d, condition, &mut seed::stream(3, "data"));
        // The columns of QΛ^½ are orthogonal, and their lengths are the roots of the eigenvalues.
        let column = |k: usize| -> Vec<f64> { root.iter().map(|row| row[k]).collect() };
        for k in 0..d {
            for l in 0..k {
                assert!(dot(&column(k), &column(l)).abs() < 1e-14);
            }
        }
        let eigenvalue = |k: usize| dot(&column(k), &column(k));
        assert!((eigenvalue(0) / eigenvalue(d - 1) / condition - 1.0).abs() < 1e-12);
        assert!((eigenvalue(0) - 1.0).abs() < 1e-12);
        assert!((eigenvalue(2) / eigenvalue(3) - 10.0).abs() < 1e-10);
    }

    #[test]
    fn wiggle_has_five_bends_between_minus_three_and_three() {
        let slopes: Vec<bool> = (0..6000)
            .map(|i| -3.0 + 6.0 * f64::from(i) / 6000.0)
            .map(|x| wiggle(x + 1e-3) > wiggle(x))
            .collect();
        let bends = slopes.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert_eq!(bends, 5);
    }
}
