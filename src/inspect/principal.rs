//! Eigenvalues and eigenvectors of a small symmetric matrix, with Jacobi rotations.

/// Maximum number of rounds; five or six are usually enough.
const MOST_ROUNDS: usize = 60;

/// Returns the eigenvalues of a symmetric n × n matrix (row after row), the largest first, each with its
/// unit eigenvector. The largest entry of an eigenvector is positive.
pub fn eigen(mut a: Vec<f64>, n: usize) -> Vec<(f64, Vec<f64>)> {
    let mut v: Vec<f64> = (0..n * n)
        .map(|i| f64::from(u8::from(i / n == i % n)))
        .collect();
    for _ in 0..MOST_ROUNDS {
        let mut turned = false;
        for p in 0..n {
            for q in p + 1..n {
                turned |= turn(&mut a, &mut v, n, p, q);
            }
        }
        if !turned {
            break;
        }
    }
    let vector = |k: usize| {
        let column: Vec<f64> = (0..n).map(|i| v[i * n + k]).collect();
        let largest = column
            .iter()
            .copied()
            .fold(0.0_f64, |most, x| match x.abs() > most.abs() {
                true => x,
                false => most,
            });
        let sign = if largest < 0.0 { -1.0 } else { 1.0 };
        column.into_iter().map(|x| sign * x).collect()
    };
    let mut pairs: Vec<(f64, Vec<f64>)> = (0..n).map(|k| (a[k * n + k], vector(k))).collect();
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0));
    pairs
}

/// Rotates rows and columns p and q to make their common entry 0. Returns whether that was necessary.
fn turn(a: &mut [f64], v: &mut [f64], n: usize, p: usize, q: usize) -> bool {
    let off = a[p * n + q];
    let scale = (a[p * n + p] * a[q * n + q]).abs().sqrt();
    if off.abs() <= f64::EPSILON * scale || off == 0.0 {
        return false;
    }
    let theta = (a[q * n + q] - a[p * n + p]) / (2.0 * off);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    for i in 0..n {
        let (x, y) = (a[i * n + p], a[i * n + q]);
        (a[i * n + p], a[i * n + q]) = (c * x - s * y, s * x + c * y);
    }
    for i in 0..n {
        let (x, y) = (a[p * n + i], a[q * n + i]);
        (a[p * n + i], a[q * n + i]) = (c * x - s * y, s * x + c * y);
        let (x, y) = (v[i * n + p], v[i * n + q]);
        (v[i * n + p], v[i * n + q]) = (c * x - s * y, s * x + c * y);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_an_eigenvector_is_the_eigenvalue_times_it() {
        let n = 12;
        let b: Vec<f64> = (0..n * n).map(|i| (1.7 * i as f64).sin()).collect();
        let entry = |i: usize, j: usize| (0..n).map(|k| b[i * n + k] * b[j * n + k]).sum::<f64>();
        let a: Vec<f64> = (0..n * n).map(|at| entry(at / n, at % n)).collect();
        let pairs = eigen(a.clone(), n);
        assert!(pairs.is_sorted_by(|x, y| x.0 >= y.0));
        for (value, vector) in &pairs {
            for i in 0..n {
                let product: f64 = (0..n).map(|j| a[i * n + j] * vector[j]).sum();
                assert!((product - value * vector[i]).abs() < 1e-11 * pairs[0].0);
            }
        }
        let trace: f64 = (0..n).map(|i| a[i * n + i]).sum();
        let sum: f64 = pairs.iter().map(|(value, _)| value).sum();
        assert!((trace - sum).abs() < 1e-11 * trace);
        assert_eq!(eigen(vec![0.0; 4], 2)[1].0, 0.0);
    }
}
