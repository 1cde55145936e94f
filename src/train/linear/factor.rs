//! A factorized symmetric matrix: by Cholesky if it is positive definite, by eigendecomposition if it is not, or if
//! the Cholesky factors would be dominated by rounding errors.

use super::cholesky::cholesky;
use super::problem::SolveError;
use crate::trace::not_unique;
use faer::dyn_stack::MemStack;
use faer::linalg::cholesky::llt;
use faer::linalg::solvers::SelfAdjointEigen;
use faer::{MatMut, MatRef, Par, Side};

/// The factorized matrix A of A x = b.
pub enum Factor {
    /// S A S = L Lᵀ, with S such that the diagonal of S A S is 1. Thus features of different scales lose no digits
    /// (van der Sluis 1969).
    Cholesky {
        /// L on and below its diagonal, p × p, column-major.
        l: Vec<f64>,
        /// The diagonal of S.
        scale: Vec<f64>,
    },
    /// A = V Λ Vᵀ without eigenvalues that are 0 up to rounding: x is the least-squares solution of minimum norm.
    Eigen {
        /// V and Λ.
        all: SelfAdjointEigen<f64>,
        /// The remaining eigenvalues, the last of Λ.
        values: Vec<f64>,
    },
}

impl Factor {
    /// Factorizes a matrix from its lower triangle, with a number of workers.
    ///
    /// # Errors
    /// [`SolveError::Eigenvalues`].
    pub fn new(a: MatRef<f64>, workers: usize) -> Result<Factor, SolveError> {
        let p = a.ncols();
        let scale: Vec<f64> = (0..p).map(|k| 1.0 / a[(k, k)].sqrt()).collect();
        if scale.iter().all(|s| s.is_finite()) {
            let mut l = scaled(a, &scale);
            if cholesky(&mut l, p, workers) && is_more_than_rounding(&l, p) {
                return Ok(Factor::Cholesky { l, scale });
            }
        }
        eigen(a)
    }

    /// Solves A x = b.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        match self {
            Factor::Cholesky { l, scale } => {
                let p = scale.len();
                let scaled =
                    |x: &[f64]| -> Vec<f64> { x.iter().zip(scale).map(|(x, s)| x * s).collect() };
                let mut x = scaled(b);
                llt::solve::solve_in_place(
                    MatRef::from_column_major_slice(l, p, p),
                    MatMut::from_column_major_slice_mut(&mut x, p, 1),
                    Par::Seq,
                    MemStack::new(&mut []),
                );
                scaled(&x)
            }
            Factor::Eigen { all, values } => {
                let mut x = vec![0.0; b.len()];
                let kept = all.U().col_iter().skip(b.len() - values.len());
                for (v, value) in kept.zip(values) {
                    let along: f64 = v.iter().zip(b).map(|(v, b)| v * b).sum();
                    x.iter_mut()
                        .zip(v.iter())
                        .for_each(|(x, v)| *x += along / value * v);
                }
                x
            }
        }
    }

    /// Returns a note for the report, if the optimum is not unique.
    pub fn note(&self) -> Option<String> {
        match self {
            Factor::Cholesky { .. } => None,
            Factor::Eigen { all, values } => Some(not_unique(values.len(), all.U().ncols())),
        }
    }
}

/// Threshold below which a pivot, or an eigenvalue relative to the largest, is rounding error.
fn rounding(p: usize) -> f64 {
    10.0 * p as f64 * f64::EPSILON
}

/// Returns the lower triangle of S A S, column-major.
fn scaled(a: MatRef<f64>, scale: &[f64]) -> Vec<f64> {
    let p = scale.len();
    let mut all = vec![0.0; p * p];
    for (j, column) in all.chunks_exact_mut(p).enumerate() {
        let below = column.iter_mut().zip(a.col(j).iter()).zip(scale).skip(j);
        below.for_each(|((to, x), s)| *to = x * (s * scale[j]));
    }
    all
}

/// Returns whether all pivots of a factor exceed rounding errors, for a matrix with unit diagonal.
fn is_more_than_rounding(l: &[f64], p: usize) -> bool {
    // 1 − L²ₖₖ is the share of column k that the previous columns explain.
    l.iter().step_by(p + 1).all(|l| l * l > rounding(p))
}

/// Factorizes a matrix from its lower triangle by eigendecomposition.
fn eigen(a: MatRef<f64>) -> Result<Factor, SolveError> {
    let p = a.ncols();
    let all = a
        .self_adjoint_eigen(Side::Lower)
        .map_err(|_| SolveError::Eigenvalues)?;
    let values: Vec<f64> = all.S().column_vector().iter().copied().collect();
    let most = values.last().copied().unwrap_or(0.0);
    let kept = values
        .into_iter()
        .filter(|value| *value > most * rounding(p));
    let values = kept.collect();
    Ok(Factor::Eigen { all, values })
}
