//! A matrix with the products that linear models need. Large products use candle, which asks the system for the
//! number of cores on every call. That takes longer than a small product.

use candle_core::{Device, Result, Tensor};

/// Number of entries from which a matrix is large.
const LARGE: usize = 10_000;

/// A matrix, row-major.
pub enum Matrix {
    /// The entries and the shape m × n.
    Small(Vec<f64>, [usize; 2]),
    /// A tensor of candle.
    Large(Tensor),
}

impl Matrix {
    /// Returns a matrix of these entries, row-major.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn new(entries: Vec<f64>, shape: [usize; 2]) -> Result<Matrix> {
        match entries.len() < LARGE {
            true => Ok(Matrix::Small(entries, shape)),
            false => {
                Tensor::from_vec(entries, (shape[0], shape[1]), &Device::Cpu).map(Matrix::Large)
            }
        }
    }

    /// Returns A B, row-major, for B with this number of columns.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn times(&self, b: &[f64], columns: usize) -> Result<Vec<f64>> {
        match self {
            Matrix::Large(a) => product(a, b, columns),
            Matrix::Small(a, [m, n]) => {
                let mut c = vec![0.0; m * columns];
                for (a, c) in a.chunks_exact(*n).zip(c.chunks_exact_mut(columns)) {
                    a.iter()
                        .zip(b.chunks_exact(columns))
                        .for_each(|(a, b)| add(c, *a, b));
                }
                Ok(c)
            }
        }
    }

    /// Returns Aᵀ B, row-major, for B with this number of columns.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn transposed_times(&self, b: &[f64], columns: usize) -> Result<Vec<f64>> {
        match self {
            Matrix::Large(a) => product(&a.t()?, b, columns),
            Matrix::Small(a, [_, n]) => {
                let mut c = vec![0.0; n * columns];
                for (a, b) in a.chunks_exact(*n).zip(b.chunks_exact(columns)) {
                    a.iter()
                        .zip(c.chunks_exact_mut(columns))
                        .for_each(|(a, c)| add(c, *a, b));
                }
                Ok(c)
            }
        }
    }

    /// Returns Aᵀ A, row-major.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn squared(&self) -> Result<Vec<f64>> {
        match self {
            Matrix::Large(a) => a.t()?.matmul(a)?.flatten_all()?.to_vec1(),
            Matrix::Small(a, [_, n]) => self.transposed_times(a, *n),
        }
    }
}

fn product(a: &Tensor, b: &[f64], columns: usize) -> Result<Vec<f64>> {
    let b = Tensor::from_slice(b, (b.len() / columns, columns), &Device::Cpu)?;
    a.matmul(&b)?.flatten_all()?.to_vec1()
}

/// Computes c ← c + a b.
fn add(c: &mut [f64], a: f64, b: &[f64]) {
    c.iter_mut().zip(b).for_each(|(c, b)| *c += a * b);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn small_and_large_matrices_have_equal_products() {
        let entries = |count: usize, salt: f64| -> Vec<f64> {
            (0..count).map(|i| (1.7 * i as f64 + salt).sin()).collect()
        };
        let (a, b, c) = (
            entries(6 * 4, 0.1),
            entries(4 * 3, 0.2),
            entries(6 * 3, 0.3),
        );
        let small = Matrix::new(a.clone(), [6, 4]).unwrap();
        let large = Matrix::Large(Tensor::from_vec(a, (6, 4), &Device::Cpu).unwrap());
        let products = |a: &Matrix| [a.times(&b, 3), a.transposed_times(&c, 3), a.squared()];
        for (one, other) in products(&small).into_iter().zip(products(&large)) {
            let (one, other) = (one.unwrap(), other.unwrap());
            assert_eq!(one.len(), other.len());
            assert!(one.iter().zip(&other).all(|(x, y)| (x - y).abs() < 1e-13));
        }
    }
}
