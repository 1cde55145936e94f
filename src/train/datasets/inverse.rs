//! The inverse of a symmetric positive definite matrix, by Cholesky factorization.

use super::matrix::Matrix;
use candle_core::Result;

/// Returns the inverse of a p × p matrix, row-major. Reads only the upper triangle. Returns `None` if the matrix is
/// not positive definite.
///
/// # Errors
/// Errors of candle.
pub fn inverse(mut matrix: Vec<f64>, p: usize) -> Result<Option<Matrix>> {
    if !factor(&mut matrix, p) {
        return Ok(None);
    }
    // A = UᵀU, so A⁻¹ = VᵀV with V = U⁻ᵀ.
    let v = Matrix::new(inverse_transposed(&matrix, p), [p, p])?;
    Matrix::new(v.squared()?, [p, p]).map(Some)
}

/// Replaces the upper triangle of a matrix UᵀU by its factor U. Returns whether the factor exists.
fn factor(matrix: &mut [f64], p: usize) -> bool {
    for k in 0..p {
        let (above, below) = matrix.split_at_mut((k + 1) * p);
        let pivot = &mut above[k * p..];
        if pivot[k].is_nan() || pivot[k] <= 0.0 {
            return false;
        }
        let root = pivot[k].sqrt();
        pivot[k..].iter_mut().for_each(|x| *x /= root);
        for (i, row) in (k + 1..).zip(below.chunks_exact_mut(p)) {
            take(&mut row[i..], pivot[i], &pivot[i..]);
        }
    }
    true
}

/// Returns U⁻ᵀ, lower triangular, from U.
fn inverse_transposed(u: &[f64], p: usize) -> Vec<f64> {
    let mut v = vec![0.0; p * p];
    for i in 0..p {
        v[i * p + i] = 1.0;
        let (above, row) = v.split_at_mut(i * p);
        for (k, known) in above.chunks_exact(p).enumerate() {
            take(&mut row[..=k], u[k * p + i], &known[..=k]);
        }
        row[..=i].iter_mut().for_each(|x| *x /= u[i * p + i]);
    }
    v
}

/// Computes x ← x − c y.
fn take(x: &mut [f64], c: f64, y: &[f64]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x -= c * y);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_the_identity() {
        let p = 7;
        // Second moments of irregular rows, plus 1 on the diagonal.
        let row = |i: usize| move |k: usize| (1.7 * (i * p + k) as f64).sin();
        let entry = |i, j| (0..p).map(|k| row(k)(i) * row(k)(j)).sum::<f64>();
        let all =
            (0..p * p).map(|at| entry(at / p, at % p) + f64::from(u8::from(at % (p + 1) == 0)));
        let matrix: Vec<f64> = all.collect();
        let one = inverse(matrix.clone(), p).unwrap().unwrap();
        for (at, x) in one.times(&matrix, p).unwrap().iter().enumerate() {
            let expected = f64::from(u8::from(at % (p + 1) == 0));
            assert!((x - expected).abs() < 1e-12, "{at}: {x}");
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_inverse() {
        assert!(inverse(vec![1.0, 2.0, 2.0, 1.0], 2).unwrap().is_none());
        assert!(inverse(vec![f64::NAN], 1).unwrap().is_none());
    }
}
